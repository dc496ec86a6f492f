"""What if: which one or two further skills would let most jobs fit, counted exactly, and who teaches them."""

from __future__ import annotations

from functools import partial

import numpy as np
from fastapi import APIRouter, Request, Response

from skillspace.market.index import MarketKind
from skillspace.market.territory import chosen, circle, territory_names
from skillspace.portal.pages.background import Worked
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.nearby import choice_of, counted
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.opportunities import wheres
from skillspace.portal.views.common import SkillTag
from skillspace.portal.views.opportunities import Opening, WhatIfPage
from skillspace.skills.matching import OfferIndex, PersonSkill, Question, TrainingFit, Where
from skillspace.skills.matching.reach import Reach, reach

TRAININGS = 3


def router(frame: Frame) -> APIRouter:
    """Return the page of what further skills would open."""
    routes = frame.router("Opportunities")
    reached: Worked[Reach] = Worked("what further skills would open")

    @routes.get("/opportunities/what-if")
    def what_if(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, reached))

    return routes


def _page(visit: Visit, reached: Worked[Reach]) -> WhatIfPage:
    offers, chrome = Offers(visit), visit.chrome("opportunities")
    indexes = offers.spaces.indexes
    version, index = indexes.etag(MarketKind.JOB), indexes.jobs
    if not offers.skills:
        return WhatIfPage(chrome=chrome, has_skills=False)
    territory, skills = choice_of(visit.asked("where"), offers.home), tuple(offers.skills)
    within, km = chosen(territory, offers.home), circle(territory) or 0
    key = (version, skills, territory, offers.home if km else None)
    found = reached.get(key, partial(_reach, index, skills, within)) if index else None
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
        considered=len(index) if within is None else int(np.count_nonzero(index.conditions.there(within))),
        place=territory_names().get((offers.home or "") if km else territory, ""),
        km=km,
        counted=counted(territory, offers.home, offers.words),
        openings=tuple(openings),
        territories=wheres(offers, index.places(), territory),
    )


def _teaching(skill: str, offers: Offers) -> list[TrainingFit]:
    """Return the trainings that teach this very skill, and not only one close to it."""
    fits = offers.closers(offers.gap_to([(skill, True)]), TRAININGS)
    return [fit for fit in fits if skill in fit.closes]


def _reach(index: OfferIndex, skills: tuple[PersonSkill, ...], within: Where | None) -> Reach:
    """Count among the jobs that are somewhere, or among all."""
    there = None if within is None else index.conditions.there(within)
    return reach([(index, there)], Question(skills=skills))
