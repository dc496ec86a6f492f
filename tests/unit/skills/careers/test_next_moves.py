"""Next moves: what brings an occupation within reach, what ranks it, and that every reason is true."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.careers import CareerMap, MoveWeights, Nearness, Official, Signal
from skillspace.skills.matching import PersonSkill
from skillspace.skills.taxonomy import Need, Taxonomies
from tests.unit.skills.careers.conftest import called

WEIGHT = st.floats(0, 10, allow_nan=False)


def skills_for(taxonomies: Taxonomies, occupation: str) -> list[PersonSkill]:
    return [PersonSkill(uri=link.uri) for link in taxonomies.skills_of(occupation) if link.need is Need.ESSENTIAL]


def test_a_nurse_assistant_is_near_other_care_work_and_not_near_their_own(
    starter: Taxonomies, career_map: CareerMap
) -> None:
    current = called(starter, "nurse assistant")
    moves = career_map.next_moves(skills_for(starter, current), current, starter, k=5)
    assert current not in {move.occupation for move in moves}
    assert "healthcare assistant" in {starter.label(move.occupation, "en") for move in moves}
    assert all(move.have or move.close for move in moves)


def test_without_a_current_occupation_the_best_move_is_the_one_the_skills_are_of(
    starter: Taxonomies, career_map: CareerMap
) -> None:
    welder = called(starter, "welder")
    assert career_map.next_moves(skills_for(starter, welder), None, starter, k=1)[0].occupation == welder


def test_demand_lifts_a_move_and_is_reported(starter: Taxonomies, career_map: CareerMap) -> None:
    current = called(starter, "nurse assistant")
    held = skills_for(starter, current)
    plain = career_map.next_moves(held, current, starter, k=50)
    wanted = plain[-1].occupation
    heavy = MoveWeights(demand=5)
    lifted = career_map.next_moves(held, current, starter, demand={wanted: 40}, k=50, moves=heavy)
    assert [move.occupation for move in lifted].index(wanted) < len(plain) - 1
    assert {move.demand for move in lifted} == {0, 40}
    assert {move.demand for move in plain} == {None}


def test_a_saved_map_answers_as_the_built_one(tmp_path: Path, world: Taxonomies, world_map: CareerMap) -> None:
    baker = called(world, "baker")
    world_map.save(tmp_path / "careers")
    opened = CareerMap.open(tmp_path / "careers")
    asked = (skills_for(world, baker), baker, world)
    assert opened.next_moves(*asked, k=50) == world_map.next_moves(*asked, k=50)
    assert opened.occupations.interests == world_map.occupations.interests
    assert opened.occupations.column_of == world_map.occupations.column_of


def test_a_map_without_tables_interests_or_pay_is_kept_too(tmp_path: Path, career_map: CareerMap) -> None:
    career_map.save(tmp_path / "careers")
    opened = CareerMap.open(tmp_path / "careers").occupations
    assert (opened.tables, set(opened.interests), set(map(len, opened.pay))) == ({}, {None}, {0})


def test_a_damaged_map_is_refused(tmp_path: Path, career_map: CareerMap) -> None:
    with pytest.raises(UnreadableFile):
        CareerMap.open(tmp_path / "nothing")
    career_map.save(tmp_path / "careers")
    (tmp_path / "careers" / "numbers" / "needs.data.npy").unlink()
    with pytest.raises(UnreadableFile):
        CareerMap.open(tmp_path / "careers")


def test_no_skills_and_no_occupation_lead_nowhere(starter: Taxonomies, career_map: CareerMap) -> None:
    assert career_map.next_moves([], None, starter) == []
    assert career_map.next_moves([PersonSkill(uri="urn:nobody:knows")], None, starter) == []


def test_an_official_move_is_listed_with_its_tables_even_where_no_skill_reaches_it(
    world: Taxonomies, world_map: CareerMap
) -> None:
    moves = {move.occupation: move for move in world_map.next_moves([], called(world, "baker"), world)}
    assert {world.label(uri, "en"): move.official for uri, move in moves.items()} == {
        "cook": (Official(table="rome-mobility", kind=Nearness.NEAR, place=1),),
        "librarian": (Official(table="rome-mobility", kind=Nearness.NEAR, place=7),),
        "welder": (Official(table="jobtech-substitutability", kind=Nearness.FARTHER, place=75),),
    }
    assert all(move.coverage == 0 and move.missing for move in moves.values())


def test_a_weak_match_carries_no_official_move(world: Taxonomies, world_map: CareerMap) -> None:
    assert world_map.next_moves([], called(world, "hairdresser"), world) == []


def test_told_interests_bring_occupations_within_reach_without_any_skill(
    world: Taxonomies, world_map: CareerMap
) -> None:
    found = world_map.next_moves([], None, world, interests=(0, 0, 0, 1, 0, 0), k=3)
    assert world.label(found[0].occupation, "en") == "nurse assistant"
    assert found[0].reasons[0].signal is Signal.INTERESTS


def test_an_occupation_that_is_not_in_the_map_is_left_aside(starter: Taxonomies, career_map: CareerMap) -> None:
    held = skills_for(starter, called(starter, "baker"))
    gone = career_map.next_moves(held, "http://data.europa.eu/esco/occupation/gone", starter)
    assert gone == career_map.next_moves(held, None, starter)


@settings(deadline=None, max_examples=40)
@given(
    skills=WEIGHT, meaning=WEIGHT, field=WEIGHT, official=WEIGHT, demand=WEIGHT, pay=WEIGHT, amount=st.integers(0, 9)
)
def test_what_the_signals_add_makes_up_the_score_whatever_they_weigh(
    world: Taxonomies,
    world_map: CareerMap,
    skills: float,
    meaning: float,
    field: float,
    official: float,
    demand: float,
    pay: float,
    amount: int,
) -> None:
    baker, cook = called(world, "baker"), called(world, "cook")
    held = [PersonSkill(uri=link.uri, validation=6, years_since=0) for link in world.skills_of(baker)]
    weights = MoveWeights(skills=skills, meaning=meaning, field=field, official=official, demand=demand, pay=pay)
    moves = world_map.next_moves(held, baker, world, demand={cook: amount}, moves=weights, k=100)
    assert [move.score for move in moves] == sorted((move.score for move in moves), reverse=True)
    for move in moves:
        assert 0 < move.score <= 1
        assert sum(reason.contribution for reason in move.reasons) == pytest.approx(move.score, abs=1e-5)
        assert all(0 <= (reason.value or 0) <= 1.000001 for reason in move.reasons)
        said = {reason.signal: reason.value for reason in move.reasons}
        assert (said[Signal.OFFICIAL] == 1) == bool(move.official)


@settings(deadline=None, max_examples=40)
@given(count=st.integers(1, 60))
def test_one_more_skill_never_lowers_what_the_skills_of_a_move_add(
    starter: Taxonomies, career_map: CareerMap, count: int
) -> None:
    numbers = career_map.occupations
    uris = [link.uri for link in (*starter.skills_of(numbers.uris[0]), *starter.skills_of(numbers.uris[7]))]
    fewer = numbers.covered(numbers.held(uris[:count], starter))
    more = numbers.covered(numbers.held(uris[: count + 1], starter))
    assert (more >= fewer - 1e-6).all()
    assert (more <= 1 + 1e-5).all()


@pytest.mark.parametrize("wrong", [-1, math.nan, math.inf])
def test_a_weight_that_is_no_number_of_zero_or_more_is_refused_by_name(wrong: float) -> None:
    with pytest.raises(BadInput, match="demand"):
        MoveWeights(demand=wrong)
