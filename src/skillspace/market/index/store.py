"""The table of the market: one row an offer, as the line that arrived and the columns one looks it up by."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.market.index.model import MarketKind
from skillspace.storage.database import Moment, metadata

items = sa.Table(
    "market_item",
    metadata,
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("provider", sa.String, nullable=False),
    sa.Column("title", sa.String, nullable=False),
    sa.Column("place", sa.String, nullable=True),
    sa.Column("occupation", sa.String, nullable=True),
    sa.Column("last_day", sa.Date, nullable=True),
    sa.Column("fingerprint", sa.String, nullable=False),
    sa.Column("line", sa.LargeBinary, nullable=False),
    sa.Column("seen", Moment, nullable=False),
    sa.Index("market_item_by_provider", "kind", "provider"),
    # The last day lies in it too: how many jobs are open is counted for every occupation without reading the lines.
    sa.Index("market_item_by_occupation", "kind", "occupation", "last_day"),
    sa.CheckConstraint(f"kind IN ({', '.join(repr(kind.value) for kind in MarketKind)})", name="market_item_kind"),
)
