"""The table of links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from skillspace.people.links.model import Link, LinkLine, LinkMove
from skillspace.storage.database import Moment, metadata

_MOVES = ", ".join(f"'{move}'" for move in sorted(LinkMove))

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
    #: How it was proven; none for one from before ways were kept, which was by a code.
    sa.Column("way", sa.String, nullable=True),
)

lines = sa.Table(
    "link_line",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("person", sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
    sa.Column("organisation", sa.String, nullable=False),
    sa.Column("name", sa.String, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("move", sa.String, nullable=False),
    sa.Column("way", sa.String, nullable=False),
    sa.Index("link_line_by_person", "person", "at"),
    sa.CheckConstraint(f"move IN ({_MOVES})", name="link_line_move"),
)


def link_of(row: Mapping[str, Any]) -> Link:
    """Read a link from its row."""
    return Link(**{**row, "datasets": tuple(row["datasets"]), "way": row["way"] or "code"})


def line_of(row: Mapping[str, Any]) -> LinkLine:
    """Read a line of the log from its row."""
    facts = {name: row[name] for name in ("at", "organisation", "name", "way")}
    return LinkLine(**facts, move=LinkMove(row["move"]))
