"""Tables of what was read in other catalogs: each reading a generation, which takes the former one's place at once."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.exchange.catalog.matching import any_value
from skillspace.exchange.catalog.model import CrawledOffering, Reference
from skillspace.exchange.odrl import canonical
from skillspace.kernel.clock import iso
from skillspace.kernel.ids import new_id
from skillspace.storage.database import Moment, Work, metadata

#: A reading that was not continued for so long has died with its task.
READING_DIES = timedelta(minutes=2)
CHUNK = 500
#: The sum of a catalog without offerings.
NOTHING = "0"

crawled_catalogs = sa.Table(
    "crawled_catalog",
    metadata,
    sa.Column("provider", sa.String, primary_key=True),
    sa.Column("seen_at", Moment, nullable=True),
    sa.Column("tried_at", Moment, nullable=False),
    sa.Column("reachable", sa.Boolean, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_error", sa.String, nullable=True),
    # The generation that is shown, the one that is being read, and what is known of the one that is shown.
    sa.Column("generation", sa.String, nullable=True),
    sa.Column("reading", sa.String, nullable=True),
    sa.Column("digest", sa.String, nullable=True),
    sa.Column("content", sa.String, nullable=True),
    sa.Column("offered", sa.Integer, nullable=True),
    sa.Column("skipped", sa.Integer, nullable=True),
    sa.Column("endpoint", sa.String, nullable=True),
)

crawled_datasets = sa.Table(
    "crawled_dataset",
    metadata,
    sa.Column("teller", sa.String, primary_key=True),
    sa.Column("generation", sa.String, primary_key=True),
    sa.Column("provider", sa.String, primary_key=True),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("title", sa.JSON, nullable=False),
    sa.Column("description", sa.JSON, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("personal", sa.Boolean, nullable=False),
    sa.Column("purposes", sa.JSON, nullable=False),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("formats", sa.JSON, nullable=False),
    sa.Column("offer", sa.JSON, nullable=False),
    sa.Column("other_offers", sa.JSON, nullable=False),
    sa.Column("retention_days", sa.Integer, nullable=True),
    sa.Column("updated", Moment, nullable=True),
    sa.Column("endpoint", sa.String, nullable=True),
)

references = sa.Table(
    "crawled_reference",
    metadata,
    sa.Column("teller", sa.String, primary_key=True),
    sa.Column("generation", sa.String, primary_key=True),
    sa.Column("participant", sa.String, primary_key=True),
    sa.Column("endpoint", sa.String, primary_key=True),
)
_LISTS = ("kinds", "purposes", "formats", "other_offers")


def known(work: Work, provider: str) -> Mapping[str, Any] | None:
    """Return what is known of the readings of one catalog."""
    return work.one(sa.select(crawled_catalogs).where(crawled_catalogs.c.provider == provider))


def is_being_read(work: Work, provider: str) -> bool:
    """Tell whether a reading of this catalog is under way."""
    row = known(work, provider)
    return bool(row and row["reading"]) and work.now - row["tried_at"] < READING_DIES if row else False


def begin(work: Work, provider: str) -> str:
    """Begin a reading and return the name of its generation; what another one had read so far is forgotten."""
    generation, row = new_id("reading"), known(work, provider)
    if row is None:
        fresh = {"provider": provider, "tried_at": work.now, "reachable": False, "failures": 0, "reading": generation}
        work.insert(crawled_catalogs, fresh)
    else:
        work.update(crawled_catalogs, _of(provider), reading=generation, tried_at=work.now)
    return generation


def is_current(work: Work, provider: str, generation: str) -> bool:
    """Tell whether this reading is still the one under way."""
    row = known(work, provider)
    return row is not None and row["reading"] == generation


def add(
    work: Work, provider: str, generation: str, found: Sequence[CrawledOffering], named: Sequence[Reference] = ()
) -> list[CrawledOffering]:
    """Keep what one page held; return those of it that this reading had not met before (the first one counts)."""
    work.update(crawled_catalogs, _of(provider), tried_at=work.now)
    table, fresh = crawled_datasets, {(one.provider, one.id): one for one in reversed(found)}
    names = sorted({name for _, name in fresh})
    for place in range(0, len(names), CHUNK):
        here = (table.c.teller == provider) & (table.c.generation == generation)
        query = sa.select(table.c.provider, table.c.id).where(here, table.c.id.in_(names[place : place + CHUNK]))
        for row in work.rows(query):
            fresh.pop((row["provider"], row["id"]), None)
    kept = list(reversed(fresh.values()))
    place_in = {"teller": provider, "generation": generation}
    work.insert(table, *(_row(offering) | place_in for offering in kept))
    for reference in named:
        row = place_in | {"participant": reference.participant, "endpoint": reference.endpoint}
        work.upsert(references, row, on=("teller", "generation", "participant", "endpoint"))
    return kept


def show(work: Work, provider: str, generation: str, **facts: object) -> bool:
    """Let a reading that came to its end take the former one's place; tell whether anything differs.

    `facts` are columns of the catalog; `content` is the sum of all that was read (`content_of`).
    """
    row = known(work, provider)
    before = (row["content"] if row else None) or NOTHING
    state = {"seen_at": work.now, "tried_at": work.now, "reachable": True, "failures": 0, "last_error": None}
    work.update(crawled_catalogs, _of(provider), generation=generation, reading=None, **state, **facts)
    return bool(before != facts["content"])


def note_unchanged(work: Work, provider: str) -> None:
    """Remember that a catalog is as it was when it was read last."""
    state = {"seen_at": work.now, "tried_at": work.now, "reachable": True, "failures": 0, "last_error": None}
    work.update(crawled_catalogs, _of(provider), reading=None, **state)


def note_failure(work: Work, provider: str, error: str) -> int:
    """Remember that a catalog could not be read, how often in a row (returned); what was read before stays, stale."""
    row = known(work, provider)
    failures = (row["failures"] if row else 0) + 1
    state = {"provider": provider, "tried_at": work.now, "reachable": False, "failures": failures, "reading": None}
    work.upsert(crawled_catalogs, state | {"last_error": error[:500]}, on=("provider",))
    return failures


def sweep(work: Work, provider: str) -> None:
    """Delete what was read of a catalog and is neither shown nor being read."""
    row = known(work, provider)
    kept = [name for name in (row["generation"], row["reading"]) if name] if row else []
    for table in (crawled_datasets, references):
        work.delete(table, (table.c.teller == provider) & table.c.generation.not_in(kept))


def replace_crawled(work: Work, provider: str, found: Sequence[CrawledOffering]) -> bool:
    """Store a whole catalog at once; tell whether anything differs from before."""
    generation = begin(work, provider)
    kept = add(work, provider, generation, found)
    changed = show(work, provider, generation, content=content_of(kept)[0], offered=len(kept), skipped=0)
    sweep(work, provider)
    return changed


def content_of(found: Sequence[CrawledOffering], before: str = NOTHING) -> tuple[str, int]:
    """Return a sum over all that offerings say, whatever their order, and how many bytes they say it with.

    `before` is the sum of earlier pages.
    """
    total, size = int(before, 16), 0
    for offering in found:
        row = _row(offering)
        said = canonical(row | {"updated": iso(row["updated"]) if row["updated"] else None}).encode()
        total += int.from_bytes(hashlib.blake2b(said, digest_size=16).digest(), "big")
        size += len(said)
    return f"{total % (1 << 128):x}", size


def list_crawled(
    work: Work,
    *,
    provider: str | None = None,
    ids: Collection[str] | None = None,
    purposes: Collection[str] | None = None,
    is_hearsay: bool = False,
) -> list[CrawledOffering]:
    """Return crawled offerings by provider and id, narrowed as asked: one's own word, or what others tell of them."""
    table = crawled_datasets
    shown = (table.c.teller == crawled_catalogs.c.provider) & (table.c.generation == crawled_catalogs.c.generation)
    state = (crawled_catalogs.c.seen_at, crawled_catalogs.c.reachable, crawled_catalogs.c.last_error)
    query = sa.select(table, *state).select_from(table.join(crawled_catalogs, shown))
    query = query.where(table.c.provider != table.c.teller if is_hearsay else table.c.provider == table.c.teller)
    if provider is not None:
        query = query.where(table.c.provider == provider)
        # Named too where it follows, so that the index by teller is used.
        query = query if is_hearsay else query.where(table.c.teller == provider)
    if ids is not None:
        query = query.where(table.c.id.in_(sorted(ids)))
    if purposes is not None:
        wanted, dialect = sorted(purposes), work.connection.dialect.name
        query = query.where(any_value(table, table.c.purposes, lambda purpose: purpose.in_(wanted), dialect))
    return [_crawled(row) for row in work.rows(query.order_by(table.c.provider, table.c.id, table.c.teller))]


