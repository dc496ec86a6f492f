"""Words on one's skills, kept: said, shown everywhere, taken back, and gone with the person."""

from __future__ import annotations

from datetime import date
from typing import cast

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.accounts import Accounts
from skillspace.people.profile import ChoiceKind, Choosing, Profile, ProfileSkill
from skillspace.people.profile.store import chosen
from skillspace.records.model import ValidationLevel
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, Work
from tests.unit.people.conftest import BOOKKEEPING, JOBTECH, SWEDISH
from tests.unit.people.profile.test_profile import UNIVERSITY, arrival, said

AGENCY = "did:web:agency.example"
BOOKS = f"{JOBTECH}books"


@pytest.fixture
def profile(taxonomies: Taxonomies) -> Profile:
    return Profile(taxonomies, Accounts())


def fill(work: Work, profile: Profile) -> None:
    """A certified claim in ESCO, the agency's own word for it with a level, and one in words alone."""
    profile.keep(work, arrival(said(BOOKKEEPING, "bookkeeping", level="3/5"), said(None, "Ledgers")))
    theirs = said(BOOKS, "Bokf.", validation=2, level="4/5", issuer=AGENCY, issuer_name="Invented Agency")
    profile.keep(work, arrival(theirs, source=AGENCY, record_id="p1", grant="grant-2"))


def skills(work: Work, profile: Profile) -> dict[str, ProfileSkill]:
    return {skill.uri: skill for skill in profile.skills(work, "alva", "en")}


def fingerprint(skill: ProfileSkill, issuer: str) -> str:
    return next(claim.fingerprint for claim in skill.claims if claim.issuer == issuer)


def speak(work: Work, profile: Profile, issuer: str) -> None:
    claim = fingerprint(skills(work, profile)[BOOKKEEPING], issuer)
    Choosing(profile).let_speak(work, "alva", BOOKKEEPING, claim, "en")


def part(work: Work, profile: Profile, issuer: str = AGENCY) -> None:
    claim = fingerprint(skills(work, profile)[BOOKKEEPING], issuer)
    Choosing(profile).keep_apart(work, "alva", BOOKKEEPING, claim, "en")


def unite(work: Work, profile: Profile) -> None:
    words = next(uri for uri in skills(work, profile) if uri.startswith("urn:skillspace:words"))
    Choosing(profile).say_same(work, "alva", BOOKKEEPING, words, "en")


