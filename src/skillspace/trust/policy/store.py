"""The tables of policy: what was decided and why, and how often each agreement was used."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

decisions = sa.Table(
    "policy_decision",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("allowed", sa.Boolean, nullable=False),
    sa.Column("agreement", sa.String, nullable=True, index=True),
    sa.Column("dataset", sa.String, nullable=False),
    sa.Column("peer", sa.String, nullable=False),
    sa.Column("action", sa.String, nullable=False),
    sa.Column("purpose", sa.String, nullable=True),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("owed", sa.JSON, nullable=False),
    sa.Column("why", sa.String, nullable=False),
    sa.Column("digest", sa.String, nullable=False),
)

uses = sa.Table(
    "policy_use",
    metadata,
    sa.Column("agreement", sa.String, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("last", Moment, nullable=True),
    sa.CheckConstraint("count >= 0", name="policy_use_count"),
)
