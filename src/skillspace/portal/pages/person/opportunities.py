"""Opportunities: jobs, trainings and next moves that fit one person, best first, each with its reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import NotFound
from skillspace.market.feeds import KINDS
from skillspace.market.index import Item, MarketKind
from skillspace.market.territory import COUNTRIES, chosen, places, territory_parents
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.aiming import JOBS_AHEAD, Aim, aim_of
from skillspace.portal.pages.person.careers import Careers
from skillspace.portal.pages.person.moving import pay_said, speaks_for
from skillspace.portal.pages.person.nearby import choice_of, circles, counted
from skillspace.portal.pages.person.offers import Offers, course, vacancy
from skillspace.portal.pages.person.ranking import PREFIX, dials, told, turned, weights_at
from skillspace.portal.pages.person.reasons import reasons_for
from skillspace.portal.pages.person.regional import FIELD, OFF
from skillspace.portal.views.common import Choice, Chrome
from skillspace.portal.views.opportunities import (
    JobCard,
    JobPage,
    MoveCard,
    OpportunitiesPage,
    TrainingCard,
    TrainingPage,
)
from skillspace.skills.careers import Move
from skillspace.skills.matching import Gap, Match, Where
from skillspace.skills.taxonomy import Need

SHOWN, MOST = 20, 100
MOVES = 12
IN_FULL = 3
CLOSERS = 5
TABS = ("jobs", "trainings", "moves")


def router(frame: Frame, careers: Careers) -> APIRouter:
    """Return the pages of what fits, one job, and one training."""
    routes = frame.router("Opportunities")

    @routes.get("/opportunities")
    def opportunities(request: Request) -> Response:
        with frame.reading(request) as visit:
            _, spaces = visit.person()
            return visit.show(replace(_page(visit, careers), can_ask_others=bool(spaces.partners.partners(visit.work))))

    @routes.get("/opportunities/jobs/{item_id}")
    def job(request: Request, item_id: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_job_page(visit, item_id))

    @routes.get("/opportunities/trainings/{item_id}")
    def training(request: Request, item_id: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_training_page(visit, item_id))

    return routes


def item_of(offers: Offers, item_id: str, kind: MarketKind) -> Item:
    """Return one item of the market; raise NotFound when it is not there, or of the other kind."""
    item = offers.spaces.market.item(offers.work, item_id)
    if item.kind is not kind:
        raise NotFound("This offer is not in the market; go back to the list.")
    return item


def chosen_trainings(offers: Offers) -> frozenset[str]:
    """Return the trainings in the person's plan."""
    plan = offers.spaces.plans.of(offers.work, offers.person.id)
    return frozenset(each.id for each in plan.trainings) if plan else frozenset()


def _page(visit: Visit, careers: Careers) -> OpportunitiesPage:
    offers = Offers(visit)
    tab = visit.asked("tab") if visit.asked("tab") in TABS else "jobs"
    territory = choice_of(visit.asked("where"), offers.home)
    chrome = visit.chrome("opportunities")
    if not offers.skills:
        return OpportunitiesPage(chrome=chrome, tab=tab, has_skills=False)
    if tab == "moves":
        return _moves(visit, offers, careers, chrome)
    return (_jobs if tab == "jobs" else _trainings)(visit, offers, territory, chrome)


def _jobs(visit: Visit, offers: Offers, territory: str, chrome: Chrome) -> OpportunitiesPage:
    index = offers.spaces.indexes.jobs
    if index is None:
        return OpportunitiesPage(chrome=chrome, tab="jobs", is_ready=False)
    shown, places = _shown(visit), turned(visit.request.query_params)
    weights, kept = weights_at(places), tuple((f"{PREFIX}{dial}", place) for dial, place in places.items())
    within = chosen(territory, offers.home)
    found = index.match(offers.skills, k=shown + 1, places=within, weights=weights)
    return OpportunitiesPage(
        chrome=chrome,
        tab="jobs",
        considered=len(index),
        refreshed=_refreshed(offers, MarketKind.JOB),
        jobs=_job_cards(offers, found[:shown]),
        territories=wheres(offers, index.places(), territory),
        counted=counted(territory, offers.home, offers.words),
        has_home=offers.home is not None,
        more_href=_more(territory, shown, kept) if len(found) > shown else "",
        ranking=told(weights, visit.words),
        dials=dials(places, visit.words),
        turned=kept,
        territory=territory,
    )


