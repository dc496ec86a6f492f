"""CVs: what their formats say is read to the word, and what we write is what their own editors take."""

from __future__ import annotations

import json
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import jsonschema_rs
import pytest

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats import read
from skillspace.records.formats.cv import (
    europass,
    europass_passport,
    jod,
    json_resume,
    ler_rs,
    linkedin,
    mac,
    schema_org,
)
from skillspace.records.formats.files.xml import every, parse_xml, text_at
from skillspace.records.formats.loss import unread
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.records.life import EntryKind, Language, Link
from skillspace.records.model import Record, RecordKind, ValidationLevel
from skillspace.wire.jose import strict_json
from tests.unit.records.formats.samples import SAMPLES

PASSPORT = """<?xml version="1.0" encoding="UTF-8"?>
<SkillsPassport xmlns="http://europass.cedefop.europa.eu/Europass" locale="en">
  <DocumentInfo><DocumentType>ECV</DocumentType><LastUpdateDate>2019-03-01T00:00:00.000Z</LastUpdateDate></DocumentInfo>
  <LearnerInfo>
    <Identification>
      <PersonName><FirstName>Elin</FirstName><Surname>Example</Surname></PersonName>
      <ContactInfo>
        <Address><Contact><Municipality>Visby</Municipality>
          <Country><Code>SE</Code><Label>Sweden</Label></Country></Contact></Address>
        <TelephoneList><Telephone><Contact>+46 1</Contact></Telephone></TelephoneList>
      </ContactInfo>
      <Demographics><Birthdate year="1990" month="--02" day="---03"/></Demographics>
    </Identification>
    <WorkExperienceList><WorkExperience>
      <Period><From year="2019" month="--04"/><Current>true</Current></Period>
      <Position><Label>Keeper</Label></Position>
      <Activities>
        &lt;p&gt;Lamps &amp;amp; books&lt;/p&gt;&lt;ul&gt;&lt;li&gt;No dark night&lt;/li&gt;&lt;/ul&gt;
      </Activities>
      <Employer><Name>Coast Office</Name></Employer>
    </WorkExperience></WorkExperienceList>
    <Skills>
      <Linguistic>
        <MotherTongueList><MotherTongue><Description><Code>sv</Code></Description></MotherTongue></MotherTongueList>
        <ForeignLanguageList><ForeignLanguage>
          <Description><Code>da</Code><Label>Danish</Label></Description>
          <ProficiencyLevel><Listening>C1</Listening><Writing>B1</Writing></ProficiencyLevel>
        </ForeignLanguage></ForeignLanguageList>
      </Linguistic>
      <Computer><Description>
        &lt;ul&gt;&lt;li&gt;Spreadsheets&lt;/li&gt;&lt;/ul&gt;&lt;p&gt;And some more.&lt;/p&gt;
      </Description></Computer>
      <Driving><Description><Licence>B</Licence><Licence>BE</Licence></Description></Driving>
    </Skills>
  </LearnerInfo>
</SkillsPassport>"""


def told(document: bytes) -> Record:
    """The record in a document."""
    return read(document, resolve_key=no_keys, at=NOON)


def test_a_skills_passport_is_read_to_the_word() -> None:
    record = told(PASSPORT.encode())
    assert (record.format, record.kind, record.issued) == (
        europass_passport.FORMAT,
        RecordKind.PROFILE,
        date(2019, 3, 1),
    )
    assert record.person
    assert (record.person.name, record.person.birth, record.person.country) == ("Elin Example", "1990-02-03", "SE")
    work, prose, driving = record.entries
    assert (work.title, work.since, work.is_ongoing) == ("Keeper", "2019-04", True)
    assert (work.summary, work.highlights) == ("Lamps & books", ("No dark night",))
    assert (prose.kind, prose.title, prose.summary) == (EntryKind.OTHER, "Computer", "And some more.")
    assert driving.keywords == ("B", "BE")
    assert record.languages == (
        Language(label="Swedish", code="sv", is_native=True),
        Language(label="Danish", code="da", listening="C1", writing="B1"),
    )
    assert [(a.label, a.level, a.group) for a in record.assertions] == [
        ("Spreadsheets", None, "Computer"), ("Swedish", "native", None), ("Danish", "B1", None),
    ]  # fmt: skip
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}


