"""The tables of the register: this organisation's record in its versions, and the newest known of the others."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

own_records = sa.Table(
    "own_record",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("made", Moment, nullable=False),
)

known_records = sa.Table(
    "known_record",
    metadata,
    sa.Column("did", sa.String, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("token", sa.Text, nullable=False),
    sa.Column("fetched", Moment, nullable=False),
)
