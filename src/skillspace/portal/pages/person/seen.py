"""A shared profile as the other side sees it: made from the document that travels, so nothing else can be shown."""

from __future__ import annotations

from datetime import date

from skillspace.people.plan.model import Plan as StoredPlan
from skillspace.people.sharing import SharedProfile as SharedDocument
from skillspace.people.sharing import SharedSkill
from skillspace.portal.pages.person.offers import Offers
from skillspace.portal.pages.person.skills import OTHER
from skillspace.portal.views.common import Place, SkillTag
from skillspace.portal.views.opportunities import Plan, PlanStep, TrainingRef
from skillspace.portal.views.sharing import SharedProfile
from skillspace.portal.views.skills import SkillDot, Theme


def seen_profile(document: SharedDocument, offers: Offers) -> SharedProfile:
    """Return the document as the page draws it."""
    plan = document.plan_read()
    levels = {skill.uri: skill.validation for skill in document.skills}
    return SharedProfile(
        name=document.name or offers.words.gettext("A person without a name"),
        themes=_themes(document.skills, offers),
        plan=_plan(plan, levels, offers) if plan else None,
    )


def _themes(skills: list[SharedSkill], offers: Offers) -> tuple[Theme, ...]:
    together: dict[str, list[SharedSkill]] = {}
    for skill in skills:
        together.setdefault(skill.theme or OTHER, []).append(skill)
    return tuple(
        Theme(
            key=key,
            label=listed[0].theme_label or offers.words.gettext("Other skills"),
            skills=tuple(_dot(skill) for skill in listed),
        )
        for key, listed in sorted(together.items(), key=lambda item: (item[0] == OTHER, -len(item[1]), item[0]))
    )


def _dot(skill: SharedSkill) -> SkillDot:
    return SkillDot(
        uri=skill.uri,
        label=skill.label,
        level=skill.validation,
        places=tuple(Place(name=name) for name in skill.sources if name),
        since=date.fromisoformat(skill.since),
    )


def _plan(plan: StoredPlan, levels: dict[str, int], offers: Offers) -> Plan:
    """Return the plan with what can be told from the document alone: skills that were not shared count as open."""
    names = offers.names
    refs = {
        each.id: TrainingRef(
            id=each.id, title=each.title, place=Place(name=each.provider), where=each.place, starts=each.starts
        )
        for each in plan.trainings
    }
    taught = {uri: refs[each.id] for each in plan.trainings for uri in each.skills}
    steps = []
    for need in plan.goal.needs:
        level = levels.get(need.uri)
        state = "have" if level else "chosen" if need.uri in taught else "open"
        tag = SkillTag(uri=need.uri, label=names.skill(need.uri), level=level)
        steps.append(PlanStep(skill=tag, state=state, training=None if level else taught.get(need.uri)))
    return Plan(
        goal=plan.goal.title,
        goal_uri=plan.goal.occupation or plan.goal.offer or "",
        is_synthetic=plan.goal.synthetic,
        steps=tuple(steps),
        trainings=tuple(refs.values()),
    )
