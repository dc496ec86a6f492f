"""What the page of a team tells: coverage for everybody, seats under recruitment, courses and growth under advice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from skillspace.market.courses import Course
from skillspace.market.oversight import RECRUITMENT, Circle, Stock
from skillspace.market.targets import KeptChart
from skillspace.portal.pages.frame import Visit
from skillspace.portal.pages.organisation.candidates import name_of
from skillspace.portal.pages.organisation.showing import Labels
from skillspace.portal.views.common import Choice
from skillspace.portal.views.teams import (
    HeatCell,
    HeatRow,
    LackLine,
    LessonLine,
    Named,
    NeedLine,
    RoleCard,
    SeatLine,
    TeamPage,
)
from skillspace.skills.planning import Ability, Bound, Bounds, Catalogue, Session, Training
from skillspace.skills.taxonomy import Need, Taxonomies
from skillspace.skills.teams import (
    Fit,
    Growth,
    Lesson,
    Member,
    NeedCovered,
    Seating,
    Standing,
    growth,
    learning,
    seating,
)
from skillspace.storage.database import Work

#: So many people stand in the table, and lacks, names and skills are listed before “and more”.
PEOPLE, LACKS, NAMES, SKILLS, GROWING = 40, 10, 3, 3, 20


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """What a team could learn: our courses by identifier, those to take, and whom each person could be."""

    courses: Mapping[str, Course]
    lessons: tuple[Lesson, ...]
    growth: tuple[Growth, ...]


class Desk:
    """What the page keeps between requests, and lets go when a share ends."""

    def __init__(self, *, courses: Stock[Course], taxonomies: Taxonomies, own_name: str) -> None:
        self._courses = courses
        self._taxonomies = taxonomies
        self._own_name = own_name
        self._catalogue: tuple[str, Catalogue, dict[str, Course]] | None = None
        self._standing: tuple[object, Standing] | None = None
        self._learnt: tuple[tuple[Standing, Catalogue, dt.date], Learnt] | None = None

    def forget(self, grant_id: str, _work: Work) -> int:
        """Let go of a team with this share in it, and say how many there were: a deleter of the node's held grants."""
        held = [one for one in (self._standing and self._standing[1], self._learnt and self._learnt[0][0]) if one]
        if not any(grant_id in {member.id for member in one.members} for one in held):
            return 0
        self._standing = self._learnt = None
        return 1

    def standing(self, circle: Circle, kept: KeptChart, unit: str) -> Standing:
        """Return a circle of people held against the chart, or one unit of it. Raises BadInput for an unknown one."""
        key = (circle.mark, kept.mark, unit)
        held = self._standing
        if held is None or held[0] != key:
            chart = kept.chart.within(unit) if unit else kept.chart
            people = [Member(id=id, skills=one.skills) for id, one in circle.people.items()]
            self._standing = held = key, Standing(chart, people, circle.index.proximity, circle.policy)
        return held[1]

    def learnt(self, visit: Visit, standing: Standing) -> Learnt:
        """Return what a team could learn from our courses; asked once for each team, edition of courses and day."""
        catalogue, known, own = self.courses(visit)
        today = visit.work.now.date()
        key = (standing, catalogue, today)
        held = self._learnt
        if held is None or held[0] != key:
            bounds = Bounds(earliest=today, allows=frozenset({Bound.UNKNOWN_DATES}))
            lessons = learning(standing, catalogue, bounds, own=own).lessons
            grown = [roles[0] for _, roles in growth(standing, catalogue, own=own) if roles]
            self._learnt = held = key, Learnt(courses=known, lessons=lessons, growth=tuple(grown))
        return held[1]

    def courses(self, visit: Visit) -> tuple[Catalogue, dict[str, Course], frozenset[str]]:
        """Return our courses as planning takes them, by identifier, and which of them we provide ourselves."""
        mark, courses = self._courses.now(visit.work)
        if self._catalogue is None or self._catalogue[0] != mark:
            known = {one.id: one for one in courses}
            self._catalogue = mark, Catalogue.build(map(_training, known.values()), self._taxonomies), known
        _, catalogue, known = self._catalogue
        return catalogue, known, frozenset(id for id, one in known.items() if one.provider == self._own_name)


class _Words:
    """Names of people, roles and skills on one page."""

    def __init__(self, visit: Visit, circle: Circle) -> None:
        house = visit.rooms.review.mappings.names(visit.work, visit.language)
        shared = Labels(visit.rooms.targets.taxonomies, visit.language, house=house)
        own = {uri: label for one in circle.people.values() for uri, label in one.labels.items()}
        self._labels = shared.with_words_of(own)
        self._people = {id: Named(name=name_of(one, visit), href=f"/org/shared/{id}")
                        for id, one in circle.people.items()}  # fmt: skip

    def who(self, grant_id: str) -> Named:
        """Return somebody by name or pseudonym."""
        return self._people[grant_id]

    def skills(self, uris: Sequence[str]) -> tuple[str, ...]:
        """Return the names of the first few skills."""
        return tuple(self._labels.of(uri) for uri in uris[:SKILLS])

    def skill(self, uri: str) -> str:
        """Return the name of a skill."""
        return self._labels.of(uri)


