"""Comparing what rooms' tables say now with what was last written about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import SkillspaceError
from skillspace.storage.database import Work
from skillspace.trust.journal.chain import canonical
from skillspace.trust.journal.model import GONE, Verdict, Wrong
from skillspace.trust.journal.ports import Exhibited
from skillspace.trust.journal.service import BATCH, batched, begins
from skillspace.trust.journal.store import contents, entries

_GONE = canonical(GONE)
#: A row that somebody tampered with may not even be readable for its room.
_UNREADABLE = (SkillspaceError, sa.exc.SQLAlchemyError, ValueError, TypeError, LookupError, AttributeError)


def compare_rows(work: Work, room: Exhibited, verdict: Verdict) -> None:
    """Find rows that differ from the newest entry about them, rows that are gone, and rows that nobody wrote down."""
    for newest in _newest(work, room.prefix):
        written = _contents(work, newest)
        known = [about for about in newest if newest[about] in written]
        for about, row in _shown(work, room, known, verdict):
            verdict.rows += 1
            _compare(verdict, newest[about], about, row, written[newest[about]])
    try:
        for batch in batched(room.rows(work), BATCH):
            _unwritten(work, room.prefix, batch, verdict)
    except _UNREADABLE as fault:
        text = f"the rows of {room.prefix.rstrip('.')} cannot be listed ({type(fault).__name__})"
        verdict.find(Wrong.ROW_UNREADABLE, text)


def _compare(verdict: Verdict, number: int, about: str, row: Mapping[str, object] | None, written: str) -> None:
    if row is None:
        if written != _GONE:
            text = "the row is gone, and nothing tells that it was deleted or forgotten"
            verdict.find(Wrong.ROW_GONE, text, number=number, about=about)
    elif _spelled(row) != written:
        text = "the row says something else than the newest entry about it"
        verdict.find(Wrong.ROW_DIFFERS, text, number=number, about=about)


def _spelled(row: Mapping[str, object]) -> str:
    try:
        return canonical(row)
    except SkillspaceError:
        return ""


def _newest(work: Work, prefix: str) -> Iterator[dict[str, int]]:
    """Give the newest entry about each thing of a room, some hundred at a time."""
    newest = sa.func.max(entries.c.number).label("number")
    query = sa.select(entries.c.about, newest).where(begins(prefix)).group_by(entries.c.about)
    query = query.order_by(entries.c.about).limit(BATCH)
    page = _pairs(work, query)
    while page:
        yield page
        following = query.where(entries.c.about > list(page)[-1])
        page = _pairs(work, following)


def _contents(work: Work, newest: Mapping[str, int]) -> dict[int, Any]:
    query = sa.select(contents.c.number, contents.c.content).where(contents.c.number.in_(list(newest.values())))
    return _pairs(work, query)


def _pairs(work: Work, query: sa.Select[Any]) -> dict[Any, Any]:
    return {row[0]: row[1] for row in work.connection.execute(query).all()}


def _shown(
    work: Work, room: Exhibited, abouts: list[str], verdict: Verdict
) -> Iterator[tuple[str, Mapping[str, object] | None]]:
    """What the room shows of each; where that fails, one by one, so that the faulty row is named."""
    try:
        found = room.exhibit(work, abouts) if abouts else {}
    except _UNREADABLE:
        for about in abouts:
            try:
                yield about, room.exhibit(work, [about]).get(about)
            except _UNREADABLE as fault:
                text = f"the row cannot be read ({type(fault).__name__})"
                verdict.find(Wrong.ROW_UNREADABLE, text, about=about)
        return
    for about in abouts:
        yield about, found.get(about)


def _unwritten(work: Work, prefix: str, abouts: list[str], verdict: Verdict) -> None:
    query = sa.select(entries.c.about).where(entries.c.about.in_(abouts) & begins(prefix)).distinct()
    known = set(work.connection.execute(query).scalars())
    for about in abouts:
        if about not in known:
            verdict.find(Wrong.ROW_UNWRITTEN, "there is a row, and no entry about it", about=about[:200])
