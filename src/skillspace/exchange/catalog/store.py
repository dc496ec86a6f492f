"""Tables of the catalog: our offerings, and what was read of others with how the last reading went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.catalog.model import CrawledOffering, Offering
from skillspace.storage.database import Moment, Work, metadata

offerings = sa.Table(
    "offering",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("description", sa.JSON, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("personal", sa.Boolean, nullable=False),
    sa.Column("purposes", sa.JSON, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("format", sa.String, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
    sa.Column("retention_days", sa.Integer, nullable=True),
    sa.Column("updated", Moment, nullable=False),
)

crawled_catalogs = sa.Table(
    "crawled_catalog",
    metadata,
    sa.Column("provider", sa.String, primary_key=True),
    sa.Column("seen_at", Moment, nullable=True),
    sa.Column("tried_at", Moment, nullable=False),
    sa.Column("reachable", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_error", sa.String, nullable=True),
)

crawled_offerings = sa.Table(
    "crawled_offering",
    metadata,
    sa.Column("provider", sa.String, sa.ForeignKey("crawled_catalog.provider"), primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("description", sa.JSON, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("personal", sa.Boolean, nullable=False),
    sa.Column("purposes", sa.JSON, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("formats", sa.JSON, nullable=False),
    sa.Column("offer", sa.JSON, nullable=False),
    sa.Column("retention_days", sa.Integer, nullable=True),
    sa.Column("updated", Moment, nullable=True),
)


def save_offering(work: Work, offering: Offering) -> None:
    """Add an offering or change the one with its id."""
    row = {column.name: getattr(offering, column.name) for column in offerings.columns}
    texts = {name: dict(row[name]) for name in ("title", "description", "policy")}
    lists = {name: list(row[name]) for name in ("kinds", "purposes")}
    work.upsert(offerings, row | texts | lists, on=("id",))


def delete_offering(work: Work, offering_id: str) -> bool:
    """Remove an offering; tell whether there was one."""
    return work.delete(offerings, offerings.c.id == offering_id) > 0


def read_offering(work: Work, offering_id: str) -> Offering | None:
    """Return one of our offerings."""
    row = work.one(sa.select(offerings).where(offerings.c.id == offering_id))
    return _offering(row) if row else None


def list_offerings(work: Work) -> list[Offering]:
    """Return our offerings by id."""
    return [_offering(row) for row in work.rows(sa.select(offerings).order_by(offerings.c.id))]


def note_failure(work: Work, provider: str, error: str) -> int:
    """Remember that a catalog could not be read, how often in a row (returned); what was read before stays, stale."""
    before = work.one(sa.select(crawled_catalogs.c.failures).where(crawled_catalogs.c.provider == provider))
    failures = (before["failures"] if before else 0) + 1
    row = {"provider": provider, "tried_at": work.now, "reachable": False, "failures": failures}
    work.upsert(crawled_catalogs, row | {"last_error": error[:500]}, on=("provider",))
    return failures


def replace_crawled(work: Work, provider: str, found: list[CrawledOffering]) -> bool:
    """Store what a catalog holds now; tell whether anything differs from before."""
    before = {known.id: known for known in list_crawled(work, provider=provider)}
    row = {"provider": provider, "seen_at": work.now, "tried_at": work.now, "reachable": True, "failures": 0}
    work.upsert(crawled_catalogs, row | {"last_error": None}, on=("provider",))
    work.delete(crawled_offerings, crawled_offerings.c.provider == provider)
    work.insert(crawled_offerings, *(_crawled_row(offering) for offering in found))
    after = {known.id: _crawled_row(known) for known in found}
    return after != {name: _crawled_row(known) for name, known in before.items()}


def list_crawled(work: Work, *, provider: str | None = None, offering_id: str | None = None) -> list[CrawledOffering]:
    """Return crawled offerings by provider and id, narrowed to one provider or one id."""
    joined = crawled_offerings.join(crawled_catalogs)
    state = (crawled_catalogs.c.seen_at, crawled_catalogs.c.reachable, crawled_catalogs.c.last_error)
    query = sa.select(crawled_offerings, *state).select_from(joined)
    if provider is not None:
        query = query.where(crawled_offerings.c.provider == provider)
    if offering_id is not None:
        query = query.where(crawled_offerings.c.id == offering_id)
    query = query.order_by(crawled_offerings.c.provider, crawled_offerings.c.id)
    return [_crawled(row) for row in work.rows(query)]


def last_crawl(work: Work) -> datetime | None:
    """Return when a catalog was last read successfully."""
    newest = sa.select(crawled_catalogs.c.seen_at).where(crawled_catalogs.c.seen_at.is_not(None))
    row = work.one(newest.order_by(crawled_catalogs.c.seen_at.desc()).limit(1))
    return row["seen_at"] if row else None


def reachability(work: Work) -> dict[str, bool]:
    """Return for each provider whether the last reading of its catalog succeeded."""
    query = sa.select(crawled_catalogs.c.provider, crawled_catalogs.c.reachable)
    return {row["provider"]: row["reachable"] for row in work.rows(query)}


def _offering(row: Mapping[str, Any]) -> Offering:
    return Offering(**dict(row) | {"kinds": tuple(row["kinds"]), "purposes": tuple(row["purposes"])})


def _crawled(row: Mapping[str, Any]) -> CrawledOffering:
    tuples = {name: tuple(row[name]) for name in ("kinds", "purposes", "formats")}
    return CrawledOffering(**dict(row) | tuples)


def _crawled_row(offering: CrawledOffering) -> dict[str, Any]:
    row = {column.name: getattr(offering, column.name) for column in crawled_offerings.columns}
    return row | {name: list(row[name]) for name in ("kinds", "purposes", "formats")}
