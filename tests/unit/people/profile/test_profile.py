"""Keeping records: upserted, translated, listed quickly, and removed when told."""

from __future__ import annotations

import time
from datetime import date

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.people.accounts import AccountKind, Accounts
from skillspace.people.profile import Arrival, Problem, Profile, SkillRow
from skillspace.records.achievement import Envelope, read
from skillspace.records.model import Evidence, ProofStatus, Record, RecordKind, SkillAssertion, ValidationLevel
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database
from tests.unit.people.conftest import BOOKKEEPING, COOK_FOOD, JOBTECH, LEAD_A_TEAM, NURSE, SWEDISH
from tests.unit.records.achievement.test_envelopes import NOON, WELDING, keys, written

UNIVERSITY = "did:web:university.example"


def said(concept: str | None, label: str = "as given", *, validation: int = 5, **facts: object) -> SkillAssertion:
    return SkillAssertion(
        **{
            "concept": concept,
            "label": label,
            "validation": ValidationLevel(validation),
            "issuer": UNIVERSITY,
            "issuer_name": "Invented University",
            "issued": date(2025, 6, 1),
            "evidence": Evidence(record_id="diploma-1", title="Diploma", kind=RecordKind.DIPLOMA),
        }
        | facts
    )


def arrival(*assertions: SkillAssertion, person: str = "alva", **facts: object) -> Arrival:
    record = Record(
        id="diploma-1",
        kind=RecordKind.DIPLOMA,
        title="Diploma",
        issuer=UNIVERSITY,
        issuer_name="Invented University",
        assertions=assertions,
        proof=ProofStatus.SIGNED_BY_ISSUER,
        media_type="application/jwt",
        format="elm",
    )
    given = {
        "person": person,
        "source": UNIVERSITY,
        "source_name": "Invented University",
        "record_id": "diploma-1",
        "kind": "diploma",
        "media_type": "application/jwt",
        "document": b"as it came",
        "record": record,
        "grant": "grant-1",
        "dataset": "diplomas",
    }
    return Arrival(**(given | facts))  # type: ignore[arg-type]


@pytest.fixture
def profile(taxonomies: Taxonomies) -> Profile:
    return Profile(taxonomies, Accounts())


def test_a_record_comes_back_as_it_arrived_and_only_to_its_person(database: Database, profile: Profile) -> None:
    sent = arrival(said(BOOKKEEPING))
    with database.writing() as work:
        stored = profile.record(work, "alva", profile.keep(work, sent))
        with pytest.raises(NotFound):
            profile.record(work, "camille", stored.id)
    assert stored.document == sent.document
    assert stored.record == sent.record