def first_ids(work: Work, provider: str, limit: int) -> list[str]:
    """Return the ids of a provider's own offerings in order, `limit` at most."""
    row = known(work, provider)
    table = crawled_datasets
    own = (table.c.teller == provider) & (table.c.provider == provider)
    here = own & (table.c.generation == (row["generation"] if row else None))
    return [found["id"] for found in work.rows(sa.select(table.c.id).where(here).order_by(table.c.id).limit(limit))]


def list_references(work: Work) -> list[tuple[str, Reference]]:
    """Return every catalog that another one names, each with who named it."""
    shown = (references.c.teller == crawled_catalogs.c.provider) & (
        references.c.generation == crawled_catalogs.c.generation
    )
    query = sa.select(references).select_from(references.join(crawled_catalogs, shown))
    rows = work.rows(query.order_by(references.c.teller, references.c.participant, references.c.endpoint))
    return [(row["teller"], Reference(participant=row["participant"], endpoint=row["endpoint"])) for row in rows]


def reached(work: Work) -> list[Reference]:
    """Return the catalogs that answered last time, and where."""
    table = crawled_catalogs
    query = sa.select(table).where(table.c.reachable.is_(True), table.c.endpoint.is_not(None))
    rows = work.rows(query.order_by(table.c.provider))
    return [Reference(participant=row["provider"], endpoint=row["endpoint"]) for row in rows]


