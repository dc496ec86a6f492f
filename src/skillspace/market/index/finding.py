"""Finding an offer somebody names: by our identifier, its provider's, an address that ends in one, or words."""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa

from skillspace.market.index.model import Item, MarketKind, item_id
from skillspace.market.index.service import Market
from skillspace.market.index.store import items
from skillspace.storage.database import Work

MOST = 20


def named_by(work: Work, market: Market, text: str) -> list[Item]:
    """Return the offer that a text names; where it names none, those with these words in their title, by title.

    A text names an offer by our identifier or its provider's, or by an address whose path ends in either.
    """
    asked = text.strip()
    if not asked:
        return []
    own = list(dict.fromkeys([asked, urlsplit(asked).path.rstrip("/").rpartition("/")[2]]))
    known = work.rows(sa.select(items.c.kind, items.c.provider).distinct())
    theirs = [item_id(MarketKind(row["kind"]), row["provider"], name) for row in known for name in own if name]
    if found := market.items(work, [*own, *theirs]):
        return found
    titled = items.c.title.icontains(asked, autoescape=True)
    rows = work.rows(sa.select(items.c.id).where(titled).order_by(items.c.title, items.c.id).limit(MOST))
    return market.items(work, [row["id"] for row in rows])