def test_the_same_record_twice_is_there_once_under_one_name(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        first = profile.keep(work, arrival(said(BOOKKEEPING), said(SWEDISH)))
        again = profile.keep(work, arrival(said(BOOKKEEPING)))
        assert first == again
        assert len(profile.records(work, "alva")) == 1
        assert [skill.uri for skill in profile.skills(work, "alva", "en")] == [BOOKKEEPING]


def test_skills_from_two_taxonomies_are_one_with_labels_in_the_readers_language(
    database: Database, profile: Profile
) -> None:
    with database.writing() as work:
        profile.keep(work, arrival(said(BOOKKEEPING)))
        theirs = said(f"{JOBTECH}books", "Bokf.", issuer="did:web:agency.example")
        other = arrival(theirs, source="did:web:agency.example", record_id="p1")
        profile.keep(work, other)
        (skill,) = profile.skills(work, "alva", "sv")
    assert (skill.label, skill.theme_label, skill.is_known) == ("bokföring", "management skills", True)
    assert len(skill.assertions) == 2


def test_a_translation_never_claims_more_than_was_said(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        profile.keep(work, arrival(said(f"{JOBTECH}team-of-two"), said(f"{JOBTECH}all-of-cooking", "matlagning")))
        uris = {skill.uri: skill for skill in profile.skills(work, "alva", "en")}
        matched = [skill.uri for skill in profile.person_skills(work, "alva")]
    assert uris[LEAD_A_TEAM].assertions[0].relation == "broad"
    assert COOK_FOOD not in uris
    assert f"{JOBTECH}all-of-cooking" in uris
    assert matched == [LEAD_A_TEAM]


def test_a_skill_no_taxonomy_knows_is_shown_with_its_own_words(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        profile.keep(work, arrival(said("http://nowhere.example/x", "Beekeeping"), said(None, "Juggling")))
        skills = profile.skills(work, "alva", "en")
    assert [(skill.label, skill.is_known) for skill in skills] == [("Beekeeping", False), ("Juggling", False)]


def test_a_job_held_is_no_skill(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        profile.keep(work, arrival(said(NURSE, "nurse"), said(SWEDISH)))
        assert [skill.uri for skill in profile.skills(work, "alva", "en")] == [SWEDISH]


def test_a_document_that_could_not_be_read_is_kept_with_its_reason(database: Database, profile: Profile) -> None:
    problem = Problem(code="InvalidSignature", message="The signature does not belong to this text.")
    with database.writing() as work:
        profile.keep(work, arrival(record=None, problem=problem, record_id="badge-9"))
        profile.keep(work, arrival(said(BOOKKEEPING)))
        kept = {record.record_id: record for record in profile.records(work, "alva")}
        assert len(profile.skills(work, "alva", "en")) == 1
    assert kept["badge-9"].problem == problem
    assert kept["badge-9"].document == b"as it came"


def test_what_a_source_no_longer_delivers_goes(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        profile.keep(work, arrival(said(BOOKKEEPING)))
        profile.keep(work, arrival(said(SWEDISH), record_id="diploma-2"))
        profile.keep(work, arrival(said(COOK_FOOD), record_id="badge-1", dataset="badges"))
        here = {"source": UNIVERSITY, "dataset": "diplomas"}
        assert profile.keep_only(work, "alva", **here, kinds=["badge"], record_ids=[]) == 0
        assert profile.keep_only(work, "alva", **here, kinds=["diploma"], record_ids=["diploma-2"]) == 1
        assert {record.record_id for record in profile.records(work, "alva")} == {"diploma-2", "badge-1"}


def test_removing_a_grant_a_source_or_a_person_leaves_the_others(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        profile.keep(work, arrival(said(BOOKKEEPING)))
        profile.keep(work, arrival(said(SWEDISH), record_id="d2", grant="grant-2"))
        profile.keep(work, arrival(said(COOK_FOOD), source="did:web:x", grant="grant-3"))
        profile.keep(work, arrival(said(COOK_FOOD), person="camille", grant="grant-4"))
        assert profile.remove_grant(work, "grant-1") == 1
        assert {skill.uri for skill in profile.skills(work, "alva", "en")} == {SWEDISH, COOK_FOOD}
        assert profile.remove_source(work, "alva", UNIVERSITY) == 1
        assert profile.erase(work, "alva") == 1
        assert profile.skills(work, "alva", "en") == ()
        assert len(profile.skills(work, "camille", "en")) == 1
        left = work.connection.exec_driver_sql("SELECT count(*) FROM assertion").scalar()
    assert left == 1


def test_matching_gets_the_best_live_proof_and_its_age(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        expired = said(BOOKKEEPING, validation=6, valid_until=date(2026, 1, 1))
        profile.keep(work, arrival(expired, said(BOOKKEEPING, validation=4, level="3/5")))
        (skill,) = profile.person_skills(work, "alva")
    assert (skill.uri, skill.validation, skill.level) == (BOOKKEEPING, 4, "3/5")
    assert skill.years_since == pytest.approx(1.47, abs=0.01)


def test_statistics_get_one_row_per_person_skill_and_source(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        alva = Accounts().make(work, name="Alva", kind=AccountKind.PERSON, territory="SE-2480").id
        profile.keep(work, arrival(said(BOOKKEEPING, validation=4), said(BOOKKEEPING, validation=5), person=alva))
        profile.keep(work, arrival(said(SWEDISH, valid_until=date(2020, 1, 1)), said(None, "Juggling"), person="x"))
        rows = sorted(profile.skill_rows(work, leave_out=()), key=lambda row: row.uri)
    assert rows == [
        SkillRow(person=alva, territory="SE-2480", uri=BOOKKEEPING, validation=5, source=UNIVERSITY),
        SkillRow(person="x", territory=None, uri=SWEDISH, validation=1, source=UNIVERSITY),
    ]


def test_many_new_records_at_once_are_the_same_as_one_by_one(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        many = [arrival(said(BOOKKEEPING), said(SWEDISH), person=f"p{number}") for number in range(501)]
        assert profile.keep_new(work, iter(many)) == 501
        profile.keep(work, arrival(said(BOOKKEEPING), said(SWEDISH), person="one"))
        one, last = profile.skills(work, "one", "en"), profile.skills(work, "p500", "en")
    assert [(skill.uri, skill.validation) for skill in last] == [(skill.uri, skill.validation) for skill in one]


def test_one_achievement_in_three_signed_formats_counts_once(database: Database, profile: Profile) -> None:
    with database.writing() as work:
        for envelope in Envelope:
            record = read(written(WELDING, envelope), keys, NOON).record
            profile.keep(work, arrival(record=record, record_id=envelope.value, source=f"did:web:{envelope.value}"))
        skills = profile.skills(work, "alva", "en")
    assert len(skills) == len(WELDING.skills)
    assert {(len(skill.assertions), len(skill.copies), len(skill.sources)) for skill in skills} == {(1, 2, 3)}
    assert [skill.level for skill in skills if skill.uri.endswith("mig")] == ["4"]


def test_eighty_claims_are_listed_without_waiting(database: Database, profile: Profile) -> None:
    concepts = (BOOKKEEPING, SWEDISH, LEAD_A_TEAM, COOK_FOOD, None)
    many = [said(concept, f"skill {number}") for number in range(16) for concept in concepts]
    with database.writing() as work:
        profile.keep(work, arrival(*many))
        started = time.perf_counter()
        skills = profile.skills(work, "alva", "en")
        elapsed = time.perf_counter() - started
    assert len(skills) == 4 + 16
    assert elapsed < 0.5  # a loose bound: it fails on a scan, not on a busy machine
