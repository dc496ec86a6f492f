"""Shares received as lines of a table: without the profiles, so that thousands are listed at once.

Asked for by `Received` alone, which knows of whom nothing may be used.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.people.received.machine import ReceivedState
from skillspace.people.received.store import received
from skillspace.storage.database import Work

_COLUMNS = [column for column in received.c if column.name not in ("profile", "transfer")]


@dataclass(frozen=True, kw_only=True)
class ReceivedLine:
    """One share without what was shared: who, for what, until when, and where it stands.

    `restricted` is why it is kept and not used; it names nobody then.
    """

    grant_id: str
    intermediary: str
    subject: str
    dataset: str
    purpose: str
    kinds: tuple[str, ...]
    since: datetime
    until: datetime
    state: ReceivedState
    reason: str | None
    name: str | None
    read_at: datetime | None
    restricted: str | None = None


def received_lines(
    work: Work,
    purposes: Collection[str],
    stopped: Mapping[str, str],
    *,
    words: str = "",
    sort: str = "since",
    is_down: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> tuple[int, list[ReceivedLine]]:
    """Return how many shares for these purposes fit the words (in shared names), and one page of them.

    Those in `stopped` (by grant, with why) are listed without their names, and not found by them; nor are those that
    ended, of which a law may keep a copy.
    """
    usable = received.c.grant_id.not_in(sorted(stopped)) & (received.c.state != ReceivedState.ENDED)
    named = received.c.name.icontains(words, autoescape=True) & usable if words else sa.true()
    where = sa.and_(received.c.purpose.in_(sorted(purposes)), named)
    counted = work.one(sa.select(sa.func.count().label("count")).select_from(received).where(where))
    order = sa.case((usable, received.c.name), else_=None) if sort == "name" else received.c[sort]
    query = sa.select(*_COLUMNS).where(where).order_by(order.desc() if is_down else order, received.c.grant_id)
    rows = work.rows(query.offset(offset).limit(limit))
    return int(counted["count"]) if counted else 0, [without_name(_line(row), stopped) for row in rows]


def lines_about(work: Work, subjects: Collection[str]) -> list[ReceivedLine]:
    """Return the shares of these subjects, whoever keeps their spaces."""
    query = sa.select(*_COLUMNS).where(received.c.subject.in_(sorted(subjects)))
    return [_line(row) for row in work.rows(query)]


def living_lines(work: Work, purpose: str) -> list[ReceivedLine]:
    """Return the shares for a purpose that have not ended, by grant."""
    open_now = (received.c.state == ReceivedState.OPEN) & (received.c.until > work.now)
    query = sa.select(*_COLUMNS).where(received.c.purpose == purpose, open_now).order_by(received.c.grant_id)
    return [_line(row) for row in work.rows(query)]


def ending_before(work: Work, moment: datetime) -> int:
    """Return how many living shares end before a moment."""
    where = (received.c.state == ReceivedState.OPEN) & (received.c.until > work.now) & (received.c.until < moment)
    counted = work.one(sa.select(sa.func.count().label("count")).select_from(received).where(where))
    return int(counted["count"]) if counted else 0


def without_name(line: ReceivedLine, stopped: Mapping[str, str]) -> ReceivedLine:
    """Return the line as it may be shown."""
    why = stopped.get(line.grant_id)
    return replace(line, name=None, restricted=why) if why or line.state is ReceivedState.ENDED else line


def _line(row: Mapping[str, Any]) -> ReceivedLine:
    changes = {"kinds": tuple(row["kinds"]), "state": ReceivedState(row["state"])}
    return ReceivedLine(**{**row, **changes})
