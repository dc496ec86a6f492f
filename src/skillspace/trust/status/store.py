"""The table of the status register: one row a credential that has a place in our list, and when it was revoked."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

status_entries = sa.Table(
    "status_entry",
    metadata,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    #: Who gave it out and alone may take it back; empty: the issuer of memberships.
    sa.Column("desk", sa.String, nullable=False, server_default=""),
    sa.Column("allocated", Moment, nullable=False),
    sa.Column("revoked", Moment, nullable=True, index=True),
)
