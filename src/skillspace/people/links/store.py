"""The table of links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.people.links.model import Link
from skillspace.storage.database import Moment, metadata

links = sa.Table(
    "link",
    metadata,
    sa.Column("person", sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("organisation", sa.String, primary_key=True, index=True),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("datasets", sa.JSON, nullable=False),
    sa.Column("linked", Moment, nullable=False),
    sa.Column("refreshed", Moment, nullable=False),
)


def link_of(row: Mapping[str, Any]) -> Link:
    """Read a link from its row."""
    return Link(**{**row, "datasets": tuple(row["datasets"])})
