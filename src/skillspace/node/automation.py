"""What a node agrees to by itself: which members' offerings each role negotiates for as soon as it sees them.

An organisation that wants to decide by hand leaves its roles out of this table; what is here is only ever asking for
data under the provider's own terms, and every use still passes the gates.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.exchange import CrawledOffering, Exchange
from skillspace.people.sharing import LEARNING_DATASET, PROFILE_DATASET
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook

STATISTICS_DATASET = "territory-statistics"
#: role → purposes of personal offerings, and names of open ones, it negotiates for.
WANTED_PURPOSES: Mapping[str, frozenset[str]] = {"intermediary": frozenset({"gather"})}
WANTED_DATASETS: Mapping[str, frozenset[str]] = {
    "employer": frozenset({PROFILE_DATASET}),
    "training": frozenset({PROFILE_DATASET, LEARNING_DATASET}),
    "university": frozenset({LEARNING_DATASET}),
    "school": frozenset({LEARNING_DATASET}),
    "agency": frozenset({PROFILE_DATASET, STATISTICS_DATASET}),
}


class Automation:
    """Negotiates for what a node's roles want, once a catalog was read."""

    def __init__(self, *, roles: tuple[str, ...], exchange: Exchange) -> None:
        self._purposes = frozenset().union(*(WANTED_PURPOSES.get(role, frozenset()) for role in roles))
        self._datasets = frozenset().union(*(WANTED_DATASETS.get(role, frozenset()) for role in roles))
        self._exchange = exchange

    def register(self, book: TaskBook) -> None:
        """Follow the crawls."""
        book.on_event("catalog.crawled", self._crawled)

    def _crawled(self, work: Work, event: Mapping[str, Any]) -> None:
        for offering in self._wanted(work, str(event["content"]["provider"])):
            self._exchange.negotiations.ensure_agreement(work, offering.provider, offering.id)

    def _wanted(self, work: Work, provider: str) -> list[CrawledOffering]:
        """Look for just these: a catalog may be long."""
        crawler = self._exchange.crawler
        named = crawler.offerings(work, provider=provider, ids=self._datasets) if self._datasets else []
        meant = crawler.offerings(work, provider=provider, purposes=self._purposes) if self._purposes else []
        return [*named, *(one for one in meant if one.personal and one.id not in self._datasets)]
