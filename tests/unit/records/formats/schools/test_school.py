"""School records: our own shape and Koski's; certificates are recognised only under a signature."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.credentials import CredentialNotYetValid, KeyResolver, issue
from skillspace.records.formats import read
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.schools import school
from skillspace.records.formats.schools.school import Certificate, GradedSubject
from skillspace.records.model import ProofStatus, RecordKind, ValidationLevel

PERSON = "did:web:people.example:p:7"
KOSKI = "records/finland_koski_records"
BROWSING = SkillClaim(
    concept="urn:digcomp:1.1", label="browse, search and filter", level="4", level_scheme="DigComp 3.0"
)


def no_keys(issuer: str, kid: str) -> Mapping[str, object]:
    raise AssertionError(f"asked for {kid} of {issuer}")


def report(issuer: Issuer, at: datetime, certificate: Certificate | None) -> bytes:
    """A pupil's record: one subject passed, one failed, one competence tested."""
    passed = GradedSubject(name="Mathematics", grade="9", scale="4-10")
    failed = GradedSubject(name="History", grade="4", scale="4-10", passed=False)
    return school.write(
        issuer=issuer,
        subject_did=PERSON,
        programme="Natural science",
        issued=at,
        subjects=(passed, failed),
        competences=(BROWSING,),
        certificate=certificate,
    )


def test_a_completed_state_certificate_is_recognised(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    certificate = Certificate(name="Upper secondary certificate", completed=date(2026, 6, 12), eqf=4)
    record = read(report(university, noon, certificate), resolve_key=resolve_key, at=noon)
    assert (record.kind, record.title) == (RecordKind.SCHOOL_RECORD, "Upper secondary certificate")
    whole, mathematics, browsing = record.assertions
    assert (whole.label, whole.level, whole.validation) == (certificate.name, "EQF 4", ValidationLevel.RECOGNISED)
    assert (mathematics.level, mathematics.level_scheme) == ("9", "4-10")
    assert mathematics.validation is ValidationLevel.ASSESSED
    assert (browsing.concept, browsing.level) == (BROWSING.concept, "4")


def test_a_schools_own_certificate_is_certified_and_none_is_none(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    own = Certificate(name="Choir", completed=date(2026, 6, 12), state=False)
    first = read(report(university, noon, own), resolve_key=resolve_key, at=noon).assertions[0]
    assert first.validation is ValidationLevel.CERTIFIED
    labels = [a.label for a in read(report(university, noon, None), resolve_key=resolve_key, at=noon).assertions]
    assert labels == ["Mathematics", BROWSING.label]


def test_the_person_is_the_one_signed_for(university: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    inner = {
        "type": "SchoolRecord",
        "school": {"name": "S"},
        "pupil": "did:web:people.example:p:8",
        "programme": "P",
        "issued": "2026-01-02",
    }
    token = issue(
        school.TYPE,
        {"schoolRecord": inner},
        issuer_key=university.key,
        issuer_did=university.did,
        subject_did=PERSON,
        at=noon,
    )
    assert read(token.encode(), resolve_key=resolve_key, at=noon).subject == PERSON


def test_a_record_from_the_future_is_refused(university: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    with pytest.raises(CredentialNotYetValid):
        read(report(university, noon + timedelta(days=1), None), resolve_key=resolve_key, at=noon)


def test_what_is_missing_is_named(noon: datetime) -> None:
    with pytest.raises(UnreadableFile, match="programme: is missing"):
        read(
            b'{"type":"SchoolRecord","school":{"name":"S"},"pupil":"p","issued":"2026-01-02"}',
            resolve_key=no_keys,
            at=noon,
        )


@pytest.mark.data
def test_every_koski_record_is_read_and_no_identity_number_is_kept(real_data: Path, noon: datetime) -> None:
    paths = sorted((real_data / KOSKI).glob("*.json"))
    assert len(paths) > 60
    for path in paths:
        document = path.read_bytes()
        record = read(document, resolve_key=no_keys, at=noon, delivered_by="did:web:register.example")
        assert record.kind is RecordKind.SCHOOL_RECORD
        assert all(a.label and a.validation <= ValidationLevel.ASSESSED for a in record.assertions)
        number = json.loads(document)["henkilö"].get("hetu")
        assert number is None or number not in json.dumps(record.to_json())


@pytest.mark.data
def test_a_signed_koski_certificate_is_recognised_and_failed_subjects_are_left_out(
    real_data: Path, university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    koski = json.loads((real_data / KOSKI / "ylioppilastutkinto_2025-12-10.json").read_bytes())
    tests = koski["opiskeluoikeudet"][0]["suoritukset"][0]["osasuoritukset"]
    tests[0]["arviointi"][0]["hyväksytty"] = False
    token = issue(school.TYPE, koski, issuer_key=university.key, issuer_did=university.did, subject_did=PERSON, at=noon)
    record = read(token.encode(), resolve_key=resolve_key, at=noon)
    assert (record.proof, record.issuer) == (ProofStatus.SIGNED_BY_ISSUER, university.did)
    examination = record.assertions[0]
    assert (examination.label, examination.validation) == ("Matriculation Examination", ValidationLevel.RECOGNISED)
    swedish = record.assertions[1]
    assert (swedish.label, swedish.level, swedish.validation) == (
        "Swedish, medium syllabus",
        "C",
        ValidationLevel.ASSESSED,
    )
