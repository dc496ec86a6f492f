"""The table of addresses that wait for their code; of earlier ones a keyed mark stays for a day, to bound letters."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

waiting = sa.Table(
    "waiting_address",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("account", sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("address", sa.String, nullable=True),
    sa.Column("mark", sa.String, nullable=False, index=True),
    sa.Column("code_hash", sa.String, nullable=True),
    sa.Column("is_refused", sa.Boolean, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("asked", Moment, nullable=False),
    sa.Column("expires", Moment, nullable=False),
)
