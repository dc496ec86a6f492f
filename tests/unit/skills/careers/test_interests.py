"""Interests: of occupations with how they are known, and of somebody who has none yet, with how sure that is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.careers import LETTERS, STATEMENTS, CareerMap, Ground, Told, profile, told_in
from skillspace.skills.enrichment import Enricher
from skillspace.skills.taxonomy import Taxonomies
from tests.unit.skills.careers.conftest import called, metier

IDS = [one.id for one in STATEMENTS]
ANSWERS = st.dictionaries(st.sampled_from(IDS), st.integers(1, 5))


def of(letter: str, answer: int) -> dict[str, int]:
    return {one.id: answer for one in STATEMENTS if one.letter == letter}


def test_interests_are_stated_carried_or_inferred_and_say_by_whom(world: Taxonomies, world_map: CareerMap) -> None:
    numbers = world_map.occupations
    found = {label: numbers.interests[numbers.row(called(world, label))] for label in ("cook", "librarian", "welder")}
    assert {label: one and (one.ground, one.via) for label, one in found.items()} == {
        "cook": (Ground.STATED, (metier("C1"),)),
        "librarian": (Ground.CARRIED, (metier("L1"),)),
        "welder": (Ground.INFERRED, ()),
    }
    assert found["librarian"] is not None
    assert found["librarian"].code == "CI"
    for one in numbers.interests:
        assert one is not None
        assert sum(one.shares) == pytest.approx(1, abs=0.001)


def test_where_no_source_says_anything_nothing_is_known(career_map: CareerMap) -> None:
    assert set(career_map.occupations.interests) == {None}


def test_every_letter_has_as_many_statements_as_any_other() -> None:
    assert [sum(one.letter == letter for one in STATEMENTS) for letter in LETTERS] == [3] * 6
    assert len({one.text for one in STATEMENTS}) == len(set(IDS)) == 18


def test_too_little_said_is_no_profile(world: Taxonomies, world_map: CareerMap) -> None:
    nothing = profile({}, [], world_map.occupations, world)
    assert (nothing.clear, nothing.shares_if_clear, nothing.evidence) == ("", None, ())
    assert profile({"s1": 5}, [], world_map.occupations, world).shares_if_clear is None


def test_agreeing_with_everything_is_no_profile_either(world: Taxonomies, world_map: CareerMap) -> None:
    assert profile(dict.fromkeys(IDS, 5), [], world_map.occupations, world).clear == ""


def test_agreeing_with_one_letter_and_with_no_other_makes_it_clear(world: Taxonomies, world_map: CareerMap) -> None:
    for letter in LETTERS:
        found = profile(dict.fromkeys(IDS, 1) | of(letter, 5), [], world_map.occupations, world)
        assert found.clear == letter
        assert found.shares_if_clear == found.shares


def test_two_letters_stand_out_together(world: Taxonomies, world_map: CareerMap) -> None:
    answers = dict.fromkeys(IDS, 2) | of("I", 5) | of("R", 5)
    assert set(profile(answers, [], world_map.occupations, world).clear) == {"I", "R"}


def test_no_single_answer_makes_a_letter_clear(world: Taxonomies, world_map: CareerMap) -> None:
    for one in STATEMENTS:
        assert profile({one.id: 5}, [], world_map.occupations, world).clear == ""


def test_what_was_told_counts_by_the_occupation_it_names_and_by_who_needs_the_skill(
    world: Taxonomies, world_map: CareerMap
) -> None:
    nurse = called(world, "nurse assistant")
    skill = world_map.next_moves([], None, world, interests=(0, 0, 0, 1, 0, 0), k=1)[0].missing[0].need_uri
    told = [Told(concept=nurse, words="my aunt the nurse", chance=1), Told(concept=skill, words="care", chance=0.5)]
    found = profile(of("S", 5), [*told, told[0]], world_map.occupations, world)
    assert found.clear[0] == "S"
    assert [(one.source, one.ground) for one in found.evidence[3:]] == [
        (nurse, Ground.STATED),
        (skill, Ground.INFERRED),
    ]
    assert max(found.evidence[3].weights) == found.evidence[3].weights[LETTERS.index("S")]


def test_a_word_nobody_knows_says_nothing(world: Taxonomies, world_map: CareerMap) -> None:
    found = profile({}, [Told(concept="urn:no:such", words="?", chance=1)], world_map.occupations, world)
    assert found.evidence == ()


def test_a_text_is_heard_through_the_enricher(world: Taxonomies, world_map: CareerMap) -> None:
    enricher = Enricher.build(world, ["en"])
    told = told_in(enricher.enrich("Last week I helped the baker and worked as a waiter.", language="en"))
    assert {called(world, "baker")} <= {one.concept for one in told}
    assert profile({}, told, world_map.occupations, world).evidence


@settings(deadline=None, max_examples=40)
@given(answers=ANSWERS)
def test_a_profile_holds_together_whatever_was_answered(
    world: Taxonomies, world_map: CareerMap, answers: dict[str, int]
) -> None:
    found = profile(answers, [], world_map.occupations, world)
    assert sum(found.shares) == pytest.approx(1, abs=0.001)
    assert all(low <= share <= high for low, share, high in zip(found.low, found.shares, found.high, strict=True))
    assert {one.source for one in found.evidence} == set(answers)
    assert found == profile(answers, [], world_map.occupations, world)


@pytest.mark.parametrize("answers", [{"x9": 3}, {"s1": 0}, {"s1": 6}])
def test_an_answer_that_cannot_be_is_refused(world: Taxonomies, world_map: CareerMap, answers: dict[str, int]) -> None:
    with pytest.raises(BadInput):
        profile(answers, [], world_map.occupations, world)
