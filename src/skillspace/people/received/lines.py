"""Shares received as lines of a table: without the profiles, so that thousands are listed at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.people.received.machine import ReceivedState
from skillspace.people.received.store import received
from skillspace.storage.database import Work

_COLUMNS = [column for column in received.c if column.name not in ("profile", "transfer", "dataset")]


@dataclass(frozen=True, kw_only=True)
class ReceivedLine:
    """One share without what was shared: who, for what, until when, and where it stands."""

    grant_id: str
    intermediary: str
    subject: str
    purpose: str
    kinds: tuple[str, ...]
    since: datetime
    until: datetime
    state: ReceivedState
    reason: str | None
    name: str | None
    read_at: datetime | None


def received_lines(
    work: Work,
    purposes: Collection[str],
    *,
    words: str = "",
    sort: str = "since",
    is_down: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> tuple[int, list[ReceivedLine]]:
    """Return how many shares for these purposes fit the words (in shared names), and one page of them."""
    named = received.c.name.icontains(words, autoescape=True) if words else sa.true()
    where = sa.and_(received.c.purpose.in_(sorted(purposes)), named)
    counted = work.one(sa.select(sa.func.count().label("count")).select_from(received).where(where))
    order = received.c[sort]
    query = sa.select(*_COLUMNS).where(where).order_by(order.desc() if is_down else order, received.c.grant_id)
    rows = work.rows(query.offset(offset).limit(limit))
    return int(counted["count"]) if counted else 0, [_line(row) for row in rows]


def living_lines(work: Work, purpose: str) -> list[ReceivedLine]:
    """Return the shares for a purpose that may be looked at now, by grant."""
    open_now = (received.c.state == ReceivedState.OPEN) & (received.c.until > work.now)
    query = sa.select(*_COLUMNS).where(received.c.purpose == purpose, open_now).order_by(received.c.grant_id)
    return [_line(row) for row in work.rows(query)]


def ending_before(work: Work, moment: datetime) -> int:
    """Return how many living shares end before a moment."""
    where = (received.c.state == ReceivedState.OPEN) & (received.c.until > work.now) & (received.c.until < moment)
    counted = work.one(sa.select(sa.func.count().label("count")).select_from(received).where(where))
    return int(counted["count"]) if counted else 0


def _line(row: Mapping[str, Any]) -> ReceivedLine:
    changes = {"kinds": tuple(row["kinds"]), "state": ReceivedState(row["state"])}
    return ReceivedLine(**{**row, **changes})
