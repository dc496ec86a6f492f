"""The tables of targets. Neither says anything of people: roles have no names in them, and policies are numbers."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

#: Every policy that was ever in force, the last one last.
policies = sa.Table(
    "ranking_policy",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
)

#: The chart in force, as its file was brought: what our words mean may change, and is read anew.
charts = sa.Table(
    "org_chart",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Column("at", Moment, nullable=False),
)
