"""Apps and advice, as people's agents look at them: what members publish in catalogs beside jobs and trainings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache

from skillspace.exchange import Exchange
from skillspace.exchange.catalog.model import CrawledOffering
from skillspace.market.asking import KNOWN_FOR, Asking
from skillspace.people.sharing import PURPOSES
from skillspace.storage.database import Work
from skillspace.trust.agent import OnOffer
from skillspace.trust.agent.ports import Sort

#: Whoever gives people results of this kind, for their own space, tests skills.
RESULTS, GATHER = "assessment", "gather"
ADVICE = PURPOSES["agency"]
#: What catalogs say is read once: so many titles and descriptions are remembered.
MOST_TEXTS = 10_000
#: (text, language) → URIs of the skills a text names for certain.
NamedSkills = Callable[[str, str], Collection[str]]


class Apps:
    """What members offer people beside jobs and trainings.

    An app asks for nothing: what one does there comes to the person, with their yes. What it is about is read from
    its title and description. Who signed for profiles to advise people offers that.
    """

    def __init__(self, *, exchange: Exchange, asking: Asking, named: NamedSkills) -> None:
        self._exchange = exchange
        self._asking = asking
        self._named = lru_cache(MOST_TEXTS)(named)
        self._known: tuple[datetime, Sequence[OnOffer]] | None = None

    def on_offer(self, work: Work) -> Sequence[OnOffer]:
        """Return every app of a member whose catalog answered when it was last asked, and who gives advice."""
        if self._known is None or not timedelta() <= work.now - self._known[0] < KNOWN_FOR:
            self._known = (work.now, [*self._apps(work), *self._advice(work)])
        return self._known[1]

    def _apps(self, work: Work) -> Iterator[OnOffer]:
        for offering in self._exchange.crawler.offerings(work, purposes=[GATHER]):
            asker = self._asking.of(work, offering.provider) if offering.reachable else None
            if asker is None:
                continue
            tests, about = RESULTS in offering.kinds, self._about(offering)
            if tests or about:
                title = offering.title.get("en") or next(iter(offering.title.values()), offering.id)
                sort = Sort.TEST if tests else Sort.APP
                yield replace(asker, offering=offering.id, title=title, sort=sort, about=about)

    def _about(self, offering: CrawledOffering) -> frozenset[str]:
        texts = [(text, tag) for part in (offering.title, offering.description) for tag, text in part.items()]
        return frozenset(skill for text, tag in texts for skill in self._named(text, tag))

    def _advice(self, work: Work) -> Iterator[OnOffer]:
        for did, kinds in self._asking.signed(work).items():
            asker = self._asking.of(work, did, kinds)
            if asker is not None and asker.purpose == ADVICE:
                yield replace(asker, offering=ADVICE, title=asker.name, sort=Sort.ADVICE)
