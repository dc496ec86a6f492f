"""From a gap to the trainings that close it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.skills.matching import (
    HolderIndex,
    PersonSkill,
    Proximity,
    gap,
    holder,
    learning_steps,
    place_of,
    trainings_for,
)
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Need, Taxonomies

Needs = list[tuple[str, float, Need]]


@pytest.fixture(scope="module")
def proximity(starter: Taxonomies) -> Proximity:
    return Proximity.build(starter)


@pytest.fixture(scope="module")
def nurse(starter: Taxonomies) -> Needs:
    occupation = next(
        uri
        for uri in starter.concepts(kinds={ConceptKind.OCCUPATION})
        if starter.label(uri, "en") == "nurse responsible for general care"
    )
    return [(link.uri, 1.0, link.need) for link in starter.skills_of(occupation)]


def test_a_gap_without_skills_misses_every_need(nurse: Needs, proximity: Proximity) -> None:
    found = gap([], nurse, proximity)
    assert found.coverage == 0
    assert {one.need_uri for one in found.missing} == {uri for uri, _, _ in nurse}


def test_a_need_outside_every_taxonomy_can_still_be_held(proximity: Proximity) -> None:
    found = gap([PersonSkill(uri="urn:example:x", validation=4)], [("urn:example:x", 1.0, Need.ESSENTIAL)], proximity)
    assert [(one.need_uri, one.validation) for one in found.have] == [("urn:example:x", 4)]
    assert found.coverage == 1
    assert gap([], [], proximity).missing == ()


def test_trainings_rank_by_what_they_add_and_name_what_they_close(
    starter: Taxonomies, nurse: Needs, proximity: Proximity
) -> None:
    uris = [uri for uri, _, _ in nurse]
    trainings = HolderIndex.build(
        [holder("long", uris[2:8]), holder("short", uris[2:4]), holder("known", uris[:2])], starter
    )
    found = gap([PersonSkill(uri=uri) for uri in uris[:2]], nurse, proximity)
    fits = trainings_for(found, trainings)
    assert [fit.training_id for fit in fits][:2] == ["long", "short"]
    assert set(fits[0].closes) == set(uris[2:8])
    assert all(not set(fit.closes) & set(uris[:2]) for fit in fits)


def test_of_trainings_that_add_as_much_the_one_that_teaches_less_beside_comes_first(
    starter: Taxonomies, nurse: Needs, proximity: Proximity
) -> None:
    uris = [uri for uri, _, _ in nurse]
    others = [uri for uri in starter.concepts(kinds=SKILL_KINDS) if uri not in uris]
    found = gap([], nurse[:2], proximity)
    taught = {"a broad": others[:9], "a focused": [], "b broader": others[:12]}
    trainings = HolderIndex.build([holder(name, [*uris[:2], *more]) for name, more in taught.items()], starter)
    fits = trainings_for(found, trainings)
    assert [fit.training_id for fit in fits] == ["a focused", "a broad", "b broader"]
    assert len({fit.gain for fit in fits}) == 1
    assert [place_of(found, trainings, fit.training_id) for fit in fits] == [(1, 3), (2, 3), (3, 3)]


def test_a_plan_takes_each_training_once_and_ends_when_nothing_adds(
    starter: Taxonomies, nurse: Needs, proximity: Proximity
) -> None:
    uris = [uri for uri, _, _ in nurse]
    trainings = HolderIndex.build([holder("a", uris[:6]), holder("b", uris[4:9]), holder("c", uris[:3])], starter)
    steps = learning_steps(gap([], nurse, proximity), trainings, most=9)
    assert [step.training_id for step in steps][:2] == ["a", "b"] or [step.training_id for step in steps][:2] == [
        "b",
        "a",
    ]
    assert len({step.training_id for step in steps}) == len(steps)


@given(
    held=st.lists(st.integers(0, 38), max_size=15),
    taught=st.lists(st.lists(st.integers(0, 399), min_size=1, max_size=6), min_size=1, max_size=6),
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_plan_never_loses_coverage_and_each_step_is_the_best_left(
    starter: Taxonomies, nurse: Needs, proximity: Proximity, held: list[int], taught: list[list[int]]
) -> None:
    skills = starter.concepts(kinds=SKILL_KINDS)
    trainings = HolderIndex.build(
        [holder(f"t{at}", {skills[one] for one in chosen}) for at, chosen in enumerate(taught)], starter
    )
    found = gap([PersonSkill(uri=nurse[at][0]) for at in held], nurse, proximity)
    steps = learning_steps(found, trainings, most=len(taught))
    coverage = found.coverage
    for step in steps:
        assert step.gain > 0
        assert step.coverage == pytest.approx(min(coverage + step.gain, 1), abs=1e-5)
        coverage = step.coverage
    gains = [step.gain for step in steps]
    assert all(later <= earlier + 1e-5 for earlier, later in pairwise(gains))
    fits = trainings_for(found, trainings)
    assert [fit.gain for fit in fits[:1]] == gains[:1]