def told(page: TeamPage, visit: Visit, desk: Desk, kept: KeptChart) -> TeamPage:
    """Return the page with a chart and those who said yes to its purpose. Raises BadInput for an unknown unit."""
    circle = visit.rooms.oversight.circles.now(visit.work, page.kind)
    unit = visit.asked("unit")
    standing, words = desk.standing(circle, kept, unit), _Words(visit, circle)
    seated = seating(standing)
    is_hiring = page.kind == RECRUITMENT
    covered = standing.covered()
    rows = _rows(standing, seated if is_hiring else None, words)
    named = {role.id: role for role in standing.chart.roles}
    page = replace(
        page,
        people=len(circle.people),
        title=kept.title,
        brought=kept.at.date(),
        percent=_percent(covered.coverage),
        units=_units(visit, kept, unit),
        heads=tuple(role.id for role in standing.chart.roles),
        rows=tuple(rows[:PEOPLE]),
        more_rows=max(len(rows) - PEOPLE, 0),
        roles=tuple(
            RoleCard(
                title=one.role,
                unit=named[one.role].unit or "",
                heads=named[one.role].heads,
                percent=_percent(one.coverage),
                needs=tuple(_need(need, words) for need in one.needs),
            )
            for one in covered.roles
        ),
        lacks=tuple(
            LackLine(label=words.skill(one.concept), percent=round(100 * one.weight, 1), roles=one.roles)
            for one in covered.lacks[:LACKS]
        ),
    )
    if not circle.people:
        return page
    if is_hiring:
        seats = tuple(_seat(fit, words) for fit in seated.seats)
        return replace(page, seats=seats, open=tuple(seated.open.items()))
    return _learnt(page, visit, desk, standing, words)


def _learnt(page: TeamPage, visit: Visit, desk: Desk, standing: Standing, words: _Words) -> TeamPage:
    learnt = desk.learnt(visit, standing)
    known, lessons = learnt.courses, []
    for one in learnt.lessons:
        course = known[one.training_id]
        when = visit.words.date(course.starts) if course.starts else ""
        lessons.append(
            LessonLine(
                title=course.title,
                details=" · ".join(part for part in (course.provider, course.place_name, when) if part),
                is_own=one.is_own,
                who=words.who(one.member),
                brings=words.skills(one.brings),
                percent=_percent(one.coverage),
            )
        )
    grown = [one for one in learnt.growth if one.fit.lacking]
    grown.sort(key=lambda one: (-one.fit.coverage, one.fit.member))
    lines = tuple(
        replace(_seat(one.fit, words), course=known[one.courses[0][0]].title if one.courses else "")
        for one in grown[:GROWING]
    )
    return replace(page, lessons=tuple(lessons), has_courses=bool(known), growth=lines)


def _rows(standing: Standing, seated: Seating | None, words: _Words) -> list[HeatRow]:
    """Return everybody, those who meet most of a role first."""
    fits = standing.fits()
    seats = {(fit.member, fit.role) for fit in seated.seats} if seated else set()
    order = sorted(range(len(fits)), key=lambda row: (-float(fits[row].max(initial=0.0)), row))
    return [
        HeatRow(
            who=words.who(standing.members[row].id),
            cells=tuple(
                HeatCell(
                    percent=_percent(float(fit)),
                    step=min(int(float(fit) * 5), 4),
                    is_seat=(standing.members[row].id, role.id) in seats,
                )
                for fit, role in zip(fits[row], standing.chart.roles, strict=True)
            ),
        )
        for row in order
    ]


def _need(need: NeedCovered, words: _Words) -> NeedLine:
    enough = [cover.member for cover in need.covers if cover.is_enough]
    return NeedLine(
        label=words.skill(need.concept),
        percent=_percent(need.met),
        level=need.level,
        is_essential=need.need is Need.ESSENTIAL,
        by=tuple(words.who(one) for one in enough[:NAMES]),
        more=max(len(enough) - NAMES, 0),
        is_single=need.rests_on is not None,
    )


def _seat(fit: Fit, words: _Words) -> SeatLine:
    return SeatLine(
        who=words.who(fit.member),
        role=fit.role,
        percent=_percent(fit.coverage),
        lacking=words.skills([part.concept for part in fit.lacking]),
    )


def _units(visit: Visit, kept: KeptChart, chosen: str) -> tuple[Choice, ...]:
    """Return the whole and every unit that has roles; nothing to choose where there is one at most."""
    parents = {unit.id: unit.part_of for unit in kept.chart.units}
    busy: set[str] = set()
    for role in kept.chart.roles:
        unit = role.unit
        while unit is not None and unit not in busy:
            busy.add(unit)
            unit = parents[unit]
    if len(busy) < 2:
        return ()
    whole = Choice(value="", label=visit.words.gettext("All of it"), is_chosen=not chosen)
    return whole, *(Choice(value=one, label=one, is_chosen=one == chosen) for one in parents if one in busy)


def _training(course: Course) -> Training:
    dated = course.starts and course.ends and course.starts <= course.ends
    return Training(
        id=course.id,
        teaches=tuple(Ability(uri=uri) for uri in dict.fromkeys(course.skills)),
        hours=course.hours,
        sessions=(Session(starts=course.starts, ends=course.ends, place=course.place_code),) if dated else (),
    )


def _percent(share: float) -> int:
    """Return whole percents; nothing that is not whole is called 100, and nothing that is there 0."""
    return 0 if share <= 0 else 100 if share >= 1 else min(max(round(100 * share), 1), 99)