def last_crawl(work: Work) -> datetime | None:
    """Return when a catalog was last read successfully."""
    newest = sa.select(crawled_catalogs.c.seen_at).where(crawled_catalogs.c.seen_at.is_not(None))
    row = work.one(newest.order_by(crawled_catalogs.c.seen_at.desc()).limit(1))
    return row["seen_at"] if row else None


def reachability(work: Work) -> dict[str, bool]:
    """Return for each provider whether the last reading of its catalog succeeded."""
    tried = crawled_catalogs.c.seen_at.is_not(None) | (crawled_catalogs.c.failures > 0)
    query = sa.select(crawled_catalogs.c.provider, crawled_catalogs.c.reachable).where(tried)
    return {row["provider"]: row["reachable"] for row in work.rows(query)}


def _of(provider: str) -> sa.ColumnElement[bool]:
    return crawled_catalogs.c.provider == provider


def _crawled(row: Mapping[str, Any]) -> CrawledOffering:
    kept = {name: value for name, value in row.items() if name not in ("teller", "generation")}
    tuples = {name: tuple(row[name]) for name in _LISTS}
    told_by = None if row["teller"] == row["provider"] else row["teller"]
    return CrawledOffering(**kept | tuples, told_by=told_by)


def _row(offering: CrawledOffering) -> dict[str, Any]:
    names = [column.name for column in crawled_datasets.columns if column.name not in ("teller", "generation")]
    row = {name: getattr(offering, name) for name in names}
    return row | {name: list(row[name]) for name in _LISTS}