def test_a_skills_passport_as_json_says_the_same() -> None:
    xml = told(PASSPORT.encode())
    passport = {
        "DocumentInfo": {"DocumentType": "ECV", "LastUpdateDate": "2019-03-01T00:00:00.000Z"},
        "LearnerInfo": {
            "Identification": {
                "PersonName": {"FirstName": "Elin", "Surname": "Example"},
                "ContactInfo": {
                    "Address": {"Contact": {"Municipality": "Visby", "Country": {"Code": "SE", "Label": "Sweden"}}},
                    "Telephone": [{"Contact": "+46 1"}],
                },
                "Demographics": {"Birthdate": {"Year": 1990, "Month": 2, "Day": 3}},
            },
            "WorkExperience": [
                {
                    "Period": {"From": {"Year": 2019, "Month": 4}, "Current": True},
                    "Position": {"Label": "Keeper"},
                    "Activities": "<p>Lamps &amp; books</p><ul><li>No dark night</li></ul>",
                    "Employer": {"Name": "Coast Office"},
                }
            ],
            "Skills": {
                "Linguistic": {
                    "MotherTongue": [{"Description": {"Code": "sv"}}],
                    "ForeignLanguage": [
                        {
                            "Description": {"Code": "da", "Label": "Danish"},
                            "ProficiencyLevel": {"Listening": "C1", "Writing": "B1"},
                        }
                    ],
                },
                "Computer": {"Description": "<ul><li>Spreadsheets</li></ul><p>And some more.</p>"},
                "Driving": {"Description": ["B", "BE"]},
            },
        },
    }
    record = told(json.dumps({"SkillsPassport": passport}).encode())
    assert (record.person, record.languages, record.entries) == (xml.person, xml.languages, xml.entries)
    assert (record.issued, record.format) == (xml.issued, xml.format)
    assert [a.label for a in record.assertions] == [a.label for a in xml.assertions]


@pytest.mark.parametrize("junk", [{"1 x": 1, "Identification": [[[]]]}, {"Identification": {"PersonName": 5}}])
def test_odd_json_of_a_passport_is_read_for_what_it_says(junk: dict[str, object]) -> None:
    record = told(json.dumps({"SkillsPassport": {"LearnerInfo": junk}}).encode())
    assert record.issuer == "unnamed"
    deep: object = 1
    for _ in range(60):
        deep = {"A": deep}
    with pytest.raises(UnreadableFile, match="too deeply"):
        told(json.dumps({"SkillsPassport": {"LearnerInfo": deep}}).encode())


def test_a_candidate_says_what_the_editor_reads() -> None:
    root = parse_xml(europass.write_record(FULL))
    person = next(every(root, "CandidatePerson"))
    assert text_at(person, "PersonName/GivenName") == "Elin"
    phone = next(way for way in every(person, "Communication") if text_at(way, "ChannelCode") == "Telephone")
    assert (text_at(phone, "CountryDialing"), text_at(phone, "DialNumber")) == ("46", "70 0000000")
    position = next(every(root, "CandidateProfile/EmploymentHistory/EmployerHistory/PositionHistory"))
    assert text_at(position, "EmploymentPeriod/StartDate/FormattedDateTime") == "2019-04"
    assert text_at(position, "Description") == (
        "<p>Kept the lamp.</p><p>And the books.</p><ul><li>No night without light</li><li>Two rescues</li></ul>"
    )
    title = next(every(position, "PositionTitle"))
    assert (title.get("typeCode"), title.get("languageID")) == ("URI", "http://data.europa.eu/esco/occupation/0001")
    assert text_at(root, "CandidateProfile/EducationHistory/EducationOrganizationAttendance/EducationLevelCode") == "6"


def test_a_cv_with_its_occupation_keeps_it_through_europass() -> None:
    record = told(europass.write_record(FULL))
    assert record.occupations == ("http://data.europa.eu/esco/occupation/0001",)
    assert record.languages == tuple(replace(each, level=None) for each in FULL.languages)
    assert record.entries[0].about_organisation is None


def test_the_file_attached_to_a_pdf_is_read() -> None:
    attached = zlib.compress(europass.write_record(FULL))
    page = b"%PDF-1.7\n1 0 obj\n<< /Length 5 >>\nstream\nwords\nendstream\nendobj\n"
    file = b"2 0 obj\n<< /Type /EmbeddedFile /Subtype /text#2Fxml /Filter /FlateDecode /Length %d >>\nstream\n" % len(
        attached
    )
    document = page + file + attached + b"\nendstream\nendobj\n%%EOF"
    record = told(document)
    assert (record.format, record.media_type) == (europass.FORMAT, "application/pdf")
    assert record.person
    assert record.person.name == "Elin Example"
    with pytest.raises(UnreadableFile, match="breaks off"):
        told(document[: len(page) + len(file) + 20])
    with pytest.raises(UnreadableFile, match=r"damaged|breaks off"):
        told(page + file + b"junk" + b"\nendstream\nendobj\n")


def test_html_of_a_cv_becomes_words_and_runs_nothing() -> None:
    evil = (
        "&lt;script&gt;alert(1)&lt;/script&gt;&lt;p onclick='x()'&gt;Fine&lt;/p&gt;"
        "&lt;ul&gt;&lt;li&gt;Work&lt;/li&gt;&lt;/ul&gt;"
    )
    document = europass.write_record(FULL).replace(b"&lt;p&gt;Awake at night.&lt;/p&gt;", evil.encode())
    record = told(document)
    assert record.person
    assert record.person.summary == "Fine\nWork"


def test_a_resume_is_valid_by_its_own_words() -> None:
    resume = strict_json(json_resume.write_record(FULL))
    assert isinstance(resume, dict)
    assert resume["skills"] == [
        {"name": "keep lamps", "level": "EQF 6", "keywords": ["read clouds"]}, {"name": "Meteorology", "level": "B"}
    ]  # fmt: skip
    assert resume["languages"] == [
        {"language": "Swedish", "fluency": "native"}, {"language": "Danish", "fluency": "B1"},
    ]  # fmt: skip