def _job_cards(offers: Offers, found: Sequence[Match]) -> tuple[JobCard, ...]:
    """Return the cards; the first three come with the training that closes most of what is missing."""
    fits = {match.offer_id: offers.closers(match, 1) for match in found[:IN_FULL]}
    refs = [fit.training_id for best in fits.values() for fit in best]
    items = offers.items([*(match.offer_id for match in found), *refs])
    cards = []
    for number, match in enumerate(found):
        best = [fit for fit in fits.get(match.offer_id, []) if fit.training_id in items]
        closer = offers.ref(items[best[0].training_id], best[0].closes) if best else None
        if match.offer_id in items:
            cards.append(offers.job(items[match.offer_id], match, closer, in_full=number < IN_FULL))
    return tuple(cards)


def _trainings(visit: Visit, offers: Offers, territory: str, chrome: Chrome) -> OpportunitiesPage:
    index, jobs = offers.spaces.indexes.trainings, offers.spaces.indexes.jobs
    if index is None or jobs is None:
        return OpportunitiesPage(chrome=chrome, tab="trainings", is_ready=False)
    within = chosen(territory, offers.home)
    aim = aim_of(visit, offers, within)
    return OpportunitiesPage(
        chrome=chrome,
        tab="trainings",
        considered=len(index),
        refreshed=_refreshed(offers, MarketKind.TRAINING),
        trainings=_training_cards(offers, aim, _shown(visit), within),
        territories=wheres(offers, index.places(), territory),
        counted=counted(territory, offers.home, offers.words),
        has_home=offers.home is not None,
        region=aim.region.line(visit, "/opportunities", {"tab": "trainings", "where": territory})
        if aim.region
        else None,
        turned=((FIELD, OFF),) if aim.region and not aim.region.is_on else (),
    )


def _training_cards(offers: Offers, aim: Aim, shown: int, within: Where | None) -> tuple[TrainingCard, ...]:
    """Return the trainings that add most to what a person aims at."""
    fits = offers.closers(aim.found, shown, within)
    titles = offers.items(match.offer_id for match in aim.ahead)
    items = offers.items(fit.training_id for fit in fits)
    chosen = chosen_trainings(offers)
    cards = []
    for fit in (fit for fit in fits if fit.training_id in items):
        closes = set(fit.closes)
        helped = [match for match in aim.ahead if closes & {one.need_uri for one in match.missing}]
        leads = list(dict.fromkeys(titles[match.offer_id].offer.title for match in helped if match.offer_id in titles))
        why = _why_training(offers, fit.closes, len(helped), aim)
        cards.append(offers.training(items[fit.training_id], reasons=why, leads_to=tuple(leads[:3]), chosen=chosen))
    return tuple(cards)


def _why_training(offers: Offers, closes: Sequence[str], helped: int, aim: Aim) -> tuple[str, ...]:
    words, said = offers.words, []
    if aim.goal and closes:
        text = words.ngettext(
            "It adds %(num)d skill that your goal asks for: %(goal)s.",
            "It adds %(num)d skills that your goal asks for: %(goal)s.",
            len(closes),
        )
        said.append(text % {"num": len(closes), "goal": aim.goal})
    if helped:
        text = words.ngettext(
            "%(num)d of the jobs that fit you best asks for what it adds.",
            "%(num)d of the jobs that fit you best ask for what it adds.",
            helped,
        )
        said.append(text % {"num": helped})
    if aim.region and (asked := aim.region.asked(closes, offers.names)):
        said.append(asked)
    return tuple(said)


def _moves(visit: Visit, offers: Offers, careers: Careers, chrome: Chrome) -> OpportunitiesPage:
    known = careers.current()
    if known is None:
        return OpportunitiesPage(chrome=chrome, tab="moves", is_ready=False)
    demand = offers.spaces.market.openings(offers.work)
    found = known.next_moves(offers.skills, offers.occupation, visit.rooms.taxonomies, demand=demand, k=MOVES)
    return OpportunitiesPage(
        chrome=chrome,
        tab="moves",
        considered=len(known.index),
        refreshed=visit.work.now,
        moves=_move_cards(visit, offers, found),
    )


