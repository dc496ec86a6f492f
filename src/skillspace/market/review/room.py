"""The room of review put together: what a node builds and pages reach."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import timedelta
from functools import partial
from pathlib import Path

import structlog

from skillspace.kernel.errors import UnreadableFile
from skillspace.market.index import Market, MarketKind, OfferFeed
from skillspace.market.review.applying import Heard
from skillspace.market.review.links import Links
from skillspace.market.review.mappings import Mappings
from skillspace.market.review.offers import KnownOffers
from skillspace.market.review.programs import Programs
from skillspace.market.review.words import Words
from skillspace.skills.enrichment import Enricher
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.translation import LinkedMappings
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook

log = structlog.get_logger()
#: After a word was said the market is indexed anew, together with all that is said until then.
LATER = timedelta(minutes=10)
WORTH_A_LOOK = 0.1
"""Chance of any relation below which a concept is not worth anybody's look; a translation needs more."""


class ReviewRoom:
    """What people of one organisation review: mappings of its own words, and links of ads and courses.

    Linker and enricher are large: each is opened for one task and let go.
    """

    def __init__(
        self,
        *,
        folder: Path,
        prepared: Path,
        taxonomies: Taxonomies,
        languages: Collection[str],
        market: Market | None,
        feed: Callable[[str], OfferFeed],
    ) -> None:
        """``folder`` is the node's; ``prepared`` keeps what models prepare, shared by the nodes of a machine."""
        self._prepared = prepared
        self._taxonomies = taxonomies
        self._languages = frozenset(languages)
        self._market = market
        self.words = Words(folder, taxonomies)
        self.mappings = Mappings(self.words, self._open_model, self._index_later)
        self.programs = Programs()
        self.heard = Heard(taxonomies, self.mappings)
        self.links = Links(
            taxonomies,
            open_offers=KnownOffers(market, feed),
            open_linker=partial(self._open_linker, taxonomies),
            open_enricher=self._open_enricher,
            on_said=self._index_later,
        )
        if market is not None:
            market.heed(self.heard)

    def register(self, book: TaskBook) -> None:
        """Take the room's tasks."""
        self.mappings.register(book)
        self.links.register(book)

    def _open_model(self) -> LinkedMappings | None:
        opened = self.words.opened()
        linker = self._open_linker(opened)
        return LinkedMappings(opened, linker, near=WORTH_A_LOOK, sure=0.0) if linker else None

    def _open_linker(self, taxonomies: Taxonomies) -> Linker | None:
        """Return a linker; None, said in the log, where this program has no weights."""
        try:
            return Linker(taxonomies, folder=self._prepared / "linking", apart=self.words.schemes)
        except UnreadableFile as fault:
            log.warning("review.no-linker", fault=fault.message)
            return None

    def _open_enricher(self) -> Enricher:
        return Enricher.build(self._taxonomies, self._languages, self._prepared / "enrichment")

    def _index_later(self, work: Work) -> None:
        if self._market is not None:
            for kind in MarketKind:
                self._market.refresh_later(work, kind, LATER)
