"""Tables of the GovStack door: the programs an operator let in, and what people let each of them do."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

clients = sa.Table(
    "govstack_client",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("name", sa.String, nullable=False, unique=True),
    sa.Column("secret_hash", sa.String, nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("organisation", sa.String, nullable=True),
    sa.Column("made", Moment, nullable=False),
)

delegations = sa.Table(
    "govstack_delegation",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("client", sa.String, sa.ForeignKey("govstack_client.id", ondelete="CASCADE"), nullable=False),
    sa.Column("person", sa.String, nullable=False, index=True),
    sa.Column("acts", sa.JSON, nullable=False),
    sa.Column("made", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.UniqueConstraint("client", "person", name="govstack_delegation_once"),
)