@pytest.mark.data
def test_what_we_write_as_json_resume_holds_against_its_schema(real_data: Path) -> None:
    schema = strict_json((real_data / "records/mac_jsonresume/jsonresume_schema.json").read_bytes())
    validator = jsonschema_rs.validator_for(schema)
    for document in (json_resume.write_record(FULL), json_resume.write_record(told(PASSPORT.encode()))):
        assert validator.is_valid(strict_json(document))


@pytest.mark.data
def test_the_official_resume_loses_only_its_machinery_and_its_empty_picture(real_data: Path) -> None:
    document = (real_data / "records/mac_jsonresume/jsonresume_sample.json").read_bytes()
    record = told(document)
    assert unread(document, [record]) == ()
    again = told(json_resume.write_record(record))
    assert (again.person, again.entries, again.languages) == (record.person, record.entries, record.languages)
    assert [a.label for a in again.assertions] == [a.label for a in record.assertions]


@pytest.mark.data
def test_a_candidate_of_a_competence_profile_keeps_its_esco_skills(real_data: Path) -> None:
    record = told((real_data / "records/finland_jod_profile/mock-profile.json").read_bytes())
    assert record.format == jod.FORMAT
    skills = [a for a in record.assertions if a.concept]
    assert len(skills) == 29
    assert all(a.concept and a.concept.startswith("http://data.europa.eu/esco/skill/") for a in skills)
    assert [(language.label, language.is_native) for language in record.languages][:2] == [
        ("Finnish", True),
        ("English", False),
    ]


def test_a_competence_profile_tells_what_was_done_and_not_what_is_wished_for() -> None:
    record = told(SAMPLES["jod"])
    assert [(a.label, a.concept) for a in record.assertions] == [
        ("bake bread", "http://data.europa.eu/esco/skill/1"), ("Finnish", None), ("Swedish", None),
    ]  # fmt: skip
    assert record.occupations == ("http://data.europa.eu/esco/occupation/1",)


def test_an_archive_of_linkedin_tells_a_life() -> None:
    record = told(SAMPLES["linkedin"])
    assert (record.format, record.title) == (linkedin.FORMAT, "Baker")
    assert record.person
    assert record.person.links == (Link(url="https://elin.example", label="Portfolio"),)
    work, study, certificate = record.entries
    assert (work.title, work.since, work.is_ongoing, work.summary) == ("Baker", "2020-01", True, "Rye, mostly")
    assert (study.organisation, study.since, study.until) == ("Bread School", "2016", "2019")
    assert (certificate.kind, certificate.since, certificate.identifier) == (EntryKind.CERTIFICATE, "2022-03", "12")
    assert [(a.label, a.evidence.excerpt) for a in record.assertions][:2] == [
        ("Baking", None),
        ("Rye", "endorsed by 1 people"),
    ]
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}


def test_a_manfred_cv_names_skills_at_their_jobs() -> None:
    record = told(SAMPLES["mac"])
    assert record.format == mac.FORMAT
    assert [(a.label, a.level) for a in record.assertions] == [
        ("Rye", "expert"),
        ("Kneading", None),
        ("Swedish", "Native"),
    ]


def test_a_resume_whose_parts_are_credentials_is_read_for_what_they_say() -> None:
    credential = {
        "id": "urn:x", "issuer": {"name": "Council"}, "issuanceDate": "2022-01-01T00:00:00Z",
        "credentialSubject": {"achievement": {"name": "Marketing", "description": "All of it"}},
    }  # fmt: skip
    whole = strict_json(ler_rs.write_record(FULL))
    assert isinstance(whole, dict)
    whole["certifications"] = [{"verifications": [credential]}]
    inside = {
        "type": ["VerifiableCredential", "LER-RS VC"],
        "credentialSubject": whole,
        "issuanceDate": "2024-05-01T00:00:00Z",
    }
    record = told(json.dumps(inside).encode())
    (certificate,) = [entry for entry in record.entries if entry.kind is EntryKind.CERTIFICATE]
    assert (certificate.title, certificate.organisation, certificate.since) == ("Marketing", "Council", "2022-01-01")
    assert record.issued == date(2024, 5, 1)


def test_a_credential_of_schema_org_names_who_recognises_it() -> None:
    document = b"""{"@context": "https://schema.org", "@type": "EducationalOccupationalCredential", "name": "Baker",
      "recognizedBy": {"@type": "Organization", "name": "Guild", "url": "https://guild.example"},
      "competencyRequired": ["knead",
        {"@type": "DefinedTerm", "@id": "urn:x:1", "name": {"sv": "baka", "en": "bake"}}]}"""
    record = told(document)
    assert (record.format, record.kind, record.issuer, record.issuer_name) == (
        schema_org.FORMAT, RecordKind.DIPLOMA, "https://guild.example", "Guild",
    )  # fmt: skip
    assert [(a.label, a.concept, a.language) for a in record.assertions] == [
        ("knead", None, None),
        ("bake", "urn:x:1", "en"),
    ]
