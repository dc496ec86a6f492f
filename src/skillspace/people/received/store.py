"""The table of shares received; a copy of a profile lies here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.people.received.machine import RECEIVED, ReceivedState
from skillspace.people.sharing import SharedProfile
from skillspace.storage.database import Moment, metadata

_states = ", ".join(f"'{state}'" for state in sorted(RECEIVED.states))

received = sa.Table(
    "received_profile",
    metadata,
    sa.Column("grant_id", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False, index=True),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("since", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("transfer", sa.String, nullable=True, index=True),
    sa.Column("name", sa.String, nullable=True),
    sa.Column("profile", sa.JSON, nullable=True),
    sa.Column("read_at", Moment, nullable=True),
    sa.CheckConstraint(f"state IN ({_states})", name="received_state"),
)


@dataclass(frozen=True, kw_only=True)
class ReceivedProfile:
    """One share: who (a pseudonym; a name where it was allowed), for what, until when, and the copy if one is kept.

    `restricted` is why it is kept and not used; it has no name and no copy then.
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
    transfer: str | None
    name: str | None
    profile: SharedProfile | None
    read_at: datetime | None
    restricted: str | None = None


def share_of(row: Mapping[str, Any]) -> ReceivedProfile:
    """Read a row."""
    profile = SharedProfile.model_validate(row["profile"]) if row["profile"] else None
    changes = {"kinds": tuple(row["kinds"]), "state": ReceivedState(row["state"]), "profile": profile}
    return ReceivedProfile(**{**row, **changes})
