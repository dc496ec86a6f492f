"""European Learning Model: official samples, and what our own universities write."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import pytest

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.credentials import KeyResolver
from skillspace.records.formats import elm, read
from skillspace.records.formats.elm import Achievement
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import ProofStatus, RecordKind, ValidationLevel

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
