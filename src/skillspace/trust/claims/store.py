"""Tables of claims: the credentials a node holds, its requests for some, what it issued, and who may use its STS."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata
from skillspace.trust.claims.machine import ISSUANCE, REQUEST


def _one_of(states: frozenset[str]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


held = sa.Table(
    "wallet_credential",
    metadata,
    sa.Column("issuer", sa.String, primary_key=True),
    sa.Column("type", sa.String, primary_key=True),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("credential_id", sa.String, nullable=True),
    sa.Column("model", sa.String, nullable=True),
)

requests = sa.Table(
    "credential_request",
    metadata,
    sa.Column("holder_pid", sa.String, primary_key=True),
    sa.Column("issuer", sa.String, nullable=False),
    sa.Column("objects", sa.JSON, nullable=False),
    sa.Column("types", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("location", sa.String, nullable=True),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.CheckConstraint(f"state IN ({_one_of(REQUEST.states)})", name="credential_request_state"),
)

issuances = sa.Table(
    "credential_issuance",
    metadata,
    sa.Column("issuer_pid", sa.String, primary_key=True),
    sa.Column("holder", sa.String, nullable=False, index=True),
    sa.Column("holder_pid", sa.String, nullable=False),
    sa.Column("objects", sa.JSON, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=True),
    sa.Column("access_token", sa.Text, nullable=True),
    sa.Column("message", sa.JSON(none_as_null=True), nullable=True),
    sa.Column("made", Moment, nullable=False),
    sa.CheckConstraint(f"state IN ({_one_of(ISSUANCE.states)})", name="credential_issuance_state"),
)

issued = sa.Table(
    "issued_credential",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("holder", sa.String, nullable=False),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("status_index", sa.Integer, nullable=False),
    sa.Column("expires", Moment, nullable=False),
    sa.Column("revoked", Moment, nullable=True),
    sa.Index("issued_credential_by_holder", "holder", "type"),
)

sts_clients = sa.Table(
    "sts_client",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("secret_hash", sa.String, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("made", Moment, nullable=False),
)
