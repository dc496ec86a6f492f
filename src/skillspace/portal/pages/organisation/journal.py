"""The journal: what people at the organisation decided on its node, when and why; kept for good."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from skillspace.kernel.ids import new_id
from skillspace.people.accounts import Account
from skillspace.storage.database import Moment, Work, metadata

MOST_WHY = 300

entries = sa.Table(
    "journal_entry",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("thing", sa.String, nullable=False, index=True),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line: who did what (`act`) to which `thing` (its identifier; `title` in words), and what came of it.

    `outcome` is a state of `words.STATES`, `why` what the person gave as the reason, or why it was refused.
    """

    id: str
    at: datetime
    by: str
    act: str
    thing: str
    title: str
    outcome: str
    why: str


def note(
    work: Work, account: Account, act: str, *, thing: str, title: str, outcome: str = "DONE", why: str = ""
) -> None:
    """Write a line in the transaction of the act itself."""
    row = {"id": new_id("entry"), "at": work.now, "by": account.name, "act": act, "thing": thing}
    work.insert(entries, row | {"title": title[:300], "outcome": outcome, "why": " ".join(why.split())[:MOST_WHY]})


def latest(work: Work, *, limit: int) -> list[Entry]:
    """Return the latest lines, newest first."""
    query = sa.select(entries).order_by(entries.c.at.desc(), entries.c.number.desc()).limit(limit)
    return [_entry(row) for row in work.connection.execute(query).mappings()]


def about(work: Work, thing: str) -> list[Entry]:
    """Return every line about one thing, the first one first."""
    query = sa.select(entries).where(entries.c.thing == thing).order_by(entries.c.number)
    return [_entry(row) for row in work.connection.execute(query).mappings()]


def last_about(work: Work, things: Collection[str], acts: Collection[str]) -> dict[str, Entry]:
    """Return the last line of one of these acts about each of these things that has any."""
    query = sa.select(entries).where(entries.c.thing.in_(sorted(things)), entries.c.act.in_(sorted(acts)))
    rows = work.connection.execute(query.order_by(entries.c.number)).mappings()
    return {row["thing"]: _entry(row) for row in rows}


def _entry(row: sa.RowMapping) -> Entry:
    return Entry(**{name: value for name, value in row.items() if name != "number"})
