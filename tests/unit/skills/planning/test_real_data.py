"""Plans towards real occupations over real courses; their dates, prices and places are made up for the test."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from bench.planning import BOUNDS, composed, profiles_of, question
from skillspace.market.courses import Course, collected_courses
from skillspace.skills.planning import Bound, Bounds, Catalogue, Kind, plan
from skillspace.skills.taxonomy import Taxonomies, add_pack
from tests.unit.skills.planning.small import gap_of

pytestmark = pytest.mark.data


@pytest.fixture(scope="module")
def taxonomies(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """All of ESCO."""
    home = tmp_path_factory.mktemp("esco")
    add_pack("esco", home, real_data)
    return Taxonomies.open(home)


@pytest.fixture(scope="module")
def courses(real_data: Path, taxonomies: Taxonomies) -> list[Course]:
    """European university courses with their ESCO links, and Swedish ones with what their texts name."""
    return [course for course in collected_courses(real_data, taxonomies) if course.skills]


def test_people_get_plans_within_their_bounds_that_bring_them_nearer(
    taxonomies: Taxonomies, courses: list[Course]
) -> None:
    assert len(courses) > 1_500
    rng = random.Random(3)  # noqa: S311 - made-up dates and people
    catalogue = Catalogue.build(composed(courses, rng), taxonomies)
    taught = {uri for course in courses for uri in course.skills}
    asked = [profile for profile in profiles_of(taxonomies) if sum(one.uri in taught for one in profile) >= 5]
    assert len(asked) > 100
    helped = 0
    for _ in range(12):
        one = question(rng, asked, catalogue)
        planning = plan(one.found, catalogue, BOUNDS, held=one.held, kinds=(Kind.CHEAPEST,))
        for choice in planning.choices:
            assert choice.plan.cost <= (BOUNDS.budget or 0)
            assert all((step.km or 0) <= (BOUNDS.km or 0) for step in choice.plan.steps)
            assert all(step.closes or step.nearer for step in choice.plan.steps)
            assert planning.before <= choice.plan.coverage <= planning.reachable + 1e-6
        helped += planning.best.coverage > planning.before
    assert helped >= 8


def test_real_courses_without_dates_are_planned_only_by_who_allows_that(
    taxonomies: Taxonomies, courses: list[Course]
) -> None:
    undated = [
        replace(one, sessions=(), price=None)
        for one in composed(courses[:400], random.Random(5))  # noqa: S311 - a few courses as they are published
    ]
    catalogue = Catalogue.build(undated, taxonomies)
    found = gap_of(dict.fromkeys((ability.uri for ability in undated[0].teaches), 1.0))
    bounds = Bounds(earliest=BOUNDS.earliest)
    assert plan(found, catalogue, bounds).best.steps == ()
    allowed = plan(found, catalogue, replace(bounds, allows=frozenset({Bound.UNKNOWN_DATES}))).best
    assert allowed.coverage > 0
    assert allowed.ends is None
    assert {bound for _, bound in allowed.unknown} >= {Bound.UNKNOWN_DATES, Bound.UNKNOWN_PRICE}
