"""What if: which one or two further skills would let most jobs fit, counted exactly, and who teaches them."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request, Response

from skillspace.market.index import MarketKind
from skillspace.market.territory import codes_within, territory_names, territory_parents
from skillspace.portal.pages.background import Worked
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.opportunities import territories
from skillspace.portal.views.common import SkillTag
from skillspace.portal.views.opportunities import Opening, WhatIfPage
from skillspace.skills.matching import OfferIndex, PersonSkill, Question, TrainingFit, Wishes
from skillspace.skills.matching.reach import Reach, reach

TRAININGS = 3


def router(frame: Frame) -> APIRouter:
    """Return the page of what further skills would open."""
    routes = frame.router("Opportunities")
    counted: Worked[Reach] = Worked("what further skills would open")

    @routes.get("/opportunities/what-if")
    def what_if(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, counted))

    return routes


def _page(visit: Visit, counted: Worked[Reach]) -> WhatIfPage:
    offers, chrome = Offers(visit), visit.chrome("opportunities")
    indexes = offers.spaces.indexes
    version, index = indexes.etag(MarketKind.JOB), indexes.jobs
    if not offers.skills:
        return WhatIfPage(chrome=chrome, has_skills=False)
    territory = visit.asked("where") if visit.asked("where") in territory_parents() else ""
    skills = tuple(offers.skills)
    found = counted.get((version, skills, territory), partial(_reach, index, skills, territory)) if index else None
    if index is None or found is None:
        return WhatIfPage(chrome=chrome, is_ready=False)
    openings, before = [], found.now
    fits = {one.skill: _teaching(one.skill, offers) for one in found.more}
    items = offers.items(fit.training_id for best in fits.values() for fit in best)
    for one in found.more:
        trainings = tuple(offers.ref(items[fit.training_id]) for fit in fits[one.skill] if fit.training_id in items)
        tag = SkillTag(uri=one.skill, label=offers.names.skill(one.skill))
        openings.append(Opening(skill=tag, more=one.offers - before, trainings=trainings))
        before = one.offers
    return WhatIfPage(
        chrome=chrome,
        now=found.now,
        considered=sum(count for place, count in index.places().items() if place in codes_within(territory))
        if territory
        else len(index),
        place=territory_names()[territory] if territory else "",
        openings=tuple(openings),
        territories=territories(index.places(), territory),
    )


def _teaching(skill: str, offers: Offers) -> list[TrainingFit]:
    """Return the trainings that teach this very skill, and not only one close to it."""
    fits = offers.closers(offers.gap_to([(skill, True)]), TRAININGS)
    return [fit for fit in fits if skill in fit.closes]


def _reach(index: OfferIndex, skills: tuple[PersonSkill, ...], territory: str) -> Reach:
    """Count among the jobs of a territory, or among all."""
    if not territory:
        return reach([(index, None)], Question(skills=skills))
    wishes = Wishes(places=codes_within(territory), remote=False)
    return reach([(index, index.conditions.place.rows >= 0)], Question(skills=skills, wishes=wishes))
