"""The tables of the agent: preferences, decisions, suggestions, and how often a person wants to hear of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata
from skillspace.trust.agent.machine import PREFERENCE, PreferenceState
from skillspace.trust.agent.messages import read_json, read_narrower, read_reason
from skillspace.trust.agent.model import Decided, Effect, Preference
from skillspace.trust.consent.acting import read_acting


def _among(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


preferences = sa.Table(
    "agent_preference",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("wish", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("words", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("proposed", Moment, nullable=False),
    sa.Column("changed", Moment, nullable=False),
    sa.Column("since", Moment, nullable=True),
    sa.Column("until", Moment, nullable=True),
    sa.Column("acting", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("mistakes", sa.Integer, nullable=False),
    sa.CheckConstraint(f"state IN ({_among(PREFERENCE.states)})", name="agent_preference_state"),
    sa.Index("agent_preference_by_person", "person", "state"),
    sa.Index("agent_preference_by_end", "state", "until"),
)

decisions = sa.Table(
    "agent_decision",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("grant", sa.String, nullable=False, unique=True),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("provider", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("effect", sa.String, nullable=False),
    sa.Column("preference", sa.String, nullable=True),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("narrower", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("undo_until", Moment, nullable=True),
    sa.Column("undone", Moment, nullable=True),
    sa.Column("reopened", sa.String, nullable=True),
    sa.CheckConstraint(f"effect IN ({_among(Effect)})", name="agent_decision_effect"),
    sa.Index("agent_decision_by_person", "person", "at"),
)

suggestions = sa.Table(
    "agent_suggestion",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("offering", sa.String, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("dismissed", Moment, nullable=True),
    sa.UniqueConstraint("person", "organisation", "offering", name="agent_suggestion_once"),
)

settings = sa.Table(
    "agent_setting",
    metadata,
    sa.Column("person", sa.String, primary_key=True),
    sa.Column("suggests", sa.Boolean, nullable=False),
    sa.Column("suggested", Moment, nullable=True),
)


def to_preference(row: Mapping[str, Any]) -> Preference:
    """Read a row of `agent_preference`; its end is in the wish."""
    content = {name: value for name, value in row.items() if name != "until"}
    read = {
        "wish": read_json(row["wish"]),
        "state": PreferenceState(row["state"]),
        "acting": read_acting(row["acting"]),
    }
    return Preference(**{**content, **read})


def of_preference(preference: Preference) -> dict[str, Any]:
    """Write a preference as a row."""
    return vars(preference) | {
        "wish": preference.wish.to_json(),
        "until": preference.wish.until,
        "acting": preference.acting.to_json() if preference.acting else None,
    }


def to_decided(row: Mapping[str, Any]) -> Decided:
    """Read a row of `agent_decision`."""
    read = {
        "effect": Effect(row["effect"]),
        "reasons": tuple(read_reason(each) for each in row["reasons"]),
        "narrower": read_narrower(row["narrower"]),
    }
    return Decided(**{**row, **read})


def of_decided(decided: Decided) -> dict[str, Any]:
    """Write a decision as a row."""
    return vars(decided) | {
        "reasons": [reason.to_json() for reason in decided.reasons],
        "narrower": decided.narrower.to_json() if decided.narrower else None,
    }
