"""The offers whose words are reviewed: an intermediary's open market, and what an organisation publishes itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice

from skillspace.kernel.errors import NotFound
from skillspace.market.courses import Course, read_course
from skillspace.market.index import Market, MarketKind, OfferFeed
from skillspace.market.lines import BrokenLine, read_lines
from skillspace.market.vacancies import Vacancy, read_vacancy
from skillspace.storage.database import Database

Offer = Vacancy | Course
MOST = 500
"""Offers read of each kind for one list of questions: enough to see what comes often, little enough for a task."""
READERS: dict[str, Callable[[bytes], Offer]] = {"vacancies": read_vacancy, "courses": read_course}


class KnownOffers:
    """The offers one node knows; ``market`` is None where it keeps none, ``feed`` gives the file of an offering."""

    def __init__(self, market: Market | None, feed: Callable[[str], OfferFeed]) -> None:
        self._market = market
        self._feed = feed

    @contextmanager
    def __call__(self, database: Database) -> Iterator[Iterable[Offer]]:
        """Open them for as long as they are read."""
        with database.reading() as work:
            market = self._market
            found = (
                self._own()
                if market is None
                else (offer for kind in MarketKind for _, offer in islice(market.open_offers(work, kind), MOST))
            )
            yield found

    def _own(self) -> Iterator[Offer]:
        for dataset, read in READERS.items():
            try:
                lines = b"".join(self._feed(dataset).chunks()).splitlines()
            except NotFound:
                continue
            offers = (one for one in read_lines(lines, read) if not isinstance(one, BrokenLine))
            yield from islice(offers, MOST)
