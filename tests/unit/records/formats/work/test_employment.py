"""Attestations of employment: what an employer signs, and what it may not say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

import pytest

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.credentials import KeyResolver, seal
from skillspace.records.formats import read
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.formats.work import employment
from skillspace.records.formats.work.employment import Employment
from skillspace.records.model import RecordKind, ValidationLevel
from skillspace.wire.jose import read_unverified

PERSON = "did:web:people.example:p:7"
FORKLIFT = SkillClaim(
    concept="http://data.europa.eu/esco/skill/0005", label="köra truck", language="sv", level="expert"
)
JOB = Employment(
    role="Lagerarbetare", since=date(2019, 3, 1), until=date(2024, 2, 29), skills=(FORKLIFT,), language="sv"
)


def test_what_an_employer_saw_done_is_assessed(employer: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    document = employment.write(JOB, issuer=employer, subject_did=PERSON, issued=noon)
    record = read(document, resolve_key=resolve_key, at=noon)
    assert (record.kind, record.title, record.issuer_name) == (RecordKind.EMPLOYMENT, "Lagerarbetare", employer.name)
    (skill,) = record.assertions
    assert (skill.concept, skill.label, skill.language) == (FORKLIFT.concept, "köra truck", "sv")
    assert (skill.level, skill.level_scheme) == ("expert", "as stated by the employer")
    assert skill.validation is ValidationLevel.ASSESSED
    assert skill.evidence.excerpt == "Lagerarbetare, 2019-03-01 to 2024-02-29"


def test_a_job_still_held_has_no_end(employer: Issuer, resolve_key: KeyResolver, noon: datetime) -> None:
    job = Employment(role="Cook", since=date(2025, 1, 2), skills=(SkillClaim(label="soup"),))
    document = employment.write(job, issuer=employer, subject_did=PERSON, issued=noon)
    (skill,) = read(document, resolve_key=resolve_key, at=noon).assertions
    assert (skill.concept, skill.evidence.excerpt) == (None, "Cook, 2025-01-02 to now")


def test_a_job_cannot_end_before_it_begins(employer: Issuer, noon: datetime) -> None:
    backwards = Employment(role="Cook", since=date(2025, 1, 2), until=date(2024, 1, 2))
    with pytest.raises(BadInput, match="before it begins"):
        employment.write(backwards, issuer=employer, subject_did=PERSON, issued=noon)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"startDate": None}, "startDate"),
        ({"endDate": "2001-01-01"}, "before it begins"),
        ({"type": "Role"}, "type"),
        ({"worksFor": {"type": "Organization"}}, "name: is missing"),
        ({"roleName": ""}, "holds no words"),
    ],
)
def test_a_broken_attestation_is_refused_by_the_name_of_its_fault(
    change: Mapping[str, object], reason: str, employer: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    _, claims = read_unverified(employment.write(JOB, issuer=employer, subject_did=PERSON, issued=noon).decode())
    credential = json.loads(json.dumps(claims["vc"]))
    credential["credentialSubject"]["worksFor"] |= change
    token = seal(credential, issuer_key=employer.key, issued=noon).encode()
    with pytest.raises(UnreadableFile, match=reason):
        read(token, resolve_key=resolve_key, at=noon)
