"""Paths: ways of up to three moves to an occupation, or to those that only open up on the way."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import UnknownConcept
from skillspace.market.territory import territory_parents
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.careers import Careers
from skillspace.portal.pages.person.moving import Ways
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.opportunities import territories
from skillspace.portal.views.careers import PathsPage
from skillspace.portal.views.common import Choice
from skillspace.skills.careers import CareerMap, Start
from skillspace.skills.taxonomy import ConceptKind

GOALS, MAX_SEARCH = 8, 100
WAYS, BEYOND = 3, 4


def router(frame: Frame, careers: Careers) -> APIRouter:
    """Return the page of ways."""
    routes = frame.router("Opportunities")

    @routes.get("/opportunities/paths")
    def paths(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, careers))

    return routes


def _page(visit: Visit, careers: Careers) -> PathsPage:
    offers, search, goal = Offers(visit), visit.asked("search")[:MAX_SEARCH], visit.asked("to")
    if goal and not (offers.taxonomies.has(goal) and offers.taxonomies.kind(goal) is ConceptKind.OCCUPATION):
        raise UnknownConcept("A way leads to an occupation; this is none. Look it up by name first.")
    known, finder = careers.current(), careers.ways()
    chrome = visit.chrome("opportunities")
    if known is None or finder is None:
        return PathsPage(chrome=chrome, is_ready=False)
    territory = visit.asked("where") if visit.asked("where") in territory_parents() else ""
    openings = offers.spaces.market.openings(visit.work, territory or None)
    start = start_of(offers, known)
    plan = offers.spaces.plans.of(visit.work, offers.person.id)
    aim = plan.goal.occupation if plan else None
    taxonomies = visit.rooms.taxonomies
    found = []
    if goal and goal != start.occupation:
        found = finder.to(goal, start, taxonomies, k=WAYS)
    elif not goal and (start.skills or start.occupation):
        found = finder.beyond(start, taxonomies, demand=openings, k=BEYOND)
    jobs = offers.spaces.indexes.jobs
    return PathsPage(
        chrome=chrome,
        start=offers.names.skill(start.occupation) if start.occupation else "",
        goal=offers.names.skill(goal) if goal else "",
        goal_uri=goal,
        is_there=bool(goal) and goal == start.occupation,
        is_assumed=any(path.is_assumed for path in found),
        has_skills=bool(start.skills),
        ways=Ways(known, offers, openings).drawn(found),
        search=search,
        goals=_goals(visit, offers, known, search, openings),
        wanted=(aim, offers.names.skill(aim)) if aim in known.occupations.row_of and aim != goal and aim else None,
        territories=territories(jobs.places(), territory) if jobs else (),
    )


def start_of(offers: Offers, known: CareerMap) -> Start:
    """Return where a person stands; an occupation that is not on the map is left aside."""
    here = offers.occupation if offers.occupation in known.occupations.row_of else None
    return Start(skills=tuple(offers.skills), occupation=here)


def _goals(visit: Visit, offers: Offers, known: CareerMap, search: str, openings: dict[str, int]) -> tuple[Choice, ...]:
    """Return the occupations of the map that a search finds."""
    if not search:
        return ()
    hits = visit.rooms.taxonomies.search(search, visit.language, kinds={ConceptKind.OCCUPATION}, limit=3 * GOALS)
    found = [hit.uri for hit in hits if hit.uri in known.occupations.row_of][:GOALS]
    return tuple(Choice(value=uri, label=offers.names.skill(uri), count=openings.get(uri, 0)) for uri in found)