def test_a_word_counts_wherever_skills_are_asked_for_and_not_for_others(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        fill(work, profile)
        profile.keep(work, arrival(said(BOOKKEEPING), person="camille"))
        speak(work, profile, AGENCY)
        (one,) = profile.person_skills(work, "alva")
        assert (one.validation, one.level) == (2, "4/5")
        assert skills(work, profile)[BOOKKEEPING].rule == "your-choice"
        assert profile.skills(work, "camille", "en")[0].validation is ValidationLevel.CERTIFIED
        assert profile.history(work, "camille") == ()


def test_what_is_kept_apart_counts_for_the_skill_nowhere(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        fill(work, profile)
        part(work, profile)
        assert set(skills(work, profile)) >= {BOOKKEEPING, BOOKS}
        assert [row.source for row in profile.skill_rows(work, leave_out=())] == [UNIVERSITY]
        assert [skill.uri for skill in profile.person_skills(work, "alva")] == [BOOKKEEPING]
        profile.remove_source(work, "alva", UNIVERSITY)
        assert profile.held(work, "alva") == set()
        assert list(profile.skill_rows(work, leave_out=())) == []
        assert profile.person_skills(work, "alva") == []
        (word,) = Choosing(profile).living(work, "alva")
        Choosing(profile).take_back(work, "alva", word.number)
        assert profile.held(work, "alva") == {BOOKKEEPING}
        assert [row.source for row in profile.skill_rows(work, leave_out=())] == [AGENCY]


def test_what_only_the_person_says_is_found_without_what_they_keep_apart(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        own = said(BOOKKEEPING, validation=1, issuer="me")
        profile.keep(work, arrival(own, source="me"))
        profile.keep(work, arrival(said(BOOKS, issuer=AGENCY), source=AGENCY))
        assert profile.said_only(work, "alva") == set()
        part(work, profile)
        assert profile.said_only(work, "alva") == {BOOKKEEPING}


def test_two_skills_that_are_the_same_stay_two_for_matching(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        fill(work, profile)
        profile.keep(work, arrival(said(SWEDISH, validation=1), record_id="d3"))
        before = profile.person_skills(work, "alva")
        Choosing(profile).say_same(work, "alva", SWEDISH, BOOKKEEPING, "en")
        assert profile.person_skills(work, "alva") == before
        merged = skills(work, profile)
        assert SWEDISH not in merged
        assert [face.uri for face in merged[BOOKKEEPING].faces] == [BOOKKEEPING, SWEDISH]


def test_what_cannot_be_said_is_refused_with_the_reason(database: Database, profile: Profile) -> None:
    choosing = Choosing(profile)
    with database.writing() as work:
        fill(work, profile)
        over = said(BOOKKEEPING, issuer="did:web:old", validation=6, valid_until=date(2020, 1, 1))
        profile.keep(work, arrival(over, source="did:web:old", record_id="old"))
        with pytest.raises(BadInput, match="ran out"):
            speak(work, profile, "did:web:old")
        here = skills(work, profile)
        words = next(uri for uri in here if uri.startswith("urn:skillspace:words"))
        with pytest.raises(BadInput, match="Nothing else is said"):
            choosing.keep_apart(work, "alva", words, here[words].claims[0].fingerprint, "en")
        with pytest.raises(BadInput, match="as one already"):
            choosing.say_same(work, "alva", words, words, "en")
        for wrong in (BOOKS, "esco:none"):
            with pytest.raises(NotFound):
                choosing.say_same(work, "alva", BOOKKEEPING, wrong, "en")
            with pytest.raises(NotFound):
                choosing.let_speak(work, "alva", BOOKKEEPING, wrong, "en")
            with pytest.raises(NotFound):
                choosing.keep_apart(work, "alva", wrong, "x", "en")
        assert profile.history(work, "alva") == ()


def test_a_word_is_taken_back_once_and_by_its_own_person(database: Database, profile: Profile) -> None:
    choosing = Choosing(profile)
    with database.writing() as work:
        fill(work, profile)
        speak(work, profile, AGENCY)
        (word,) = choosing.living(work, "alva")
        assert (word.kind, word.at, word.other_label) == (ChoiceKind.SPEAKS, work.now, "Invented Agency")
        with pytest.raises(NotFound):
            choosing.take_back(work, "camille", word.number)
        choosing.take_back(work, "alva", word.number)
        with pytest.raises(NotFound):
            choosing.take_back(work, "alva", word.number)
        back = profile.history(work, "alva")[-1]
        assert (back.kind, back.ends) == (ChoiceKind.BACK, word.number)
        with pytest.raises(NotFound):
            choosing.take_back(work, "alva", back.number)
        assert len(profile.history(work, "alva")) == 2


def test_a_record_that_comes_again_keeps_what_was_said_of_it(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        fill(work, profile)
        speak(work, profile, AGENCY)
        part_of = skills(work, profile)
        fill(work, profile)
        assert skills(work, profile) == part_of


def test_a_claim_withdrawn_with_its_grant_takes_its_word_along(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        fill(work, profile)
        speak(work, profile, AGENCY)
        profile.remove_grant(work, "grant-2")
        skill = skills(work, profile)[BOOKKEEPING]
        assert (skill.level, skill.validation, skill.rule) == ("3/5", ValidationLevel.CERTIFIED, "")


def test_words_go_with_the_person_and_nobody_elses_do(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        fill(work, profile)
        speak(work, profile, AGENCY)
        work.insert(chosen, dict(_row(work), person="camille"))
        profile.erase(work, "alva")
        assert [row["person"] for row in work.rows(sa.select(chosen.c.person))] == ["camille"]


def _row(work: Work) -> dict[str, object]:
    row = work.one(sa.select(chosen))
    return {name: value for name, value in cast("dict[str, object]", row).items() if name != "number"}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.sampled_from(["speak", "other", "part", "unite", "back"]), max_size=6))
def test_taking_everything_back_gives_exactly_the_profile_before(
    database: Database, profile: Profile, moves: list[str]
) -> None:
    choosing = Choosing(profile)
    with database.writing() as work:
        profile.erase(work, "alva")
        fill(work, profile)
        before = skills(work, profile)
        for move in moves:
            try:
                if move == "back":
                    choosing.take_back(work, "alva", min(word.number for word in choosing.living(work, "alva")))
                elif move in ("part", "unite"):
                    {"part": part, "unite": unite}[move](work, profile)
                else:
                    speak(work, profile, AGENCY if move == "speak" else UNIVERSITY)
            except (BadInput, KeyError, NotFound, StopIteration, ValueError):
                continue  # it cannot be said now, which leaves nothing behind
        assert [choice.number for choice in profile.history(work, "alva")] == sorted(
            choice.number for choice in profile.history(work, "alva")
        )
        for word in choosing.living(work, "alva"):
            choosing.take_back(work, "alva", word.number)
        assert skills(work, profile) == before
