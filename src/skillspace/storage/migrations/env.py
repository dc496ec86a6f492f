"""How Alembic runs the changes: on the connection, and in the transaction, that `storage.migrating` opened."""

from __future__ import annotations

from alembic import context

from skillspace.storage.database import metadata
from skillspace.storage.migrating import plain_type

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes a table by making it anew; the first tables have nothing to be made anew from.
    render_as_batch=context.get_head_revision() is not None,
    render_item=plain_type,
)
context.run_migrations()
