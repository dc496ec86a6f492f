"""This organisation's own offers, as it publishes them and as its people corrected them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from skillspace.kernel.errors import NotFound
from skillspace.market.courses import Course
from skillspace.market.index import OfferFeed
from skillspace.market.lines import BrokenLine, read_lines
from skillspace.market.review import Heard
from skillspace.market.vacancies import Vacancy
from skillspace.storage.database import Work

Offer = TypeVar("Offer", Vacancy, Course)


class Stock(Generic[Offer]):
    """Offers of one kind, read again only when the file changed, or when somebody said something more."""

    def __init__(self, feed: OfferFeed, read: Callable[[bytes], Offer], heard: Heard) -> None:
        self._feed = feed
        self._read: Callable[[bytes], Offer] = read
        self._heard = heard
        self._lock = threading.Lock()
        self._mark = ""
        self._offers: tuple[Offer, ...] = ()

    def now(self, work: Work) -> tuple[str, tuple[Offer, ...]]:
        """Return a name of the content and the offers in it; none before the first were published."""
        with self._lock:
            try:
                mark = f"{self._feed.etag} {self._heard.version(work)}"
                if mark != self._mark:
                    lines = b"".join(self._feed.chunks()).splitlines()
                    correct = self._heard.corrector(work)
                    self._offers = tuple(
                        correct(one) for one in read_lines(lines, self._read) if not isinstance(one, BrokenLine)
                    )
                    self._mark = mark
            except NotFound:
                return "", ()
            return self._mark, self._offers
