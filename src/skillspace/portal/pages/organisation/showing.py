"""Matches, shared profiles and plans as an organisation sees them: skills by name, never a number alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from skillspace.market.courses import Course
from skillspace.market.oversight.circle import plan_in, skills_in
from skillspace.people.plan import ChosenTraining, Plan
from skillspace.people.sharing import SharedProfile as Document
from skillspace.people.sharing import SharedSkill
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.organisation.fitting import Nearness
from skillspace.portal.views.common import Match, MatchedSkill, Place, SkillTag
from skillspace.portal.views.opportunities import Plan as PlanView
from skillspace.portal.views.opportunities import PlanStep, TrainingRef
from skillspace.portal.views.sharing import SharedProfile
from skillspace.portal.views.skills import SkillDot, Theme
from skillspace.skills.matching import Gap, gap
from skillspace.skills.taxonomy import Need, Taxonomies


class Labels:
    """Names of skills in the reader's language.

    `own` are the sharer's words, for concepts no taxonomy here knows; `house` are this organisation's: they come first.
    """

    def __init__(
        self,
        taxonomies: Taxonomies,
        language: str,
        own: Mapping[str, str] | None = None,
        house: Mapping[str, str] | None = None,
    ) -> None:
        self._taxonomies = taxonomies
        self._language = language
        self._own = own or {}
        self._known: dict[str, str] = dict(house or {})

    def of(self, uri: str) -> str:
        """Return a skill's name."""
        if uri not in self._known:
            is_known = self._taxonomies.has(uri)
            self._known[uri] = self._taxonomies.label(uri, self._language) if is_known else ""
        return self._known[uri] or self._own.get(uri, uri)

    def with_words_of(self, own: Mapping[str, str]) -> Labels:
        """Return the same names beside the words of somebody else; what was looked up is looked up for both."""
        labels = Labels(self._taxonomies, self._language, own)
        labels._known = self._known
        return labels


def match_view(found: Gap, musts: frozenset[str], labels: Labels) -> Match:
    """Return have, close and missing with names; `musts` are the skills the offer insists on."""
    return Match(
        have=tuple(
            MatchedSkill(
                uri=one.need_uri,
                label=labels.of(one.need_uri),
                level=one.validation,
                is_essential=one.need_uri in musts,
            )
            for one in found.have
        ),
        close=tuple(
            MatchedSkill(
                uri=one.need_uri,
                label=labels.of(one.need_uri),
                via=labels.of(one.by_uri),
                is_essential=one.need_uri in musts,
            )
            for one in found.close
        ),
        missing=tuple(
            MatchedSkill(uri=one.need_uri, label=labels.of(one.need_uri), is_essential=one.need_uri in musts)
            for one in found.missing
        ),
    )


def training_of(course: Course, closes: tuple[str, ...], words: Translator) -> TrainingRef:
    """Return a course of ours as it is named beside a person; `closes` are names of the skills it would add."""
    hours = words.ngettext("%(count)s hour", "%(count)s hours", round(course.hours or 0))
    return TrainingRef(
        id=course.id,
        title=course.title,
        place=Place(name=course.provider),
        where=course.place_name or course.region_name or "",
        starts=course.starts,
        duration=hours % {"count": words.number(course.hours)} if course.hours else "",
        closes=closes,
        is_synthetic=course.synthetic,
    )


def profile_view(
    document: Document, name: str, labels: Labels, nearness: Nearness, today: dt.date, *, has_skills: bool, others: str
) -> SharedProfile:
    """Return a shared profile as a page shows it; `others` heads skills without a theme, `has_skills` tells whether
    skills were shared at all."""
    themes: dict[str, list[SharedSkill]] = {}
    for skill in document.skills:
        themes.setdefault(skill.theme, []).append(skill)
    shown = [
        Theme(
            key=theme,
            label=labels.of(theme) if theme else skills[0].theme_label or others,
            skills=tuple(sorted((_dot(skill, labels) for skill in skills), key=lambda dot: (-dot.level, dot.label))),
        )
        for theme, skills in themes.items()
    ]
    plan = plan_in(document)
    found = plan_view(plan, document, labels, nearness, today, has_skills=has_skills) if plan else None
    return SharedProfile(
        name=name, themes=tuple(sorted(shown, key=lambda theme: (not theme.key, theme.label))), plan=found
    )


def plan_view(
    plan: Plan, document: Document, labels: Labels, nearness: Nearness, today: dt.date, *, has_skills: bool
) -> PlanView:
    """Return a shared plan with its steps. Where skills were not shared, only what a chosen training adds is told."""
    chosen = {uri: training for training in plan.trainings for uri in training.skills}
    needs = [(one.uri, 1.0, Need.ESSENTIAL if one.is_essential else Need.OPTIONAL) for one in plan.goal.needs]
    found = gap(skills_in(document, today), needs, nearness.proximity)
    held = {one.need_uri: one.validation for one in found.have}
    near = {one.need_uri: one.by_uri for one in found.close}
    steps = [
        PlanStep(
            skill=SkillTag(uri=need.uri, label=labels.of(need.uri), level=held.get(need.uri)),
            state=_state(need.uri, held, chosen, near),
            via=labels.of(near[need.uri]) if need.uri in near else "",
            training=_chosen(chosen[need.uri], labels) if need.uri in chosen and need.uri not in held else None,
        )
        for need in plan.goal.needs
        if has_skills or need.uri in chosen
    ]
    return PlanView(
        goal=plan.goal.title,
        goal_uri=plan.goal.occupation or "",
        is_synthetic=plan.goal.synthetic,
        steps=tuple(steps),
        trainings=tuple(_chosen(training, labels) for training in plan.trainings),
    )


def _state(uri: str, held: Mapping[str, int], chosen: Mapping[str, object], near: Mapping[str, str]) -> str:
    if uri in held:
        return "have"
    if uri in chosen:
        return "chosen"
    return "close" if uri in near else "open"


def _chosen(training: ChosenTraining, labels: Labels) -> TrainingRef:
    return TrainingRef(
        id=training.id,
        title=training.title,
        place=Place(name=training.provider),
        where=training.place,
        starts=training.starts,
        closes=tuple(labels.of(uri) for uri in training.skills[:6]),
    )


def _dot(skill: SharedSkill, labels: Labels) -> SkillDot:
    return SkillDot(
        uri=skill.uri,
        label=labels.of(skill.uri) if labels.of(skill.uri) != skill.uri else skill.label,
        level=skill.validation,
        places=tuple(Place(name=name) for name in skill.sources),
        since=dt.date.fromisoformat(skill.since),
    )
