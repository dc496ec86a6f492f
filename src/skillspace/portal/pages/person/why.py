"""Why, or why not, for any job or training: its exact place for one person, what it asks, what would bring it up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response

from skillspace.market.index import Item, MarketKind, named_by, position_of, territory_of
from skillspace.market.index.model import last_day
from skillspace.market.territory import chosen, lies
from skillspace.market.vacancies import Vacancy
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.aiming import aim_of
from skillspace.portal.pages.person.nearby import choice_of
from skillspace.portal.pages.person.offers import Offers, course, vacancy, where
from skillspace.portal.pages.person.reasons import how_close
from skillspace.portal.pages.person.regional import FIELD, OFF
from skillspace.portal.views.oversight import FoundLine, NeedLine, WhyPage
from skillspace.skills.matching import FIRST, Gap, Question, place_of, rank

MOST_ASKED = 500


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Opportunities")

    @routes.get("/opportunities/why")
    def why(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    return routes


def _page(visit: Visit) -> WhyPage:
    offers, asked = Offers(visit), visit.asked("offer").strip()[:MOST_ASKED]
    facts: dict[str, Any] = {"asked": asked, "has_skills": bool(offers.skills), "first": FIRST}
    facts["turned"] = ((FIELD, OFF),) if visit.asked(FIELD) == OFF else ()
    found = named_by(visit.work, offers.spaces.market, asked)
    if len(found) == 1 and offers.skills:
        (item,) = found
        facts |= _facts(visit, offers, item)
        facts |= _job(offers, item) if item.kind is MarketKind.JOB else _training(visit, offers, item)
    elif len(found) > 1:
        facts["found"] = tuple(_found(item) for item in found)
    else:
        facts["is_unknown"] = bool(asked) and not found
    return WhyPage(chrome=visit.chrome("opportunities"), **facts)


def _facts(visit: Visit, offers: Offers, item: Item) -> dict[str, Any]:
    """Return what the offer is, and which conditions keep it out of the list."""
    unmet, words, offer = [], visit.words, item.offer
    end = last_day(offer)
    if end is not None and end < visit.work.now.date():
        unmet.append(words.gettext("It is not open any more: the last day was %(date)s.") % {"date": words.date(end)})
    elif not item.offer.skills:
        unmet.append(words.gettext("It does not say which skills it is about, so it cannot be compared."))
    elif not _is_compared(offers, item):
        unmet.append(words.gettext("It came in after offers were last compared. Ask again in a few minutes."))
    there = chosen(choice_of(visit.asked("where"), offers.home), offers.home)
    if not lies(there, position_of(offer), territory_of(offer)):
        unmet.append(words.gettext("It is not in the place you chose."))
    kind = "jobs" if item.kind is MarketKind.JOB else "trainings"
    return {
        "kind": item.kind.value,
        "title": offer.title,
        "href": f"/opportunities/{kind}/{item.id}",
        "line": _line(item),
        "near": "".join(offers.place(offer)),
        "is_synthetic": offer.synthetic,
        "unmet": tuple(unmet),
    }


def _is_compared(offers: Offers, item: Item) -> bool:
    indexes = offers.spaces.indexes
    if item.kind is MarketKind.JOB:
        return indexes.jobs is not None and item.id in indexes.jobs
    return indexes.trainings is not None and item.id in indexes.trainings.ids()


def _job(offers: Offers, item: Item) -> dict[str, Any]:
    offer, index = vacancy(item), offers.spaces.indexes.jobs
    essential = frozenset(uri for uri, must in offer.skills if must)
    if index is None or item.id not in index:
        found = offers.gap_to(offer.skills)
        return {"covered": _percent(found.coverage), "needs": _needs(found, essential, offers)}
    ranked = rank(index, Question(skills=offers.skills), item.id)
    named = None if ranked.enough is None else tuple(offers.names.skill(uri) for uri in ranked.enough)
    return {
        "place": ranked.place,
        "of": ranked.of,
        "covered": _percent(ranked.match.coverage),
        "needs": _needs(ranked.match, essential, offers),
        "enough": named,
        "then": ranked.then,
    }


def _training(visit: Visit, offers: Offers, item: Item) -> dict[str, Any]:
    taught = list(dict.fromkeys(course(item).skills))
    aim = aim_of(visit, offers)
    target = aim.found
    wanted = {one.need_uri: one.weight for one in target.missing}
    wanted |= {one.need_uri: one.weight for one in target.close}
    label = offers.names.skill
    adds = sorted((uri for uri in taught if uri in wanted), key=lambda uri: -wanted[uri])
    facts: dict[str, Any] = {
        "target": aim.goal,
        "needs": tuple(NeedLine(label=label(uri), share=_percent(wanted[uri]), state="missing") for uri in adds),
        "known": tuple(label(uri) for uri in taught if uri in offers.held),
        "unasked": tuple(label(uri) for uri in taught if uri not in wanted and uri not in offers.held),
    }
    trainings = offers.spaces.indexes.trainings
    if trainings is not None:
        facts["place"], facts["of"] = place_of(target, trainings, item.id)
    return facts


def _needs(found: Gap, essential: frozenset[str], offers: Offers) -> tuple[NeedLine, ...]:
    """Return every need, the weightiest first."""
    label = offers.names.skill
    parts: Sequence[tuple[str, Sequence[Any]]] = (
        ("have", found.have),
        ("close", found.close),
        ("missing", found.missing),
    )
    lines = [
        NeedLine(
            label=label(one.need_uri),
            share=_percent(one.weight),
            state=state,
            is_essential=one.need_uri in essential,
            note=how_close(one, offers.names) if state == "close" else "",
        )
        for state, listed in parts
        for one in listed
    ]
    return tuple(sorted(lines, key=lambda line: (-line.share, line.label)))


def _percent(share: float) -> float:
    """Return a share in hundredths as one says it: whole, or with a digit where it is less than one."""
    return round(100 * share) or round(100 * share, 1)


def _line(item: Item) -> str:
    offer = item.offer
    who = offer.employer if isinstance(offer, Vacancy) else offer.provider
    return " · ".join(part for part in (who, where(offer)) if part)


def _found(item: Item) -> FoundLine:
    return FoundLine(id=item.id, title=item.offer.title, where=_line(item), is_synthetic=item.offer.synthetic)
