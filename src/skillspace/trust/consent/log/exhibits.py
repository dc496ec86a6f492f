"""What the tables of consent say now, held against what the journal says was written: grants, and releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from skillspace.storage.database import Work
from skillspace.trust.consent.log import audit, books
from skillspace.trust.consent.store import grants, releases, to_grant

Shown = Mapping[str, Mapping[str, object] | None]
GRANTS, RELEASES = "grant.", "release."
_PAGE = 1000


def shown_grants(work: Work, abouts: list[str]) -> Shown:
    """Return what is agreed in each of these grants now, as the journal tells it; None for one that is gone."""
    rows = work.rows(sa.select(grants).where(grants.c.id.in_(abouts)))
    return dict.fromkeys(abouts) | {row["id"]: books.frame_of(to_grant(row)) for row in rows}


def shown_releases(work: Work, abouts: list[str]) -> Shown:
    """Return what the gate decided in each of these lines, as the journal tells it; None for one that is gone."""
    rows = work.rows(sa.select(releases).where(releases.c.id.in_(abouts)))
    return dict.fromkeys(abouts) | {row["id"]: audit.frame_of(row) for row in rows}


def every_grant(work: Work) -> Iterator[str]:
    """Yield the identifier of every grant that must stand in the journal."""
    return _every(work, grants.c.id)


def every_release(work: Work) -> Iterator[str]:
    """Yield the identifier of every decision that must stand in the journal."""
    return _every(work, releases.c.id)


def _every(work: Work, column: sa.Column[str]) -> Iterator[str]:
    last = ""
    while page := work.rows(sa.select(column.label("id")).where(column > last).order_by(column).limit(_PAGE)):
        yield from (row["id"] for row in page)
        last = page[-1]["id"]
