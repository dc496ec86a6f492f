"""Finding statements by what they name: one page at a time, in the order they were stored in, or one by its id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.people.statements.query import Page, Query
from skillspace.people.statements.store import attachments, marks, statements
from skillspace.records.statements import Attachment
from skillspace.storage.database import Work

#: From so many on it does not matter how many more there are.
_ENOUGH = 2000


def find(
    work: Work, query: Query, *, bounds: Sequence[sa.ColumnElement[bool]] = (), hidden: Sequence[bytes] = ()
) -> Page:
    """Return what a question finds within `bounds` (on the table of statements), and nothing that has one of the marks
    `hidden`. Raises NotFound where one statement is asked for."""
    if hidden:
        here = marks.alias()
        bounds = [*bounds, ~sa.exists().where(here.c.mark.in_(hidden), here.c.number == statements.c.number)]
    if query.one is not None:
        row = work.one(sa.select(statements).where(statements.c.id == query.one, *bounds))
        if row is None or row["is_voided"] is not query.voided:
            raise NotFound("There is no such statement here.")
        rows, following, stored = [row], None, row["stored"]
    else:
        rows = _first(work, query, bounds)
        following = rows[query.limit - 1]["number"] if len(rows) > query.limit else None
        rows, stored = rows[: query.limit], None
    return Page(
        statements=[row["content"] for row in rows],
        attachments=_attached(work, [row["number"] for row in rows]) if query.attachments else [],
        next=following,
        stored=stored,
    )


def _first(work: Work, query: Query, bounds: Sequence[sa.ColumnElement[bool]]) -> list[Mapping[str, Any]]:
    """Return the rows of one page and one more. Each thing asked for is an index in the order of storing, so that the
    first ones found are the ones wanted, however many there are in all; the rarest thing leads."""
    asked = sorted(query.marks, key=lambda each: _about_how_many(work, each)) if query.marks[1:] else query.marks
    named = marks.alias("leading")
    number = named.c.number if asked else statements.c.number
    found = sa.select(statements.c.number, statements.c.content).where(~statements.c.is_voided, *bounds)
    for each in asked[1:]:
        other = marks.alias()
        found = found.where(sa.exists().where(other.c.mark.in_(each), other.c.number == number))
    for bound, later in ((query.since, True), (query.until, False)):
        if bound is not None:
            last = _last_until(work, bound)
            found = found.where(number > last if later else number <= last)
    if query.more is not None:
        found = found.where(number > query.more if query.ascending else number < query.more)
    found = found.order_by(number if query.ascending else number.desc()).limit(query.limit + 1)
    if not asked:
        return work.rows(found)
    found = found.join_from(named, statements, statements.c.number == number)
    # Each of its marks has an order of its own: the first ones of all are among the first ones of each.
    every = {row["number"]: row for each in asked[0] for row in work.rows(found.where(named.c.mark == each))}
    return [every[one] for one in sorted(every, reverse=not query.ascending)][: query.limit + 1]


def _about_how_many(work: Work, each: Sequence[bytes]) -> int:
    """Count what is found by a thing asked for, as far as it matters for which of several leads."""
    some = sa.select(marks.c.number).where(marks.c.mark.in_(each)).limit(_ENOUGH).subquery()
    return int(work.connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def _last_until(work: Work, until: datetime) -> int:
    """Return the number of the last statement stored up to a moment: both only ever grow."""
    query = sa.select(statements.c.number).where(statements.c.stored <= until)
    row = work.one(query.order_by(statements.c.stored.desc(), statements.c.number.desc()).limit(1))
    return int(row["number"]) if row is not None else 0


def _attached(work: Work, numbers: Sequence[int]) -> list[Attachment]:
    """Return the attachments of statements, the same bytes once."""
    rows = work.rows(sa.select(attachments).where(attachments.c.number.in_(numbers)))
    one_each = {row["sha2"]: row for row in rows}
    return [Attachment(sha2=sha2, content_type=row["content_type"], body=row["body"]) for sha2, row in one_each.items()]
