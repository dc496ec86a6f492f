"""What a person says of their claims: taking it back leaves no trace in the profile, and no word proves anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from skillspace.people.profile import Choice, ChoiceKind, Claim, Conflict, ProfileSkill, join
from skillspace.people.profile.choices import choices_of, living
from skillspace.records.model import ValidationLevel
from tests.unit.people.profile.claims import CLAIMS, EMPLOYER, TODAY, UNIVERSITY, claim, named

MOMENT = datetime(2026, 11, 21, 12, tzinfo=UTC)


def word(number: int, kind: ChoiceKind, skill: str, other: str, issuer: str = "", ends: int | None = None) -> Choice:
    return Choice(
        number=number,
        kind=kind,
        skill=skill,
        other=other,
        issuer=issuer,
        label="",
        other_label="",
        at=MOMENT + timedelta(minutes=number),
        ends=ends,
    )


@st.composite
def said_of(draw: st.DrawFn, claims: list[Claim], kinds: Iterable[ChoiceKind] = tuple(ChoiceKind)) -> list[Choice]:
    """Draw any history of words on these claims, and on some that are not there."""
    skills = st.sampled_from(sorted({one.key for one in claims} | {one.given for one in claims} | {"esco:gone"}))
    prints = st.sampled_from(sorted({one.fingerprint for one in claims} | {"gone"}))
    names = st.sampled_from(sorted({(one.given, one.issuer) for one in claims} | {("other:gone", UNIVERSITY)}))
    history = []
    for number in range(1, draw(st.integers(0, 6)) + 1):
        kind, skill = draw(st.sampled_from(list(kinds))), draw(skills)
        if kind is ChoiceKind.BACK:
            history.append(word(number, kind, skill, "", ends=draw(st.integers(1, 6))))
        elif kind is ChoiceKind.APART:
            name, issuer = draw(names)
            history.append(word(number, kind, skill, name, issuer))
        else:
            history.append(word(number, kind, skill, draw(prints if kind is ChoiceKind.SPEAKS else skills)))
    return history


CLAIMS_AND_WORDS = CLAIMS.flatmap(lambda claims: st.tuples(st.just(claims), said_of(claims)))
WITHOUT_APART = [ChoiceKind.SPEAKS, ChoiceKind.SAME, ChoiceKind.BACK]


def profile(claims: list[Claim], history: Iterable[Choice] = ()) -> tuple[ProfileSkill, ...]:
    return join(claims, TODAY, named, choices=choices_of(history))


def faces(skills: Iterable[ProfileSkill]) -> dict[str, ProfileSkill]:
    return {face.uri: replace(face, same=(), conflicts=()) for skill in skills for face in skill.faces}


def disagreements(skills: Iterable[ProfileSkill]) -> set[tuple[Any, ...]]:
    def told(conflict: Conflict) -> tuple[Any, ...]:
        both = (conflict.first, conflict.second)
        return (conflict.kind, *((one.issuer, one.level, one.key) for one in both if one is not None))

    return {told(conflict) for skill in skills for conflict in skill.conflicts}


@given(CLAIMS_AND_WORDS)
def test_a_history_is_the_same_without_what_was_taken_back(both: tuple[list[Claim], list[Choice]]) -> None:
    claims, history = both
    kept = living(history)
    assert all(choice.kind is not ChoiceKind.BACK for choice in kept)
    assert profile(claims, history) == profile(claims, kept)
    ended = [word(100 + choice.number, ChoiceKind.BACK, "", "", ends=choice.number) for choice in kept]
    assert profile(claims, [*history, *ended]) == profile(claims)


@given(CLAIMS_AND_WORDS, st.randoms(use_true_random=False))
def test_neither_the_order_of_claims_nor_of_rows_nor_repetition_changes_what_words_do(
    both: tuple[list[Claim], list[Choice]],
    random: Any,
) -> None:
    claims, history = both
    before = profile(claims, history)
    shuffled, rows = claims + claims, list(history)
    random.shuffle(shuffled)
    random.shuffle(rows)
    assert profile(shuffled, rows) == before


@given(CLAIMS_AND_WORDS)
def test_no_word_raises_a_level_of_validation_above_what_a_live_claim_proves(
    both: tuple[list[Claim], list[Choice]],
) -> None:
    claims, history = both
    before = faces(profile(claims))
    for uri, skill in faces(profile(claims, history)).items():
        proven = [one for one in skill.claims if one.is_live(TODAY)]
        assert skill.validation <= max((one.validation for one in proven), default=ValidationLevel.SELF_DECLARED)
        assert skill.level is None or skill.level in {one.level for one in proven}
        if uri in before:
            assert skill.is_known == before[uri].is_known
        if named(uri):
            assert skill.validation <= before[uri].validation


@given(CLAIMS_AND_WORDS)
def test_no_word_loses_a_claim_or_makes_one(both: tuple[list[Claim], list[Choice]]) -> None:
    claims, history = both
    found = [one for face in faces(profile(claims, history)).values() for one in face.claims]
    assert len(found) == len(set(claims))
    assert {one.fingerprint for one in found} == {one.fingerprint for one in claims}


@given(CLAIMS_AND_WORDS)
def test_a_claim_that_its_source_withdrew_takes_its_effect_along(both: tuple[list[Claim], list[Choice]]) -> None:
    claims, history = both
    for gone in claims:
        rest = [one for one in claims if one.fingerprint != gone.fingerprint]
        spoken = [choice for choice in history if choice.other != gone.fingerprint]
        assert profile(rest, living(history)) == profile(rest, living([*spoken, *_backs(history)]))


def _backs(history: list[Choice]) -> list[Choice]:
    return [choice for choice in history if choice.kind is ChoiceKind.BACK]


@given(CLAIMS.flatmap(lambda claims: st.tuples(st.just(claims), said_of(claims, WITHOUT_APART))))
def test_what_disagrees_stays_visible_whoever_speaks_and_whatever_is_the_same(
    both: tuple[list[Claim], list[Choice]],
) -> None:
    claims, history = both
    assert disagreements(profile(claims)) <= disagreements(profile(claims, history))


@given(CLAIMS.flatmap(lambda claims: st.tuples(st.just(claims), said_of(claims, [ChoiceKind.SAME]))))
def test_skills_that_are_the_same_lend_each_other_nothing(both: tuple[list[Claim], list[Choice]]) -> None:
    claims, history = both
    assert faces(profile(claims, history)) == faces(profile(claims))


def test_the_chosen_claim_speaks_and_says_by_which_rule() -> None:
    tested, older = claim(level="B1", validation=4), claim(level="C1", source=EMPLOYER)
    (skill,) = profile([tested, older], [word(1, ChoiceKind.SPEAKS, "esco:a", older.fingerprint)])
    assert (skill.level, skill.validation, skill.rule) == ("C1", ValidationLevel.SELF_DECLARED, "your-choice")
    assert set(skill.assertions) == {tested, older}


def test_a_chosen_claim_that_ran_out_speaks_no_more() -> None:
    over = claim(level="C1", validation=6, until=TODAY - timedelta(days=1))
    (skill,) = profile(
        [over, claim(level="B1", source=EMPLOYER)], [word(1, ChoiceKind.SPEAKS, "esco:a", over.fingerprint)]
    )
    assert (skill.level, skill.validation) == ("B1", ValidationLevel.SELF_DECLARED)


def test_of_two_words_on_who_speaks_the_later_holds_and_the_earlier_again_without_it() -> None:
    claims = [claim(level=level, source=source) for level, source in (("B1", UNIVERSITY), ("C1", EMPLOYER))]
    history = [word(number, ChoiceKind.SPEAKS, "esco:a", one.fingerprint) for number, one in enumerate(claims, 1)]
    assert [skill.level for skill in profile(claims, history)] == ["C1"]
    assert [skill.level for skill in profile(claims, [*history, word(3, ChoiceKind.BACK, "", "", ends=2)])] == ["B1"]


def test_what_is_kept_apart_stands_under_its_own_name() -> None:
    theirs = claim(concept="other:x", label="books of old", validation=5, source=EMPLOYER)
    apart = word(1, ChoiceKind.APART, "esco:a", "other:x", EMPLOYER)
    there, here = profile([claim(), theirs], [apart])
    assert (here.uri, here.validation, here.claims) == ("esco:a", ValidationLevel.SELF_DECLARED, (claim(),))
    assert (there.uri, there.label, there.validation) == ("other:x", "books of old", ValidationLevel.CERTIFIED)
    assert there.assertions[0].esco is None


def test_the_same_word_of_two_sources_can_mean_two_things() -> None:
    island, language = claim(None, label="Java"), claim(None, label="java", source=EMPLOYER)
    (together,) = profile([island, language])
    one, two = profile([island, language], [word(1, ChoiceKind.APART, together.uri, island.given, EMPLOYER)])
    assert {one.label, two.label} == {"Java", "java"}
    assert len({one.uri, two.uri}) == 2


def test_what_is_said_to_be_the_same_stands_as_one_by_the_better_proof_alone() -> None:
    badge = claim(None, label="Beekeeping", validation=5)
    (skill,) = profile([claim(), badge], [word(1, ChoiceKind.SAME, "esco:a", badge.key)])
    assert (skill.label, skill.validation) == ("Beekeeping", ValidationLevel.CERTIFIED)
    assert [(other.uri, other.validation) for other in skill.same] == [("esco:a", ValidationLevel.SELF_DECLARED)]
    (alone,) = profile([claim()], [word(1, ChoiceKind.SAME, "esco:a", badge.key)])
    assert (alone.uri, alone.same) == ("esco:a", ())


def test_what_disagrees_between_skills_that_are_the_same_is_seen() -> None:
    tested, told = claim(level="B1", validation=4), claim(None, label="English", level="C1", source=EMPLOYER)
    assert disagreements(profile([tested, told])) == set()
    (skill,) = profile([tested, told], [word(1, ChoiceKind.SAME, "esco:a", told.key)])
    assert len(skill.conflicts) == 1


@given(st.lists(st.integers(1, 30), max_size=8))
def test_what_is_the_same_as_the_same_is_the_same(numbers: list[int]) -> None:
    skills = [f"esco:{number}" for number in numbers]
    chain = [word(at, ChoiceKind.SAME, *both) for at, both in enumerate(pairwise(skills), 1)]
    assert len(profile([claim(skill) for skill in skills], chain)) == min(len(set(skills)), 1)
