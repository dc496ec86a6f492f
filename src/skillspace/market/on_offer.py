"""On offer: what the market has for somebody with an aim, the best first, found without reading the whole market.

Counting happens in the matching indexes, which all processes of a node share; only what is shown is read.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from skillspace.market.asking import KNOWN_FOR, Asking
from skillspace.market.index import Item, Market, MarketKind, MatchIndexes
from skillspace.market.vacancies import Vacancy
from skillspace.skills.matching import HolderIndex, OfferIndex
from skillspace.storage.database import Work
from skillspace.trust.agent import Aim, OnOffer
from skillspace.trust.agent.suggesting import LEAST, WEIGHTS, fit, ranked

#: How many items are read first, next, and at once from then on: most readers take one or ten.
BATCHES = (4, 16, 64)
Whole = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class _Listing:
    """Everything in both indexes: identifiers, whose each is, and its place in the order of equals."""

    jobs: OfferIndex | None
    trainings: HolderIndex | None
    ids: list[str]
    organisations: list[str]
    of: Whole
    place: Whole


class OnTheMarket:
    """Jobs, trainings, apps and advice as the agent looks at them; `agent.ports.Catalogue`."""

    def __init__(
        self,
        *,
        asking: Asking,
        market: Market,
        indexes: MatchIndexes,
        apps: Callable[[Work], Sequence[OnOffer]] = lambda _work: (),
    ) -> None:
        self._apps = apps
        self._asks = asking
        self._market = market
        self._indexes = indexes
        self._listing: _Listing | None = None
        self._askers: tuple[datetime, _Listing, Mapping[str, OnOffer]] | None = None

    def for_aim(self, work: Work, aim: Aim) -> Iterator[OnOffer]:
        """Give what fits an aim, the best first, in the order of `suggesting.ranked`; who stops early reads little."""
        apps = [one.offer for one in ranked(self._apps(work), aim)]

        def order(offer: OnOffer) -> tuple[int, str, str]:
            return -fit(offer, aim).score, offer.organisation, offer.offering

        return heapq.merge(self._in_the_market(work, aim), apps, key=order)

    def _in_the_market(self, work: Work, aim: Aim) -> Iterator[OnOffer]:
        listing = self._listed(work)
        askers = self._asking(work, listing)
        scores, is_about = _scores(listing, aim)
        none = OnOffer(
            organisation="", name="", roles=frozenset(), offering="", title="", purpose="", kinds=(), has_record=False
        )
        bonus = [fit(askers.get(did, none), aim).score for did in listing.organisations]
        scores = scores + np.array(bonus, dtype=np.int64)[listing.of] if bonus else scores
        # Who left the data space is not suggested, although its offers may still be listed.
        is_here = np.array([did in askers for did in listing.organisations], dtype=bool)[listing.of]
        rows = np.flatnonzero(is_about & is_here & (scores >= LEAST))
        rows = rows[np.lexsort((listing.place[rows], -scores[rows]))]
        for some in _cut(rows):
            for item in self._market.items(work, [listing.ids[row] for row in some]):
                if item.provider in askers:
                    yield _offered(askers[item.provider], item)

    def _listed(self, work: Work) -> _Listing:
        """Return what is in the indexes in force; whose each thing is, is asked once an index."""
        jobs, trainings, known = self._indexes.jobs, self._indexes.trainings, self._listing
        if known is not None and known.jobs is jobs and known.trainings is trainings:
            return known
        ids = [*(jobs.ids() if jobs else ()), *(trainings.ids() if trainings else ())]
        whose = {name: did for kind in MarketKind for name, did in self._market.providers(work, kind).items()}
        organisations = sorted({*whose.values(), ""})
        number = {did: place for place, did in enumerate(organisations)}
        ordered = sorted(range(len(ids)), key=lambda row: (whose.get(ids[row], ""), ids[row]))
        place = np.empty(len(ids), dtype=np.int64)
        place[ordered] = np.arange(len(ids))
        of = np.array([number[whose.get(name, "")] for name in ids], dtype=np.int64)
        found = _Listing(jobs=jobs, trainings=trainings, ids=ids, organisations=organisations, of=of, place=place)
        self._listing = found
        return found

    def _asking(self, work: Work, listing: _Listing) -> Mapping[str, OnOffer]:
        """Return, of each organisation that is a member, an offer without content: what it would ask for, and why."""
        known = self._askers
        if known is None or known[1] is not listing or not timedelta() <= work.now - known[0] < KNOWN_FOR:
            signed = self._asks.signed(work)
            found = [self._asks.of(work, did, signed.get(did, ())) for did in listing.organisations]
            known = (work.now, listing, {one.organisation: one for one in found if one is not None})
            self._askers = known
        return known[2]


def _scores(listing: _Listing, aim: Aim) -> tuple[Whole, NDArray[np.bool_]]:
    """Return what each thing scores for what it teaches or seeks, as `suggesting.fit` counts it, and where it does."""
    parts = []
    if (jobs := listing.jobs) is not None:
        parts.append(_points("seeks_held", jobs.shared(aim.held), jobs.sizes()))
    if (trainings := listing.trainings) is not None:
        gaps, useful = aim.gaps, aim.useful - aim.held
        taught = _points("teaches_gap", trainings.shared(gaps), len(gaps))
        parts.append(taught + _points("teaches_useful", trainings.shared(useful), len(useful)))
    scores = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    return scores, scores > 0


def _cut(rows: Whole) -> Iterator[Whole]:
    """Cut a list into what is read at once: a little first, for most readers take no more."""
    start = 0
    for size in chain(BATCHES, repeat(BATCHES[-1])):
        if start >= len(rows):
            return
        yield rows[start : start + size]
        start += size


def _points(code: str, count: Whole, of: Whole | int) -> Whole:
    return WEIGHTS[code] * count // np.maximum(of, 1)


def _offered(asker: OnOffer, item: Item) -> OnOffer:
    offer = item.offer
    if isinstance(offer, Vacancy):
        return replace(asker, offering=item.id, title=offer.title, seeks=frozenset(uri for uri, _ in offer.skills))
    return replace(asker, offering=item.id, title=offer.title, teaches=frozenset(offer.skills))
