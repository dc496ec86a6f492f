"""Joining claims: one skill per concept, the same whatever the order, with disagreements as data."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from skillspace.people.profile import Claim, ConflictKind, join
from skillspace.people.profile.levels import rank
from skillspace.records.model import ValidationLevel
from tests.unit.people.profile.claims import CLAIMS, EMPLOYER, TODAY, UNIVERSITY, claim, named


@given(claims=CLAIMS, random=st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_the_join(claims: list[Claim], random) -> None:  # type: ignore[no-untyped-def]
    shuffled = claims + claims
    random.shuffle(shuffled)
    assert join(shuffled, TODAY, named) == join(claims, TODAY, named)


@given(claims=CLAIMS)
def test_no_claim_is_lost_and_none_counts_twice(claims: list[Claim]) -> None:
    joined = [said for skill in join(claims, TODAY, named) for said in skill.claims]
    assert len(joined) == len(set(claims))
    assert set(joined) == set(claims)


@given(claims=CLAIMS)
def test_the_best_live_proof_is_the_skills_validation(claims: list[Claim]) -> None:
    for skill in join(claims, TODAY, named):
        live = [said.validation for said in skill.claims if said.is_live(TODAY)]
        assert skill.validation == max(live, default=ValidationLevel.SELF_DECLARED)
        assert skill.since == min(said.since for said in skill.claims)


@given(claims=CLAIMS, extra=st.integers(1, 6))
def test_one_more_live_proof_never_lowers_a_skill(claims: list[Claim], extra: int) -> None:
    before = {skill.uri: skill.validation for skill in join(claims, TODAY, named)}
    after = {skill.uri: skill.validation for skill in join([*claims, claim(validation=extra)], TODAY, named)}
    assert all(after[uri] >= validation for uri, validation in before.items())


def test_two_taxonomies_meet_in_one_skill_with_both_sources() -> None:
    (skill,) = join([claim(validation=5), claim(concept="rome:1", source=EMPLOYER)], TODAY, named)
    assert (skill.uri, skill.label, skill.is_known) == ("esco:a", "ESCO:A", True)
    assert skill.validation is ValidationLevel.CERTIFIED
    assert [did for did, _ in skill.sources] == [EMPLOYER, UNIVERSITY]


def test_an_unknown_skill_keeps_its_own_words() -> None:
    (skill,) = join([claim(None, label="Beekeeping"), claim(None, label=" beekeeping ")], TODAY, named)
    assert not skill.is_known
    assert skill.label.strip().casefold() == "beekeeping"
    assert len(skill.assertions) == 2


def test_an_expired_certificate_stays_visible_and_no_longer_counts() -> None:
    expired = claim(validation=5, until=TODAY - timedelta(days=1), level="B2")
    (skill,) = join([expired, claim(validation=1)], TODAY, named)
    assert skill.validation is ValidationLevel.SELF_DECLARED
    assert expired in skill.assertions
    assert [(conflict.kind, conflict.first) for conflict in skill.conflicts] == [(ConflictKind.PROOF_EXPIRED, expired)]
    (alone,) = join([expired], TODAY, named)
    assert (alone.validation, alone.level) == (ValidationLevel.SELF_DECLARED, None)


def test_a_certificate_counts_on_its_last_day() -> None:
    (skill,) = join([claim(validation=5, until=TODAY)], TODAY, named)
    assert skill.validation is ValidationLevel.CERTIFIED


def test_a_claim_above_what_was_tested_is_a_conflict() -> None:
    said, tested = claim(level="C1", source="urn:skillspace:self"), claim(level="B1", validation=4)
    (skill,) = join([said, tested], TODAY, named)
    (conflict,) = skill.conflicts
    assert (conflict.kind, conflict.first, conflict.second) == (ConflictKind.CLAIM_ABOVE_ASSESSMENT, said, tested)
    assert skill.level == "B1"


def test_two_sources_with_different_levels_are_a_conflict() -> None:
    (skill,) = join([claim(level="3/5", validation=5), claim(level="4/5", validation=5, source=EMPLOYER)], TODAY, named)
    assert [conflict.kind for conflict in skill.conflicts] == [ConflictKind.LEVELS_DIFFER]


def test_progress_at_one_place_is_no_conflict() -> None:
    earlier = claim(level="A2", validation=4, issued=date(2020, 1, 1))
    later = claim(level="B2", validation=4, issued=date(2024, 1, 1), record="r2")
    (skill,) = join([earlier, later], TODAY, named)
    assert skill.conflicts == ()
    assert skill.level == "B2"


def test_levels_of_different_scales_are_never_compared() -> None:
    (skill,) = join([claim(level="C1"), claim(level="EQF 4", validation=5, source=EMPLOYER)], TODAY, named)
    assert skill.conflicts == ()


@given(level=st.none() | st.text(max_size=20), scheme=st.none() | st.text(max_size=10))
def test_any_text_is_a_level_or_none(level: str | None, scheme: str | None) -> None:
    found = rank(level, scheme)
    assert found is None or found[1] >= 0


def test_levels_are_read_as_people_write_them() -> None:
    assert rank("cefr B2", None) == rank(" b2 ", "CEFR")
    assert rank("EQF 4", None) == rank("eqf level 4", None)
    assert rank("3,5 / 5", None) == ("of 5", 3.5)
    assert rank("7", None) is None
    assert rank("7", "GPA") == ("gpa", 7.0)
