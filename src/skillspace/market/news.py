"""News: what came to the market since a moment and fits somebody, as their alerts look at it; the indexes answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime

from skillspace.market.courses import Course
from skillspace.market.index import Item, Market, MarketKind, MatchIndexes, territory_of
from skillspace.market.territory import chosen, territory_parents
from skillspace.market.vacancies import Vacancy
from skillspace.people.alerts import Distance, Kind, News, Seeker
from skillspace.skills.matching import Gap, HolderIndex, Match, OfferIndex, Where, gap, lacking, trainings_for
from skillspace.skills.ranking import REGIONAL, InDemand, Policy
from skillspace.skills.taxonomy import Need, Taxonomies
from skillspace.storage.database import Work

#: So many of the best are looked at closely: a person is told of ten, and not of three of one employer.
LOOKED_AT = 30
#: Without a goal, what the best jobs ask for speaks for what to learn.
JOBS_AHEAD = 30
#: What two places share, the widest first.
STEPS = (Distance.COUNTRY, Distance.REGION, Distance.HERE)

InDemandAround = Callable[[Work, str | None], InDemand | None]


class NewsOfTheMarket:
    """Jobs and trainings as alerts look at them; `alerts.NewsSource`."""

    def __init__(
        self,
        *,
        market: Market,
        indexes: MatchIndexes,
        taxonomies: Taxonomies,
        in_demand: InDemandAround = lambda _work, _home: None,
    ) -> None:
        """``in_demand`` gives what the region around a home asks for."""
        self._in_demand = in_demand
        self._market = market
        self._indexes = indexes
        self._taxonomies = taxonomies
        self._fresh: tuple[tuple[OfferIndex | None, HolderIndex | None], dict[tuple[Kind, datetime], frozenset[str]]]
        self._fresh = (None, None), {}

    def is_ready(self, work: Work) -> bool:
        """Tell whether the indexes are those of today's market."""
        return self._indexes.are_current(work)

    def prepare(self, work: Work) -> None:
        """Ask for the indexes of today's market."""
        self._indexes.catch_up(work)

    def until(self, work: Work) -> Mapping[Kind, datetime]:
        """Return of each kind when its latest offer came or changed; writers take turns, so none comes before later."""
        found = {kind: self._market.latest(work, MarketKind(kind)) for kind in Kind}
        return {kind: at for kind, at in found.items() if at is not None}

    def news(
        self, work: Work, seeker: Seeker, kind: Kind, *, since: datetime | None, where: str, least: int
    ) -> Sequence[News]:
        """Return what came since a moment (None: all there is) and fits somebody, the best first."""
        only = None if since is None else self._since(work, kind, since)
        within = chosen(where, seeker.home)
        if not seeker.skills or (only is not None and not only):
            return []
        if kind is Kind.JOB:
            return list(self._jobs(work, seeker, only, within, least))
        return list(self._trainings(work, seeker, only, within))

    def _jobs(
        self,
        work: Work,
        seeker: Seeker,
        only: Collection[str] | None,
        within: Where | None,
        least: int,
    ) -> Iterator[News]:
        index = self._indexes.jobs
        best = index.match(seeker.skills, k=LOOKED_AT, places=within, only=only) if index else []
        found = {match.offer_id: match for match in best if round(match.coverage * 100) >= least}
        for item in self._market.items(work, list(found)):
            if isinstance(item.offer, Vacancy):
                yield self._job(item, item.offer, found[item.id], seeker.home)

    def _trainings(
        self, work: Work, seeker: Seeker, only: Collection[str] | None, within: Where | None
    ) -> Iterator[News]:
        index = self._indexes.trainings
        missing = self._missing(seeker)
        region = self._region(work, seeker, missing) if missing else None
        if missing and region:
            missing = Policy(bonus=REGIONAL, in_demand=region).gap(missing)
        best = trainings_for(missing, index, k=LOOKED_AT, places=within, only=only) if index and missing else []
        found = {fit.training_id: fit for fit in best if fit.closes}
        for item in self._market.items(work, list(found)):
            fit, offer = found[item.id], item.offer
            if isinstance(offer, Course):
                yield News(
                    offer=item.id,
                    kind=Kind.TRAINING,
                    title=offer.title,
                    employer=offer.provider,
                    place=territory_of(offer),
                    fit=fit.gain,
                    have=fit.closes,
                    distance=distance(territory_of(offer), seeker.home),
                    is_synthetic=offer.synthetic,
                    region=region.name if region else "",
                    asked=tuple(uri for uri in fit.closes if region and uri in region.skills),
                )

    def _job(self, item: Item, offer: Vacancy, match: Match, home: str | None) -> News:
        return News(
            offer=item.id,
            kind=Kind.JOB,
            title=offer.title,
            employer=offer.employer,
            place=territory_of(offer),
            fit=match.score,
            have=tuple(one.need_uri for one in match.have),
            close=tuple(one.need_uri for one in match.close),
            missing=tuple(one.need_uri for one in match.missing),
            group=self._group(offer.occupation),
            distance=distance(territory_of(offer), home),
            is_synthetic=offer.synthetic,
        )

    def _missing(self, seeker: Seeker) -> Gap | None:
        """Return what a training could add: to what the goal asks for, else to what the best jobs do."""
        jobs, trainings = self._indexes.jobs, self._indexes.trainings
        if seeker.needs and trainings is not None:
            stated = [(uri, 1.0, Need.ESSENTIAL if must else Need.OPTIONAL) for uri, must in seeker.needs]
            found = gap(seeker.skills, stated, (jobs or trainings).proximity)
            return found if found.missing or found.close else None
        ahead = lacking(jobs.match(seeker.skills, k=JOBS_AHEAD)) if jobs else None
        return ahead if ahead and ahead.missing else None

    def _region(self, work: Work, seeker: Seeker, missing: Gap) -> InDemand | None:
        """Return what somebody's region asks for of what they lack; None where that is nothing, or is not to count."""
        found = self._in_demand(work, seeker.home) if seeker.by_region else None
        if found is None:
            return None
        lacked = [*(one.need_uri for one in missing.missing), *(one.need_uri for one in missing.close)]
        listed = found.among(lacked, self._taxonomies)
        return listed if listed.skills else None

    def _since(self, work: Work, kind: Kind, since: datetime) -> frozenset[str]:
        """Return what came since, asked once as long as the same indexes are in force: many were told at one time."""
        indexes = self._indexes.jobs, self._indexes.trainings
        if self._fresh[0] != indexes:
            self._fresh = indexes, {}
        known = self._fresh[1]
        if (kind, since) not in known:
            known[kind, since] = frozenset(self._market.since(work, MarketKind(kind), since))
        return known[kind, since]

    def _group(self, occupation: str | None) -> str | None:
        """Return the group an occupation belongs to; itself where the taxonomy names none."""
        if occupation is None or not self._taxonomies.has(occupation):
            return None
        return min(self._taxonomies.broader(occupation), default=occupation)


def distance(place: str | None, home: str | None) -> Distance | None:
    """Return how far a place is from home: in the same municipality, region or country, as codes tell; None if not."""
    parents = territory_parents()
    if place is None or home is None or place not in parents or home not in parents:
        return None
    mine = _upward(home)
    common = next((spot for spot in _upward(place) if spot in mine), None)
    return STEPS[len(_upward(common)) - 1] if common else Distance.ABROAD


def _upward(place: str) -> list[str]:
    spots = [place]
    while (above := territory_parents()[spots[-1]]) is not None:
        spots.append(above)
    return spots
