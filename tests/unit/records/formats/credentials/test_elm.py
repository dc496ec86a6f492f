"""European Learning Model: official samples, and what our own universities write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.credentials import KeyResolver
from skillspace.records.formats import read
from skillspace.records.formats.credentials import elm
from skillspace.records.formats.credentials.elm import Achievement
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.suite import FULL
from skillspace.records.life import Entry, EntryKind
from skillspace.records.model import ProofStatus, Record, RecordKind, ValidationLevel
from tests.unit.records.formats import samples

PERSON = "did:web:people.example:p:7"
CARE = SkillClaim(concept="http://data.europa.eu/esco/skill/0002", label="provide care")
SAMPLES = "records/elm_v3/Credentials/JSON-LD Examples (ELM v3)"


def no_keys(issuer: str, kid: str) -> Mapping[str, object]:
    raise AssertionError(f"asked for {kid} of {issuer}")


@pytest.mark.data
@pytest.mark.parametrize("envelope", ["signed.jsonld", "unsigned.jsonld", "unsigned-uploadable.json"])
def test_the_official_micro_credential_is_read_in_every_wrapping(
    envelope: str, real_data: Path, noon: datetime
) -> None:
    document = (real_data / SAMPLES / f"Sample-MC-Annex1-{envelope}").read_bytes()
    record = read(document, resolve_key=no_keys, at=noon)
    assert record.proof is ProofStatus.UNSIGNED
    assert record.kind is RecordKind.DIPLOMA
    assert [(a.concept, a.label) for a in record.assertions][:4] == [
        ("http://data.europa.eu/esco/skill/ccdf3597-5c80-410f-896d-e1bdfa223de9", "stimulate creativity in the team"),
        ("http://data.europa.eu/esco/skill/80f308e6-0e09-404a-80cd-ec5f50f6f304", "communicate with target community"),
        ("http://data.europa.eu/esco/skill/326809fc-238d-40c2-881e-40042f7f2f0d", "establish collaborative relations"),
        ("http://data.europa.eu/esco/skill/5fd5c985-eaaa-47aa-8314-62359c54505a", "develop digital content"),
    ]
    assert {(a.level, a.level_scheme, a.validation) for a in record.assertions} == {
        ("EQF 6", "EQF", ValidationLevel.SELF_DECLARED)
    }
    assert "grade Pass" in (record.assertions[0].evidence.excerpt or "")


@pytest.mark.data
@pytest.mark.parametrize("envelope", ["signed.jsonld", "unsigned.jsonld", "unsigned-uploadable.json"])
def test_a_certificate_of_participation_claims_no_skill(envelope: str, real_data: Path, noon: datetime) -> None:
    document = (real_data / SAMPLES / f"Sample-CertOfPart-{envelope}").read_bytes()
    record = read(document, resolve_key=no_keys, at=noon)
    assert record.title == "Certificate of Participation"
    assert record.assertions == ()


@pytest.mark.data
def test_every_well_formed_european_education_attestation_is_read(real_data: Path, noon: datetime) -> None:
    folder = real_data / "records/dc4eu_eaa/formal-education/examples"
    broken = "euusc-uppersecondary-certificate-john-doe.json"  # its JSON breaks off at line 99
    for path in sorted(folder.rglob("*.json")):
        if path.name == broken:
            with pytest.raises(UnreadableFile, match="line 99"):
                read(path.read_bytes(), resolve_key=no_keys, at=noon)
        else:
            record = read(path.read_bytes(), resolve_key=no_keys, at=noon)
            assert record.issuer.startswith("did:"), path.name
            assert (record.kind is RecordKind.TRANSCRIPT) == ("transcript" in path.name)
            assert "enrollment" not in path.name or not record.assertions


def test_a_whole_qualification_is_recognised_and_its_courses_are_certified(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    course = Achievement(title="Anatomy", grade="B", grading_scheme="A to F", credits=7.5)
    degree = Achievement(title="BSc Nursing", skills=(CARE,), eqf=6, credits=180, whole=True, parts=(course,))
    document = elm.write(
        [degree], kind=RecordKind.TRANSCRIPT, title="Transcript", issuer=university, subject_did=PERSON, issued=noon
    )
    record = read(document, resolve_key=resolve_key, at=noon)
    assert (record.kind, record.title, record.issued) == (RecordKind.TRANSCRIPT, "Transcript", date(2026, 11, 21))
    care, anatomy = record.assertions
    assert (care.concept, care.level, care.validation) == (CARE.concept, "EQF 6", ValidationLevel.RECOGNISED)
    assert (anatomy.label, anatomy.level, anatomy.level_scheme) == ("Anatomy", "B", "A to F")
    assert (anatomy.concept, anatomy.validation) == (None, ValidationLevel.CERTIFIED)
    assert anatomy.evidence.excerpt == "BSc Nursing; Anatomy; grade B; 7.5 ECTS"


def test_a_course_without_a_place_in_the_framework_is_certified(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    document = elm.write(
        [Achievement(title="First aid", skills=(CARE,))],
        kind=RecordKind.DIPLOMA,
        title="First aid",
        issuer=university,
        subject_did=PERSON,
        issued=noon,
        language="sv",
    )
    (care,) = read(document, resolve_key=resolve_key, at=noon).assertions
    assert (care.validation, care.level, care.language) == (ValidationLevel.CERTIFIED, None, "en")


def test_what_is_missing_is_named(noon: datetime) -> None:
    document = b'{"type":["VerifiableCredential","EuropeanDigitalCredential"],"credentialSubject":{"id":"p"}}'
    with pytest.raises(UnreadableFile, match=r"credentialSubject\.0\.hasClaim: is missing"):
        read(document, resolve_key=no_keys, at=noon)


def told(document: bytes, at: datetime) -> Record:
    """The record in a document that nobody signed."""
    return read(document, resolve_key=no_keys, at=at)


@pytest.mark.data
def test_the_official_micro_credential_survives_being_written_again(real_data: Path, noon: datetime) -> None:
    first = told((real_data / SAMPLES / "Sample-MC-Annex1-unsigned.jsonld").read_bytes(), noon)
    again = told(elm.write_record(first), noon)
    assert [(a.label, a.concept, a.level) for a in again.assertions] == [
        (a.label, a.concept, a.level) for a in first.assertions
    ]
    assert (again.title, again.issuer_name, again.entries) == (first.title, first.issuer_name, first.entries)
    assert first.person is not None
    assert first.person.name == "Ana Andromeda"


@pytest.mark.data
def test_a_transcript_of_emrex_becomes_a_european_one_with_its_courses(real_data: Path, noon: datetime) -> None:
    transcript = told((real_data / "records/emrex_elmo/example.xml").read_bytes(), noon)
    record = told(elm.write_record(transcript), noon)
    assert (record.format, record.kind) == ("elm", RecordKind.TRANSCRIPT)
    passed = {a.label: (a.level, a.level_scheme) for a in transcript.assertions}
    assert passed.keys() <= {a.label for a in record.assertions}
    programme = next(entry for entry in record.entries if entry.title == "Master of Science in Biology")
    assert (programme.credits, programme.credit_scheme, len(programme.parts)) == ("120", "ECTS", 1)


def test_what_was_failed_is_no_achievement(noon: datetime) -> None:
    failed = Entry(kind=EntryKind.EDUCATION, title="Statics", passed=False)
    study = Entry(
        kind=EntryKind.EDUCATION, title="Bridges", parts=(failed, replace(failed, title="Steel", passed=True))
    )
    record = told(elm.write_record(replace(FULL, entries=(study, failed), assertions=())), noon)
    assert [a.label for a in record.assertions] == ["Steel"]
    with pytest.raises(BadInput, match="achievements"):
        elm.write_record(replace(FULL, entries=(failed,), assertions=()))


def test_a_credential_of_the_second_version_is_read_through_its_references(noon: datetime) -> None:
    record = told(samples.SAMPLES["elm2"], noon)
    assert (record.format, record.title, record.issuer, record.issuer_name) == ("elm2", "Baker", "SE-1", "Bread School")
    (whole,) = record.entries
    assert (whole.level, [part.title for part in whole.parts]) == ("EQF 4", ["Sourdough"])
    assert (whole.parts[0].credits, whole.parts[0].grade, whole.parts[0].outcomes) == ("5", "A", ("bake bread",))
    assert [(a.label, a.concept, a.level) for a in record.assertions] == [
        ("bake bread", "http://data.europa.eu/esco/skill/1", "A")
    ]


@pytest.mark.data
def test_the_official_diploma_supplement_is_read_with_its_skills_and_becomes_one_of_today(
    real_data: Path, noon: datetime
) -> None:
    folder = real_data / "records/elm_v3/Credentials/XML Examples (ELM v2)"
    record = told((folder / "EDC_DiplomaSupplement_AA.xml").read_bytes(), noon)
    assert record.person is not None
    assert (record.person.name, record.title) == (
        "Ana Andromeda",
        "Graduate University Study of Civil Engineering - Diploma Supplement",
    )
    (master,) = record.entries
    assert (master.title, master.credits, master.grade) == (
        "Master of Science in Civil Engineering",
        "120",
        "5 - excellent",
    )
    assert any(a.concept and a.concept.startswith("http://data.europa.eu/esco/skill/") for a in record.assertions)
    again = told(elm.write_record(record), noon)
    assert {(a.label, a.concept) for a in again.assertions} == {(a.label, a.concept) for a in record.assertions}
