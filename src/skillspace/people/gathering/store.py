"""The table of gatherings: one for each yes that brings data into a person's space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.people.gathering.machine import GATHERING, GatheringState
from skillspace.storage.database import Moment, metadata

_STATES = ", ".join(f"'{state}'" for state in sorted(GATHERING.states))

gatherings = sa.Table(
    "gathering",
    metadata,
    sa.Column("grant_id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("provider", sa.String, nullable=False),
    sa.Column("provider_name", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("transfer", sa.String, nullable=True),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("records", sa.Integer, nullable=False),
    sa.Column("problems", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("arrived", Moment, nullable=True),
    sa.CheckConstraint(f"state IN ({_STATES})", name="gathering_state"),
    sa.Index("gathering_by_provider", "provider", "dataset", "state"),
)


@dataclass(frozen=True, kw_only=True)
class GatheringStatus:
    """Where the records of one yes are. `records` arrived and could be read, `problems` arrived and could not.

    `reason` says why it failed or ended; `tries` counts calls the organisation did not answer; `removed` counts the
    records that went when the yes was taken back.
    """

    grant_id: str
    person: str
    provider: str
    provider_name: str
    dataset: str
    state: GatheringState
    reason: str | None
    transfer: str | None
    tries: int
    records: int
    problems: int
    removed: int
    made: datetime
    arrived: datetime | None


def status_of(row: Mapping[str, Any]) -> GatheringStatus:
    """Read a row."""
    return GatheringStatus(**{**row, "state": GatheringState(row["state"])})
