"""The tables of mandates: births, mandates, own words, joint agreements, acts, grants asked again, worries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import from_iso
from skillspace.storage.database import Moment, metadata
from skillspace.trust.mandate.machine import ASKED_AGAIN, CONCERN, MANDATE, AgainState, ConcernState, MandateState
from skillspace.trust.mandate.model import Capacity, Concern, Done, Evidence, Mandate, Outgrows, Proof, Scope, Word


def _among(values: Any) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


#: Of a person's age nothing leaves this table but a standing. `born` is NULL where only adulthood was declared; `id` is
#: how the journal knows what was recorded, `dated` the day on the evidence.
births = sa.Table(
    "birth",
    metadata,
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("born", sa.Date, nullable=True),
    sa.Column("country", sa.String, nullable=False),
    sa.Column("proof", sa.String, nullable=False),
    sa.Column("issuer", sa.String, nullable=False),
    sa.Column("reference", sa.String, nullable=False),
    sa.Column("dated", sa.Date, nullable=True),
    sa.Column("told_by", sa.String, nullable=False),
    sa.Column("told", Moment, nullable=False),
    sa.CheckConstraint(f"proof IN ({_among(Proof)})", name="birth_proof"),
    sa.Index("birth_by_country", "country", "born"),
)

mandates = sa.Table(
    "mandate",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("principal", sa.String, nullable=False),
    sa.Column("agent", sa.String, nullable=False, index=True),
    sa.Column("capacity", sa.String, nullable=False),
    sa.Column("scope", sa.JSON, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("starts", Moment, nullable=False),
    sa.Column("ends", Moment, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("jointly", sa.Boolean, nullable=False),
    sa.Column("outgrows", sa.String, nullable=False),
    sa.Column("awaits", sa.JSON, nullable=False),
    sa.Column("proposed", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.Column("changed_by", sa.String, nullable=False),
    sa.Column("suspended_by", sa.String, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("status_index", sa.Integer, nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.CheckConstraint(f"state IN ({_among(MANDATE.states)})", name="mandate_state"),
    sa.CheckConstraint(f"capacity IN ({_among(Capacity)})", name="mandate_capacity"),
    sa.CheckConstraint(f"outgrows IN ({_among(Outgrows)})", name="mandate_outgrows"),
    sa.CheckConstraint("principal <> agent", name="mandate_for_another"),
    sa.Index("mandate_by_pair", "principal", "agent"),
    sa.Index("mandate_by_end", "state", "ends"),
    sa.Index("mandate_by_capacity", "capacity", "state", "changed"),
)

words = sa.Table(
    "own_word",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("about", sa.String, nullable=False),
    sa.Column("is_yes", sa.Boolean, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

agreements = sa.Table(
    "joint_agreement",
    metadata,
    sa.Column("mandate", sa.String, sa.ForeignKey("mandate.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Index("joint_agreement_by_digest", "digest"),
)

acts = sa.Table(
    "mandate_act",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("principal", sa.String, nullable=False),
    sa.Column("actor", sa.String, nullable=False, index=True),
    sa.Column("capacity", sa.String, nullable=False),
    sa.Column("mandate", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("about", sa.String, nullable=False, index=True),
    sa.Index("mandate_act_by_principal", "principal", "at"),
)

asked_again = sa.Table(
    "grant_asked_again",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("grant", sa.String, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("begun", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("closed", Moment, nullable=True),
    sa.CheckConstraint(f"state IN ({_among(ASKED_AGAIN.states)})", name="grant_asked_again_state"),
    sa.Index("grant_asked_again_by_end", "state", "until"),
    sa.Index(
        "grant_asked_again_once",
        "grant",
        unique=True,
        sqlite_where=sa.text(f"state = '{AgainState.OPEN}'"),
        postgresql_where=sa.text(f"state = '{AgainState.OPEN}'"),
    ),
)


concerns = sa.Table(
    "guardian_concern",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("mandate", sa.String, sa.ForeignKey("mandate.id", ondelete="CASCADE"), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("said", Moment, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("answered", Moment, nullable=True),
    sa.Column("answered_by", sa.String, nullable=False),
    sa.CheckConstraint(f"state IN ({_among(CONCERN.states)})", name="guardian_concern_state"),
    sa.Index("guardian_concern_by_state", "state", "said"),
)


def to_mandate(row: Mapping[str, Any]) -> Mandate:
    """Read a row of `mandate`."""
    scope = Scope(**{name: frozenset(values) for name, values in row["scope"].items()})
    read = {
        "capacity": Capacity(row["capacity"]),
        "state": MandateState(row["state"]),
        "outgrows": Outgrows(row["outgrows"]),
        "scope": scope,
        "evidence": tuple(_evidence(each) for each in row["evidence"]),
        "awaits": tuple(row["awaits"]),
    }
    return Mandate(**{**row, **read})


def from_mandate(mandate: Mandate) -> dict[str, Any]:
    """Write a row of `mandate`."""
    written = {
        "scope": mandate.scope.to_json(),
        "evidence": [each.to_json() for each in mandate.evidence],
        "awaits": list(mandate.awaits),
    }
    return {**vars(mandate), **written}


def to_word(row: Mapping[str, Any]) -> Word:
    """Read a row of `own_word`; its number only keeps words of one moment in order."""
    content = {name: value for name, value in row.items() if name != "number"}
    return Word(**{**content, "kinds": frozenset(row["kinds"])})


def to_done(row: Mapping[str, Any]) -> Done:
    """Read a row of `mandate_act`."""
    return Done(**row)


def to_concern(row: Mapping[str, Any]) -> Concern:
    """Read a row of `guardian_concern`."""
    return Concern(**{**row, "state": ConcernState(row["state"])})


def _evidence(texts: Mapping[str, str]) -> Evidence:
    at = from_iso(texts["checked_at"]) if texts["checked_at"] else None
    dated = date.fromisoformat(texts["dated"]) if texts["dated"] else None
    read = {"type": Proof(texts["type"]), "checked_at": at, "dated": dated}
    return Evidence(**{**texts, **read})  # type: ignore[arg-type]
