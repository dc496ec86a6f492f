"""The tables of the data planes: sources an operator wrote down (without secrets), and what providers pushed to us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import Moment, Work, metadata

data_sources = sa.Table(
    "data_source",
    metadata,
    sa.Column("dataset", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("secret", sa.String, nullable=True),
    sa.Column("changed", Moment, nullable=False),
)

arrivals = sa.Table(
    "data_arrival",
    metadata,
    sa.Column("transfer", sa.String, primary_key=True),
    sa.Column("file", sa.String, nullable=False),
    sa.Column("etag", sa.String, nullable=True),
    sa.Column("length", sa.BigInteger, nullable=True),
    sa.Column("media_type", sa.String, nullable=False),
    sa.Column("sha256", sa.String, nullable=True),
    sa.Column("is_whole", sa.Boolean, nullable=False),
    sa.Column("changed", Moment, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """A source as it is written down: `settings` hold no secret, `secret` is the name of one."""

    dataset: str
    kind: str
    settings: Mapping[str, Any]
    secret: str | None
    changed: datetime


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Data a provider pushes: `file` is its name in the sink's folder, `length` all bytes there will be if known."""

    transfer: str
    file: str
    etag: str | None
    length: int | None
    media_type: str
    sha256: str | None
    is_whole: bool
    changed: datetime


def save_source(work: Work, row: SourceRow) -> None:
    """Write a source down, over a former one of the dataset."""
    work.upsert(data_sources, {name: getattr(row, name) for name in SourceRow.__dataclass_fields__}, on=("dataset",))


def delete_source(work: Work, dataset: str) -> bool:
    """Forget a source; tell whether there was one."""
    return work.delete(data_sources, data_sources.c.dataset == dataset) > 0


def one_source(work: Work, dataset: str) -> SourceRow | None:
    """Return the source of a dataset."""
    row = work.one(sa.select(data_sources).where(data_sources.c.dataset == dataset))
    return SourceRow(**row) if row else None


def all_sources(work: Work) -> list[SourceRow]:
    """Return every source, by dataset."""
    return [SourceRow(**row) for row in work.rows(sa.select(data_sources).order_by(data_sources.c.dataset))]


def save_arrival(work: Work, arrival: Arrival) -> None:
    """Write down how far a push came."""
    row = {name: getattr(arrival, name) for name in Arrival.__dataclass_fields__}
    work.upsert(arrivals, row, on=("transfer",))


def one_arrival(work: Work, transfer: str) -> Arrival | None:
    """Return what came by a transfer."""
    row = work.one(sa.select(arrivals).where(arrivals.c.transfer == transfer))
    return Arrival(**row) if row else None


def delete_arrival(work: Work, transfer: str) -> None:
    """Forget what came by a transfer."""
    work.delete(arrivals, arrivals.c.transfer == transfer)


def open_arrivals(work: Work) -> list[Arrival]:
    """Return what has begun to come and is not whole."""
    return [Arrival(**row) for row in work.rows(sa.select(arrivals).where(arrivals.c.is_whole.is_(False)))]
