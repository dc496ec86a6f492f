"""The market as the intermediary sees it: providers' feeds, kept as items and built into matching indexes."""

from skillspace.market.index.feed import MEDIA_TYPE, OfferFeed
from skillspace.market.index.finding import named_by
from skillspace.market.index.indexes import MatchIndexes
from skillspace.market.index.model import Counts, Item, MarketKind
from skillspace.market.index.service import Feed, Market, position_of, territory_of
from skillspace.market.index.tasks import begin, register

__all__ = [
    "MEDIA_TYPE",
    "Counts",
    "Feed",
    "Item",
    "Market",
    "MarketKind",
    "MatchIndexes",
    "OfferFeed",
    "begin",
    "named_by",
    "position_of",
    "register",
    "territory_of",
]
