"""Next moves: what the skills reach, what official tables and demand add."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.skills.careers import CareerMap, MoveWeights
from skillspace.skills.matching import PersonSkill
from skillspace.skills.taxonomy import ConceptKind, Need, Taxonomies


@pytest.fixture(scope="module")
def career_map(starter: Taxonomies) -> CareerMap:
    return CareerMap.build(starter)


def called(starter: Taxonomies, label: str) -> str:
    occupations = starter.concepts(kinds={ConceptKind.OCCUPATION})
    return next(uri for uri in occupations if starter.label(uri, "en") == label)


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
    lifted = career_map.next_moves(held, current, starter, demand={wanted: 40}, k=50)
    assert [move.occupation for move in lifted].index(wanted) < len(plain) - 1
    assert {move.demand for move in lifted} == {0, 40}
    assert {move.demand for move in plain} == {None}


def test_scores_stay_between_zero_and_one(starter: Taxonomies, career_map: CareerMap) -> None:
    cook = called(starter, "cook")
    moves = career_map.next_moves(
        [PersonSkill(uri=link.uri, validation=6, years_since=0) for link in starter.skills_of(cook)],
        None,
        starter,
        demand={cook: 1},
        moves=MoveWeights(official=1, demand=1),
    )
    assert all(0 < move.score <= 1 for move in moves)


def test_a_saved_map_answers_as_the_built_one(tmp_path: Path, starter: Taxonomies, career_map: CareerMap) -> None:
    held = skills_for(starter, called(starter, "baker"))
    career_map.save(tmp_path / "careers")
    opened = CareerMap.open(tmp_path / "careers")
    assert opened.next_moves(held, None, starter) == career_map.next_moves(held, None, starter)


def test_no_skills_and_no_occupation_lead_nowhere(starter: Taxonomies, career_map: CareerMap) -> None:
    assert career_map.next_moves([], None, starter) == []


class Published(Taxonomies):
    """The starter pack with one published mobility table, which it has none of."""

    table: dict[str, list[tuple[str, str]]]

    def mobility(self, occupation_uri: str) -> list[tuple[str, str]]:
        return self.table.get(occupation_uri, [])


def test_an_official_move_is_listed_with_its_origins_even_where_no_skill_reaches_it(
    starter: Taxonomies, career_map: CareerMap
) -> None:
    baker, librarian = called(starter, "baker"), called(starter, "librarian")
    published = Published(list(starter._packs.values()))
    published.table = {baker: [(librarian, "rome-mobility"), (librarian, "jobtech-substitutability")]}
    moves = career_map.next_moves([], baker, published)
    assert [(move.occupation, move.official) for move in moves] == [
        (librarian, ("jobtech-substitutability", "rome-mobility"))
    ]
    assert moves[0].coverage == 0
    assert moves[0].missing
