"""The tables of consent: an intermediary's grants, notices, log, receipts; what others hold; the gate's decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import from_iso
from skillspace.storage.database import Moment, metadata
from skillspace.trust.consent.acting import read_acting
from skillspace.trust.consent.conditions import read_conditions
from skillspace.trust.consent.machine import GRANT, HOLDER, GrantState
from skillspace.trust.consent.model import DeletionReceipt, Grant, Kept, Use

_STATES = ", ".join(f"'{state}'" for state in sorted(GRANT.states))

grants = sa.Table(
    "consent_grant",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("provider", sa.String, nullable=False),
    sa.Column("provider_name", sa.String, nullable=False),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("recipient_name", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("starts", Moment, nullable=True),
    sa.Column("until", Moment, nullable=False),
    sa.Column("notice_hash", sa.String, nullable=False, index=True),
    sa.Column("agreement", sa.String, nullable=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("decided", Moment, nullable=True),
    sa.Column("ended", Moment, nullable=True),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("note", sa.String, nullable=False),
    sa.Column("items", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("max_uses", sa.Integer, nullable=True),
    sa.Column("used", sa.Integer, nullable=False, server_default="0"),
    sa.Column("conditions", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("acting", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("replaces", sa.String, nullable=True),
    sa.CheckConstraint(f"state IN ({_STATES})", name="consent_grant_state"),
    sa.CheckConstraint("max_uses IS NULL OR used <= max_uses", name="consent_grant_uses"),
    sa.Index("consent_grant_by_end", "state", "until"),
    sa.Index(
        "consent_grant_one_new_ask",
        *("person", "recipient", "provider", "dataset", "purpose"),
        unique=True,
        sqlite_where=sa.text("state = 'pending' AND replaces IS NULL"),
        postgresql_where=sa.text("state = 'pending' AND replaces IS NULL"),
    ),
    sa.Index(
        "consent_grant_one_renewal",
        "replaces",
        unique=True,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    ),
)

notices = sa.Table(
    "privacy_notice",
    metadata,
    sa.Column("hash", sa.String, primary_key=True),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("series", sa.String, nullable=False, server_default=""),
    sa.Column("number", sa.Integer, nullable=False, server_default="0"),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Index(
        "privacy_notice_one_after_another",
        *("series", "number"),
        unique=True,
        sqlite_where=sa.text("series <> ''"),
        postgresql_where=sa.text("series <> ''"),
    ),
)

uses = sa.Table(
    "consent_use",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("person", sa.String, nullable=False),
    sa.Column("grant", sa.String, nullable=False, index=True),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("recipient_name", sa.String, nullable=False),
    sa.Column("provider", sa.String, nullable=False),
    sa.Column("provider_name", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.Column("acting", sa.JSON(none_as_null=True), nullable=True),
    sa.Index("consent_use_by_person", "person", "at"),
)

#: Tokens for one use that were used; kept until nobody could believe them any more.
spent = sa.Table(
    "spent_use_token",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("grant", sa.String, nullable=False),
    sa.Column("expires", Moment, nullable=False, index=True),
)

#: What is left of a log line after its person left: a hash over a line that held a random number, and nothing else.
audit = sa.Table(
    "consent_audit",
    metadata,
    sa.Column("digest", sa.String, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

receipts = sa.Table(
    "consent_receipt",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("grant", sa.String, nullable=False),
    sa.Column("language", sa.String, nullable=False),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.UniqueConstraint("grant", "language", name="consent_receipt_once"),
)

deletions = sa.Table(
    "deletion_receipt",
    metadata,
    sa.Column("grant", sa.String, primary_key=True),
    sa.Column("organisation", sa.String, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("deleted", sa.JSON, nullable=False),
    sa.Column("kept", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("token", sa.Text, nullable=False),
)

#: Organisations that have to let go since a grant ended, until each has signed that it did.
holders = sa.Table(
    "consent_holder",
    metadata,
    sa.Column("grant", sa.String, primary_key=True),
    sa.Column("organisation", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("told", Moment, nullable=False),
    sa.Column("reminders", sa.Integer, nullable=False),
    sa.Column("next", Moment, nullable=False),
    sa.CheckConstraint(
        f"state IN ({', '.join(repr(str(state)) for state in sorted(HOLDER.states))})", name="consent_holder_state"
    ),
    sa.Index("consent_holder_by_time", "state", "next"),
)

#: Copies this node keeps after their grant ended, because a law says so: blocked, and deleted on the day.
kept_copies = sa.Table(
    "kept_copy",
    metadata,
    sa.Column("grant", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("until", Moment, nullable=False, index=True),
    sa.Column("law", sa.JSON, nullable=False),
)

#: Grants that intermediaries delivered to this node as the recipient.
held = sa.Table(
    "held_grant",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("provider", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("agreement", sa.String, nullable=True),
    sa.Column("starts", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Column("items", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("max_uses", sa.Integer, nullable=True),
    sa.Column("conditions", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("received", Moment, nullable=False),
)

#: Grants this node knows to have ended, with what it answered: an end is final, also when a delivery comes late.
ended = sa.Table(
    "ended_grant",
    metadata,
    sa.Column("grant", sa.String, primary_key=True),
    sa.Column("intermediary", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("receipt", sa.Text, nullable=False),
)

#: Every decision of the release gate. It names no person: the grant is what links it to one, at the intermediary.
releases = sa.Table(
    "release_audit",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("outcome", sa.String, nullable=False),
    sa.Column("grant", sa.String, nullable=True, index=True),
    sa.Column("intermediary", sa.String, nullable=True),
    sa.Column("recipient", sa.String, nullable=False),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("agreement", sa.String, nullable=False),
    sa.Column("transfer", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=False),
    sa.Column("kinds", sa.JSON, nullable=False),
    sa.Column("token", sa.String, nullable=True),
    sa.Column("code", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
    sa.CheckConstraint("outcome IN ('released', 'refused')", name="release_audit_outcome"),
    sa.Index(
        "release_audit_one_use",
        *("intermediary", "token"),
        unique=True,
        sqlite_where=sa.text("outcome = 'released'"),
        postgresql_where=sa.text("outcome = 'released'"),
    ),
)


def to_grant(row: Mapping[str, Any]) -> Grant:
    """Read a row of `consent_grant`."""
    read = {
        "kinds": tuple(row["kinds"]),
        "items": {kind: tuple(items) for kind, items in row["items"].items()},
        "state": GrantState(row["state"]),
        "conditions": read_conditions(row["conditions"]),
        "acting": read_acting(row["acting"]),
    }
    return Grant(**{**row, **read})


def of_grant(grant: Grant) -> dict[str, Any]:
    """Write a grant as a row."""
    written = {
        "kinds": list(grant.kinds),
        "items": {kind: list(items) for kind, items in grant.items.items()},
        "conditions": grant.conditions.to_json() if grant.conditions else None,
        "acting": grant.acting.to_json() if grant.acting else None,
    }
    return vars(grant) | written


def to_deletion(row: Mapping[str, Any]) -> DeletionReceipt:
    """Read a row of `deletion_receipt`."""
    kept = tuple(Kept(**{**one, "until": from_iso(one["until"])}) for one in row["kept"])
    return DeletionReceipt(**{**row, "kept": kept})


def to_use(row: Mapping[str, Any]) -> Use:
    """Read a row of `consent_use`; its number only keeps lines of one moment in order."""
    content = {name: value for name, value in row.items() if name != "number"}
    return Use(**{**content, "kinds": tuple(row["kinds"]), "acting": read_acting(row["acting"])})