def _move_cards(visit: Visit, offers: Offers, found: Sequence[Move]) -> tuple[MoveCard, ...]:
    taxonomies = visit.rooms.taxonomies
    fits = [offers.closers(_gap_of(move), 1) for move in found[:IN_FULL]]
    items = offers.items(fit.training_id for best in fits for fit in best)
    cards = []
    for number, move in enumerate(found):
        needs = {link.uri: link.need is Need.ESSENTIAL for link in taxonomies.skills_of(move.occupation)}
        essential = {uri for uri, must in needs.items() if must}
        best = [fit for fit in (fits[number] if number < IN_FULL else []) if fit.training_id in items]
        in_full = number < IN_FULL
        cards.append(
            MoveCard(
                uri=move.occupation,
                title=offers.names.skill(move.occupation),
                match=offers.match(_gap_of(move), needs),
                openings=move.demand or 0,
                pay=pay_said(move.pay, taxonomies.scheme(move.pay.via) or "", visit.words) if move.pay else "",
                reasons=_why_move(move, essential, offers) if in_full else (),
                closer=offers.ref(items[best[0].training_id], best[0].closes) if best else None,
            )
        )
    return tuple(cards)


def _why_move(move: Move, essential: set[str], offers: Offers) -> tuple[str, ...]:
    """Return what speaks for a move: the weightiest that skills say, then the other signals."""
    return (*reasons_for(_gap_of(move), essential, offers.names)[:2], *speaks_for(move, offers.words))


def _gap_of(move: Move) -> Gap:
    return Gap(coverage=move.coverage, have=move.have, close=move.close, missing=move.missing)


def _job_page(visit: Visit, item_id: str) -> JobPage:
    offers = Offers(visit)
    item = item_of(offers, item_id, MarketKind.JOB)
    offer = vacancy(item)
    found = offers.gap_to(offer.skills)
    fits = offers.closers(found, CLOSERS)
    items = offers.items(fit.training_id for fit in fits)
    return JobPage(
        chrome=visit.chrome("opportunities"),
        job=offers.job(item, found),
        description=offer.text or "",
        closers=tuple(offers.ref(items[fit.training_id], fit.closes) for fit in fits if fit.training_id in items),
        apply_href=offer.url or "",
        source=_source(visit, item),
    )


def _training_page(visit: Visit, item_id: str) -> TrainingPage:
    offers = Offers(visit)
    item = item_of(offers, item_id, MarketKind.TRAINING)
    offer = course(item)
    taught = set(offer.skills)
    index = offers.spaces.indexes.jobs
    ahead = index.match(offers.skills, k=JOBS_AHEAD) if index else []
    closer = [match for match in ahead if taught & {one.need_uri for one in match.missing}][:CLOSERS]
    return TrainingPage(
        chrome=visit.chrome("opportunities"),
        training=offers.training(item, chosen=chosen_trainings(offers)),
        description=offer.description or "",
        jobs=_job_cards(offers, closer),
        source=_source(visit, item),
    )


def _source(visit: Visit, item: Item) -> str:
    provider = visit.rooms.directory.name(visit.work, item.provider)
    collection = item.offer.source
    return provider if collection in ("", item.provider, provider) else f"{provider} ({collection})"


def _shown(visit: Visit) -> int:
    asked = visit.asked("show")
    return min(max(int(asked), SHOWN), MOST) if asked.isascii() and asked.isdigit() and len(asked) < 4 else SHOWN


def _more(territory: str, shown: int, turned: Sequence[tuple[str, str]]) -> str:
    asked = [("tab", "jobs"), ("where", territory), ("show", str(shown + SHOWN)), *turned]
    return f"/opportunities?{urlencode(asked)}" if shown < MOST else ""


def _refreshed(offers: Offers, kind: MarketKind) -> datetime | None:
    """Return when the newest feed of this kind came in."""
    status = offers.spaces.feeds.status(offers.work)
    arrived = [row["arrived"] for row in status if KINDS.get(row["dataset"]) is kind and row["arrived"]]
    return max(arrived, default=None)


def wheres(offers: Offers, counts: dict[str, int], chosen: str) -> tuple[Choice, ...]:
    """Return where a person can look: around their home, then in the territories that have offers."""
    return (*circles(offers.home, chosen, offers.words), *territories(counts, chosen))


def territories(counts: dict[str, int], chosen: str) -> tuple[Choice, ...]:
    """Return the countries and regions that have offers, each region under its country."""
    parents = territory_parents()
    sums: Counter[str] = Counter()
    for code, count in counts.items():
        spot: str | None = code
        while spot is not None:
            sums[spot] += count
            spot = parents.get(spot)
    choices = []
    for country, name in COUNTRIES.items():
        regions = sorted({(one.region_name, one.region_code) for one in places(country)})
        listed = [(country, name), *((code, f"– {region}") for region, code in regions)]
        choices += [
            Choice(value=code, label=label, count=sums[code], is_chosen=code == chosen)
            for code, label in listed
            if sums[code] or code == chosen
        ]
    return tuple(choices)
