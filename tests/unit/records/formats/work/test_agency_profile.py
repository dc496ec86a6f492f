"""Agency profiles: what was told stays told, what was tested is assessed, codes become concepts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime

import pytest

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats import read
from skillspace.records.formats.work import agency_profile
from skillspace.records.formats.work.agency_profile import ProfileExperience, ProfileLanguage, ProfileSkill
from skillspace.records.model import Record, RecordKind, ValidationLevel

AGENCY = "did:web:agency.example"
PERSON = "did:web:people.example:p:7"
NOON = datetime.fromisoformat("2026-11-21T12:00:00+00:00")


def no_keys(issuer: str, kid: str) -> Mapping[str, object]:
    raise AssertionError(f"asked for {kid} of {issuer}")


def profile(*skills: ProfileSkill) -> dict[str, object]:
    """A profile as the agency's node would write it."""
    document = agency_profile.write(
        skills,
        agency_did=AGENCY,
        agency_name="Agency of Example",
        subject_did=PERSON,
        updated=date(2026, 11, 2),
        experience=[ProfileExperience(label="cook", scheme="esco", code="x", since=date(2020, 1, 1))],
        languages=[ProfileLanguage(label="Swedish", cefr="B2")],
    )
    return dict(json.loads(document))


def delivered(document: Mapping[str, object]) -> Record:
    return read(json.dumps(document).encode(), resolve_key=no_keys, at=NOON, delivered_by=AGENCY)


def test_told_is_self_declared_and_tested_is_assessed() -> None:
    told = ProfileSkill(label="service", scheme="jobtech", code="abcd_efg_hij", language="sv", level="3/5")
    tested = ProfileSkill(
        label="drive", scheme="rome-competence", code="12345", tested=date(2026, 5, 4), test="yard test"
    )
    record = delivered(profile(told, tested))
    service, drive, swedish = record.assertions
    assert (record.kind, record.issuer, record.subject) == (RecordKind.PROFILE, AGENCY, PERSON)
    assert (service.concept, service.level) == ("http://data.jobtechdev.se/taxonomy/concept/abcd_efg_hij", "3/5")
    assert service.validation is ValidationLevel.SELF_DECLARED
    assert (drive.concept, drive.validation) == ("urn:rome:competence:12345", ValidationLevel.ASSESSED)
    assert drive.issued == date(2026, 5, 4)
    assert "yard test" in (drive.evidence.excerpt or "")
    assert (swedish.label, swedish.level, swedish.level_scheme) == ("Swedish", "B2", "CEFR")


@pytest.mark.parametrize("method", ["interview", "documents"])
def test_verified_without_a_test_is_still_self_declared(method: str) -> None:
    document = profile(ProfileSkill(label="service"))
    document["skills"] = [{"label": "service", "verified": {"method": method, "day": "2026-01-02"}}]
    assert {a.validation for a in delivered(document).assertions} == {ValidationLevel.SELF_DECLARED}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"agency": {}}, "agency.name: is missing"),
        ({"person": None}, "person"),
        ({"skills": [{"label": "x", "scheme": "home-made", "code": "1"}]}, "'home-made'"),
        ({"languages": [{"label": "x", "cefr": "B7"}]}, "languages.0.cefr"),
        ({"updated": "yesterday"}, "updated"),
        ({"skills": [{"label": "x", "verified": {"method": "horoscope"}}]}, "method"),
    ],
)
def test_a_broken_profile_is_refused_by_the_name_of_its_fault(change: dict[str, object], reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        delivered({**profile(), **change})
