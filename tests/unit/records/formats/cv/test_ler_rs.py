"""LER-RS: what its schema has a place for and a record too travels; what a record has no place for is named."""

from __future__ import annotations

import json

from skillspace.records.formats import read
from skillspace.records.formats.cv import ler_rs
from skillspace.records.formats.loss import unread, unwritten
from skillspace.records.formats.suite import NOON, no_keys
from skillspace.records.life import Entry, EntryKind, Link
from skillspace.records.model import Record

BADGE = {
    "issuer": "https://cross.example", "issuanceDate": "2022-01-01T00:00:00Z", "expirationDate": "2032-01-01T00:00:00Z",
    "credentialSubject": {"achievement": {"name": "First aid", "otherIdentifier": [{"identifier": "FA-7"}]}},
}  # fmt: skip
RESUME = {
    "type": "http://schema.hropenstandards.org/4.5/recruiting/json/LER-RSType.json",
    "person": {"name": {"formattedName": "Elin Example"}},
    "communication": {
        "phone": [{"countryDialingCode": "46", "areaDialingCode": "70", "dialNumber": "5551212"}],
        "web": [{"name": "Homepage", "url": "https://elin.example/"}],
        "social": [{"name": "Net", "handle": "elin", "url": "https://net.example/elin"}],
    },
    "employmentHistories": [
        {
            "organization": {"tradeName": "Sea Scouts"},
            "positionHistories": [
                {
                    "title": "Coach", "start": "2020", "resourceRelationshipCode": "Volunteer",
                    "location": {"city": "Visby", "geo": {"latitude": 57.63, "longitude": 18.29},
                                 "descriptions": ["- Taught knots to forty children"]},
                }
            ],
        }
    ],
    "educationAndLearnings": [
        {
            "institution": {
                "name": "Sea School", "communication": {"address": [{"city": "Visby", "countryCode": "SE"}]},
            },
            "iscedEducationLevelCode": "6", "programs": ["Knots"],
            "educationDegrees": [{"name": "Mate", "score": {"scoresNumeric": [{"value": 4.5}]}}],
        }
    ],
    "certifications": [{"verifications": [BADGE]}, {"id": {"value": "R-1"}, "name": "Radio", "issued": "2023"}],
    "skills": [{"name": "tie knots", "yearsOfExperience": 5, "definitionReference": "http://data.europa.eu/esco/skill/1"}],
}  # fmt: skip


def told() -> Record:
    return read(json.dumps(RESUME).encode(), resolve_key=no_keys, at=NOON)


def test_what_the_schema_has_a_place_for_is_read() -> None:
    record = told()
    assert record.person is not None
    assert record.person.phones == ("+46 70 5551212",)
    assert record.person.links == (
        Link(url="https://elin.example/", label="Homepage"),
        Link(url="https://net.example/elin", label="Net", username="elin"),
    )
    job, study, aid, radio = record.entries
    assert (job.kind, job.organisation, job.place) == (EntryKind.VOLUNTEERING, "Sea Scouts", "Visby")
    assert (study.place, study.country, study.level, study.grade) == ("Visby", "SE", "ISCED 6", "4.5")
    assert study.parts == (Entry(kind=EntryKind.EDUCATION, title="Knots"),)
    assert (aid.title, aid.since, aid.until, aid.identifier) == ("First aid", "2022-01-01", "2032-01-01", "FA-7")
    assert (radio.identifier, radio.since) == ("R-1", "2023")
    (skill,) = record.assertions
    assert (skill.concept, skill.evidence.excerpt) == (
        "http://data.europa.eu/esco/skill/1", "5 years of experience",
    )  # fmt: skip


def test_it_survives_being_written_again() -> None:
    record = told()
    again = read(ler_rs.write_record(record), resolve_key=no_keys, at=NOON)
    assert unwritten(record, again) == ()


def test_coordinates_have_no_place_in_a_record_and_are_named() -> None:
    document = json.dumps(RESUME).encode()
    lost = {loss.path.rpartition(".")[2]: loss.examples for loss in unread(document, [told()])}
    assert (lost["latitude"], lost["longitude"]) == (("57.63",), ("18.29",))
    assert "descriptions" not in lost, "the mark before a point is no word of it"
