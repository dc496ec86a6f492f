"""Paths: valid, without loops, explained, the same every time, and never harder than going directly."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnknownConcept
from skillspace.skills.careers import CareerMap, CareerPath, PathFinder, Start
from skillspace.skills.matching import PersonSkill
from skillspace.skills.taxonomy import Taxonomies
from tests.unit.skills.careers.conftest import called

AT = st.integers(0, 56)
INTERESTS = st.lists(st.floats(0, 1), min_size=6, max_size=6).map(tuple)


def is_sound(path: CareerPath, steps: int, start: str | None, career_map: CareerMap) -> bool:
    stops = [start, *(step.occupation for step in path.steps)]
    return (
        1 <= len(path.steps) <= steps
        and len(set(stops)) == len(stops)
        and set(stops[1:]) <= set(career_map.occupations.uris)
        and path.effort == pytest.approx(sum(step.effort for step in path.steps), abs=1e-3)
        and all(step.effort > 0 for step in path.steps)
    )


@settings(deadline=None, max_examples=40)
@given(here=AT, there=AT, steps=st.integers(1, 3), known=st.booleans())
def test_every_way_to_an_occupation_is_sound_and_ends_there(
    starter: Taxonomies, career_map: CareerMap, finder: PathFinder, here: int, there: int, steps: int, known: bool
) -> None:
    start, target = career_map.occupations.uris[here], career_map.occupations.uris[there]
    if start == target:
        return
    skills = tuple(PersonSkill(uri=link.uri) for link in starter.skills_of(start)) if known else ()
    found = finder.to(target, Start(skills=skills, occupation=start), starter, steps=steps)
    assert all(is_sound(path, steps, start, career_map) for path in found)
    assert {path.steps[-1].occupation for path in found} == {target}
    assert [path.effort for path in found] == sorted(path.effort for path in found)
    assert sum(len(path.steps) == 1 for path in found) == 1
    stops = [step.occupation for path in found for step in path.steps[:-1]]
    assert len(set(stops)) == len(stops)
    assert {path.is_assumed for path in found} == {not known}
    assert found == finder.to(target, Start(skills=skills, occupation=start), starter, steps=steps)


@settings(deadline=None, max_examples=30)
@given(here=st.none() | AT, steps=st.integers(1, 3), interests=st.none() | INTERESTS)
def test_every_way_beyond_is_sound_and_begins_differently(
    world: Taxonomies,
    world_map: CareerMap,
    world_finder: PathFinder,
    here: int | None,
    steps: int,
    interests: tuple[float, ...] | None,
) -> None:
    occupation = None if here is None else world_map.occupations.uris[here]
    start = Start(occupation=occupation, interests=interests)
    found = world_finder.beyond(start, world, steps=steps)
    assert all(is_sound(path, steps, occupation, world_map) for path in found)
    assert all(len(path.steps) > 1 for path in found)
    begun = [path.steps[0].occupation for path in found]
    assert len(set(begun)) == len(begun)
    merits = [path.effort - path.worth for path in found]
    assert merits == sorted(merits)
    assert found == world_finder.beyond(start, world, steps=steps)


def test_each_step_counts_what_the_steps_before_it_taught(
    starter: Taxonomies, career_map: CareerMap, finder: PathFinder
) -> None:
    start, target = called(starter, "nurse assistant"), called(starter, "software developer")
    for path in finder.to(target, Start(occupation=start), starter):
        held = {link.uri for link in starter.skills_of(start)}
        for step in path.steps:
            assert {one.need_uri for one in step.have} <= held
            assert {one.need_uri for one in step.learn}.isdisjoint(held)
            held |= {link.uri for link in starter.skills_of(step.occupation)}


def test_an_official_step_names_its_table(world: Taxonomies, world_finder: PathFinder) -> None:
    start = Start(occupation=called(world, "baker"))
    direct = next(path for path in world_finder.to(called(world, "cook"), start, world) if len(path.steps) == 1)
    assert [one.table for one in direct.steps[0].official] == ["rome-mobility"]


def test_demand_draws_the_end_of_a_path(world: Taxonomies, world_finder: PathFinder) -> None:
    start = Start(occupation=called(world, "baker"))
    plain = world_finder.beyond(start, world, k=50)
    wanted = plain[-1].steps[-1].occupation
    drawn = world_finder.beyond(start, world, demand={wanted: 500}, k=50)
    lifted = next(path for path in drawn if path.steps[-1].occupation == wanted)
    assert lifted.worth > plain[-1].worth


def test_who_has_nothing_yet_begins_where_little_preparation_is_asked(
    starter: Taxonomies, career_map: CareerMap, finder: PathFinder
) -> None:
    numbers = career_map.occupations
    found = finder.beyond(Start(), starter)
    assert found
    for path in found:
        levels = [numbers.level[numbers.row(step.occupation)] for step in path.steps]
        assert levels[0] < levels[-1]


def test_what_cannot_be_asked_is_refused_by_name(starter: Taxonomies, finder: PathFinder) -> None:
    baker = called(starter, "baker")
    with pytest.raises(UnknownConcept, match="astronaut"):
        finder.to("urn:no:astronaut", Start(occupation=baker), starter)
    with pytest.raises(UnknownConcept, match="astronaut"):
        finder.beyond(Start(occupation="urn:no:astronaut"), starter)
    with pytest.raises(BadInput, match="already"):
        finder.to(baker, Start(occupation=baker), starter)
    for steps in (0, 4):
        with pytest.raises(BadInput, match="steps"):
            finder.to(called(starter, "cook"), Start(occupation=baker), starter, steps=steps)
        with pytest.raises(BadInput, match="steps"):
            finder.beyond(Start(occupation=baker), starter, steps=steps)
