"""Courses for a team: held against trying every choice, and each step counted again as if the course were taken."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings

from skillspace.skills.matching import HolderIndex, PersonSkill, Proximity, holder
from skillspace.skills.planning import Ability, Bound, Bounds, Catalogue, Training
from skillspace.skills.ranking import Policy
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.teams import Chart, Member, Role, Standing, Wanted, growth, learning, seating
from tests.unit.skills.matching.brute import OWN, SKILLS
from tests.unit.skills.teams.drawn import CONCEPTS, charts, courses, teams

DAY = dt.date(2026, 11, 1)
ANY = Bounds(earliest=DAY, allows=frozenset({Bound.UNKNOWN_DATES, Bound.UNKNOWN_PRICE, Bound.UNKNOWN_HOURS}))


@pytest.fixture(scope="module")
def concepts(world: Taxonomies) -> HolderIndex:
    return HolderIndex.build([holder(uri, [uri]) for uri in CONCEPTS], world)


def stock(concepts: HolderIndex, trainings: list[Training]) -> Catalogue:
    return Catalogue(sorted(trainings, key=lambda one: one.id), concepts)


def best_by_trying(standing: Standing, catalogue: Catalogue, most: int) -> float:
    """Return the best coverage after at most so many courses, each taken by one person."""
    brings = catalogue.brings([Ability(uri=uri, level=level) for uri, level in standing.wanted])
    best = standing.coverage(standing.credits)
    for rows in combinations(range(len(catalogue)), min(most, len(catalogue))):
        for takers in product(range(len(standing.members)), repeat=len(rows)):
            credits = standing.credits.copy()
            for row, who in zip(rows, takers, strict=True):
                credits[who] = np.maximum(credits[who], brings[row])
            best = max(best, standing.coverage(credits))
    return best


@settings(max_examples=60, deadline=None)
@given(charts(most_heads=1), teams(), courses())
def test_no_choice_of_courses_closes_more_where_each_role_takes_one_person(
    near: Proximity, concepts: HolderIndex, chart: Chart, team: list[Member], trainings: list[Training]
) -> None:
    standing, catalogue = Standing(chart, team, near), stock(concepts, trainings)
    found = learning(standing, catalogue, ANY, most=2)
    assert found.after == pytest.approx(best_by_trying(standing, catalogue, 2), abs=2e-3)  # below that, not worth it
    assert len(found.lessons) <= 2


@settings(max_examples=60, deadline=None)
@given(charts(), teams(), courses())
def test_the_one_course_that_closes_most_is_found_however_many_people_a_role_takes(
    near: Proximity, concepts: HolderIndex, chart: Chart, team: list[Member], trainings: list[Training]
) -> None:
    standing, catalogue = Standing(chart, team, near), stock(concepts, trainings)
    found = learning(standing, catalogue, ANY, most=1)
    best = best_by_trying(standing, catalogue, 1)
    assert found.after == pytest.approx(best, abs=2e-3)
    again = learning(standing, catalogue, ANY, most=2)
    assert again.after >= found.after - 2e-3


@settings(max_examples=60, deadline=None)
@given(charts(), teams(), courses())
def test_every_step_is_what_the_team_covers_once_that_person_took_that_course(
    near: Proximity, concepts: HolderIndex, chart: Chart, team: list[Member], trainings: list[Training]
) -> None:
    standing, catalogue = Standing(chart, team, near), stock(concepts, trainings)
    found = learning(standing, catalogue, ANY, most=3)
    credits = standing.credits.copy()
    brings = catalogue.brings([Ability(uri=uri, level=level) for uri, level in standing.wanted])
    names = [one.id for one in standing.members]
    before = found.before
    for lesson in found.lessons:
        who = names.index(lesson.member)
        row = catalogue.row(lesson.training_id)
        assert lesson.brings
        credits[who] = np.maximum(credits[who], brings[row])
        assert lesson.coverage == pytest.approx(standing.coverage(credits), abs=1e-5)
        assert lesson.coverage >= before
        before = lesson.coverage
    assert found.after == before


@given(charts(), teams(), courses())
def test_everybody_is_told_roles_that_are_not_theirs_nearest_first(
    near: Proximity, concepts: HolderIndex, chart: Chart, team: list[Member], trainings: list[Training]
) -> None:
    standing = Standing(chart, team, near)
    seats = seating(standing).seats
    theirs = {fit.member: fit.role for fit in seats}
    told = growth(standing, stock(concepts, trainings), seats)
    assert [name for name, _ in told] == [one.id for one in standing.members]
    for name, grown in told:
        coverages = [one.fit.coverage for one in grown]
        assert coverages == sorted(coverages, reverse=True)
        assert theirs.get(name) not in {one.fit.role for one in grown}
        for one in grown:
            for training_id, gain in one.courses:
                assert 0 < gain <= 1 - one.fit.coverage + 1e-5, training_id


def one_role(*uris: str) -> Chart:
    return Chart(roles=(Role(id="baker", needs=tuple(Wanted(concept=uri) for uri in uris)),))


def test_ones_own_course_comes_first_only_within_what_the_policy_says(near: Proximity, concepts: HolderIndex) -> None:
    chart, team = one_role(*OWN, *SKILLS[3:5]), [Member(id="ada", skills=())]
    ours = Training(id="ours", teaches=(Ability(uri=OWN[0]), Ability(uri=OWN[1])))
    theirs = Training(id="theirs", teaches=tuple(Ability(uri=uri) for uri in (*OWN, SKILLS[3])))
    catalogue = stock(concepts, [ours, theirs])

    def first(own: float) -> str:
        standing = Standing(chart, team, near, Policy(own=own))
        return learning(standing, catalogue, ANY, own={"ours"}, most=1).lessons[0].training_id

    assert [first(0.0), first(0.2), first(0.5)] == ["theirs", "theirs", "theirs"]
    nearly = Training(id="nearly", teaches=tuple(Ability(uri=uri) for uri in (*OWN, SKILLS[4])))
    standing = Standing(chart, team, near, Policy(own=0.5))
    found = learning(standing, stock(concepts, [nearly, theirs]), ANY, own={"nearly"}, most=1)
    assert (found.lessons[0].training_id, found.lessons[0].is_own) == ("nearly", True)


def test_a_budget_is_kept_and_what_has_no_price_is_left_out(near: Proximity, concepts: HolderIndex) -> None:
    team = [Member(id="ada", skills=(PersonSkill(uri=SKILLS[9]),))]
    dear = Training(id="dear", teaches=tuple(Ability(uri=uri) for uri in OWN), price=Decimal(900))
    cheap = Training(id="cheap", teaches=(Ability(uri=OWN[0]),), price=Decimal(90))
    unknown = Training(id="unknown", teaches=tuple(Ability(uri=uri) for uri in OWN))
    standing = Standing(one_role(*OWN), team, near)
    bounds = Bounds(earliest=DAY, budget=Decimal(100), allows=frozenset({Bound.UNKNOWN_DATES}))
    found = learning(standing, stock(concepts, [dear, cheap, unknown]), bounds)
    assert [one.training_id for one in found.lessons] == ["cheap"]
    assert (found.before, found.after, found.lessons[0].brings) == (0.0, 0.5, (OWN[0],))
    assert learning(Standing(one_role(*OWN), [], near), stock(concepts, [cheap]), bounds).lessons == ()
