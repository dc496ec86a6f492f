"""The tables of the learning record store: statements and what they are found by, documents, and who may use it."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.storage.database import Moment, metadata

statements = sa.Table(
    "xapi_statement",
    metadata,
    #: The order in which statements were stored, which is the order they are read in.
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("stored", Moment, nullable=False, index=True),
    #: The statement it refers to, by id, whether that one is here or not.
    sa.Column("target", sa.String, nullable=True, index=True),
    sa.Column("voids", sa.Boolean, nullable=False),
    sa.Column("is_voided", sa.Boolean, nullable=False),
    sa.Column("writer", sa.String, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)

#: What statements are found by; the order of the key makes "the newest of this" one look.
marks = sa.Table(
    "xapi_mark",
    metadata,
    sa.Column("mark", sa.LargeBinary, primary_key=True),
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

attachments = sa.Table(
    "xapi_attachment",
    metadata,
    sa.Column(
        "number",
        sa.ForeignKey("xapi_statement.number", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    sa.Column("sha2", sa.String, primary_key=True),
    sa.Column("content_type", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)

#: What all statements together say of an activity.
definitions = sa.Table(
    "xapi_activity",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("definition", sa.JSON, nullable=False),
)

#: Documents of tools: about an activity, about an agent, or about both (state); "" is where there is none.
documents = sa.Table(
    "xapi_document",
    metadata,
    sa.Column("activity", sa.String, primary_key=True),
    sa.Column("agent", sa.String, primary_key=True),
    sa.Column("registration", sa.String, primary_key=True),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("content_type", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("etag", sa.String, nullable=False),
    sa.Column("updated", Moment, nullable=False),
    sa.CheckConstraint("kind IN ('state', 'activity', 'agent')", name="xapi_document_kind"),
)

clients = sa.Table(
    "xapi_client",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("secret_hash", sa.String, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("made", Moment, nullable=False),
)
