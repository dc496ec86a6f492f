"""Learners: for each course of ours, whose gap it closes among those that said yes, and what it would add for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skillspace.market.courses import Course
from skillspace.market.oversight import Circle, Someone
from skillspace.portal.i18n import Translator
from skillspace.portal.pages.organisation.showing import Labels, match_view, training_of
from skillspace.portal.pages.organisation.wording import pseudonym
from skillspace.portal.views.insight import FitGroup, PersonFit
from skillspace.skills.matching import Gap, HolderIndex, TrainingFit, gap, holder, trainings_for
from skillspace.skills.taxonomy import Need, Taxonomies

#: So many learners are shown for a course, and so many courses are looked at for one person.
PEOPLE, COURSES = 10, 50


@dataclass(frozen=True, kw_only=True)
class _Gain:
    """What a course does for somebody: towards their goal (`fit`), or beside what they know where no goal is shared."""

    someone: Someone
    found: Gap
    musts: frozenset[str]
    fit: TrainingFit | None

    @property
    def order(self) -> tuple[float, float, str]:
        """Those whose gap it closes most come first, then those who already know part of it."""
        return (-(self.fit.gain if self.fit else 0.0), -self.found.coverage, self.someone.grant_id)


class Learners:
    """Gains of one circle from one edition of our courses, kept until either is another."""

    def __init__(self, taxonomies: Taxonomies, own_name: str) -> None:
        """``own_name`` is the organisation's: courses that it provides itself are its own."""
        self._taxonomies = taxonomies
        self._own_name = own_name
        self._kept: tuple[object, dict[str, list[_Gain]]] = (None, {})
        self._courses: tuple[str | None, HolderIndex | None] = (None, None)

    def forget(self) -> None:
        """Let go of every match."""
        self._kept = (None, {})

    def ranked(self, circle: Circle, etag: str, courses: Sequence[Course]) -> list[Course]:
        """Return the courses, those that close most of somebody's gap first; the rest by title."""
        key = (circle.mark, etag)
        if self._kept[0] != key:
            self._kept = (key, self._gains(circle, etag, courses))
        gains = self._kept[1]

        def order(one: Course) -> tuple[float, int, str, str]:
            found = gains.get(one.id, [])
            best = max((gain.fit.gain for gain in found if gain.fit), default=0.0)
            counted = circle.policy.gain(best, is_own=one.provider == self._own_name)
            return (-counted, -len(found), one.title.casefold(), one.id)

        return sorted(courses, key=order)

    def group(self, circle: Circle, etag: str, course: Course, words: Translator, house: Mapping[str, str]) -> FitGroup:
        """Return one course with the people it would help; call `ranked` first."""
        key, gains = self._kept
        found = gains.get(course.id, []) if key == (circle.mark, etag) else []
        labels = Labels(self._taxonomies, words.language, house=house)
        where = [name for name in (course.place_name, course.region_name) if name]
        return FitGroup(
            id=course.id,
            title=course.title,
            where=", ".join(dict.fromkeys(where)),
            people=tuple(_fit(gain, course, labels, words) for gain in found[:PEOPLE]),
            is_synthetic=course.synthetic,
        )

    def _gains(self, circle: Circle, etag: str, courses: Sequence[Course]) -> dict[str, list[_Gain]]:
        gains: dict[str, list[_Gain]] = {}
        index = self._index(etag, courses)
        for someone in circle.people.values():
            if someone.plan is None:
                continue
            needs = circle.policy.needs(
                (one.uri, 1.0, Need.ESSENTIAL if one.is_essential else Need.OPTIONAL) for one in someone.plan.goal.needs
            )
            musts = frozenset(one.uri for one in someone.plan.goal.needs if one.is_essential)
            found = gap(someone.skills, needs, index.proximity, circle.policy.weights)
            for fit in trainings_for(found, index, k=COURSES):
                gains.setdefault(fit.training_id, []).append(_Gain(someone=someone, found=found, musts=musts, fit=fit))
        aimless = {one.grant_id for one in circle.people.values() if one.plan is None}
        for course in courses if aimless else ():
            stated = [(uri, 1.0, Need.ESSENTIAL) for uri in course.skills]
            for match in circle.index.match(stated, k=PEOPLE, only=aimless):
                if match.close or match.missing:
                    someone = circle.people[match.holder_id]
                    gains.setdefault(course.id, []).append(
                        _Gain(someone=someone, found=match, musts=frozenset(), fit=None)
                    )
        return {course: sorted(found, key=lambda gain: gain.order) for course, found in gains.items()}

    def _index(self, etag: str, courses: Sequence[Course]) -> HolderIndex:
        known, index = self._courses
        if index is None or known != etag:
            holders = [holder(one.id, dict.fromkeys(one.skills)) for one in courses]
            index = HolderIndex.build(holders, self._taxonomies)
            self._courses = (etag, index)
        return index


def _fit(gain: _Gain, course: Course, shared: Labels, words: Translator) -> PersonFit:
    labels = shared.with_words_of(gain.someone.labels)
    return PersonFit(
        grant_id=gain.someone.grant_id,
        name=gain.someone.name or pseudonym(gain.someone.subject, words),
        match=match_view(gain.found, gain.musts, labels),
        until=gain.someone.until.date(),
        reasons=tuple(_reasons(gain, words)),
        course=training_of(course, tuple(labels.of(uri) for uri in _added(gain)), words),
    )


def _added(gain: _Gain) -> tuple[str, ...]:
    """Return the skills a course would add for somebody."""
    if gain.fit is None:
        missing = (one.need_uri for one in gain.found.missing)
        return (*missing, *(one.need_uri for one in gain.found.close))
    return (*gain.fit.closes, *(one.need_uri for one in gain.fit.nearer))


def _reasons(gain: _Gain, words: Translator) -> list[str]:
    if gain.fit is None or gain.someone.plan is None:
        return [words.gettext("No goal is shared, so this compares their skills with what the course teaches.")]
    reasons = [words.gettext("Their goal: %(goal)s.") % {"goal": gain.someone.plan.goal.title}]
    lacking = len(gain.found.missing) + len(gain.found.close)
    if gain.fit.closes:
        text = words.ngettext(
            "The course closes %(closes)s of the %(num)d skill they lack for it.",
            "The course closes %(closes)s of the %(num)d skills they lack for it.",
            lacking,
        )
        reasons.append(text % {"closes": words.number(len(gain.fit.closes)), "num": lacking})
    if gain.fit.nearer:
        text = words.ngettext(
            "It brings %(num)d more skill nearer.", "It brings %(num)d more skills nearer.", len(gain.fit.nearer)
        )
        reasons.append(text % {"num": len(gain.fit.nearer)})
    return reasons
