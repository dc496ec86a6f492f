"""The table of proven identifiers: one identifier is one account's, the last that proved it."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

identifiers = sa.Table(
    "proven_identifier",
    metadata,
    sa.Column("identifier", sa.String, primary_key=True),
    sa.Column("account", sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("type", sa.String, nullable=False),
    sa.Column("issuer", sa.String, nullable=False),
    sa.Column("credential", sa.String, nullable=False),
    sa.Column("proven", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
)
