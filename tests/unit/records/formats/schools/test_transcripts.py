"""Transcripts and school records: courses, grades and credits; what was failed proves nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.formats import read, read_all
from skillspace.records.formats.credentials import clr, openbadges2
from skillspace.records.formats.schools import ehoks, elmo
from skillspace.records.formats.suite import FULL, NOON, no_keys
from skillspace.records.formats.tables import moodle, oneroster
from skillspace.records.formats.work import profession
from skillspace.records.life import Entry, EntryKind
from skillspace.records.model import ProofStatus, Record, RecordKind, ValidationLevel
from skillspace.wire.jose import SigningKey, sign_jwt
from tests.unit.records.formats.samples import ATTESTATION, BADGE2, ONEROSTER, PLAN, SAMPLES, zipped

#: What ELMO's schema takes from elsewhere, in the few words it needs of them.
_SCHEMA = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{}">{}</xs:schema>'
_COUNTRY = (
    '<xs:simpleType name="countryCode"><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}"/>'
    "</xs:restriction></xs:simpleType>"
)
_ADDRESSES = "https://github.com/erasmus-without-paper/ewp-specs-types-address/tree/stable-v1"
ELSEWHERE = {
    "xml.xsd": ("http://www.w3.org/XML/1998/namespace", '<xs:attribute name="lang" type="xs:string"/>'),
    "xmldsig-core-schema.xsd": ("http://www.w3.org/2000/09/xmldsig#", '<xs:element name="Signature"/>'),
    "EUROPASS_ISOCountries_V1.1.xsd": ("http://europass.cedefop.europa.eu/Europass/V2.0", _COUNTRY),
    "schema.xsd": (_ADDRESSES, '<xs:complexType name="FlexibleAddress"/>'),
}


def told(document: bytes) -> Record:
    """The one record in a document."""
    return read(document, resolve_key=no_keys, at=NOON)


def as_bytes(document: object) -> bytes:
    """JSON."""
    return json.dumps(document).encode()


class Elsewhere(etree.Resolver):
    """Answers every import of a schema from what is here; nothing is fetched."""

    def resolve(self, url: str, _id: str, context: object) -> object:
        return self.resolve_string(_SCHEMA.format(*ELSEWHERE[url.rsplit("/", 1)[-1]]), context)


@pytest.fixture(scope="module")
def elmo_schema(real_data: Path) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Elsewhere())
    text = (real_data / "records/emrex_elmo/schema.xsd").read_bytes()
    return etree.XMLSchema(etree.fromstring(text, parser))


@pytest.mark.data
def test_the_official_transcript_holds_against_the_schema_and_so_does_what_we_write(
    real_data: Path, elmo_schema: etree.XMLSchema
) -> None:
    official = (real_data / "records/emrex_elmo/example.xml").read_bytes()
    elmo_schema.assertValid(etree.fromstring(official))
    for record in (told(official), FULL, replace(FULL, person=None, issued=None, entries=())):
        elmo_schema.assertValid(etree.fromstring(elmo.write_record(record)))


@pytest.mark.data
def test_the_schema_refuses_what_is_none(elmo_schema: etree.XMLSchema) -> None:
    broken = elmo.write_record(FULL).replace(b"<issueDate>", b"<issuedOn>").replace(b"</issueDate>", b"</issuedOn>")
    assert not elmo_schema.validate(etree.fromstring(broken))


@pytest.mark.data
def test_the_official_transcript_is_read_with_its_courses_grades_and_credits(real_data: Path) -> None:
    record = told((real_data / "records/emrex_elmo/example.xml").read_bytes())
    assert (record.kind, record.issuer, record.issuer_name) == (
        RecordKind.TRANSCRIPT, "schac:uw.edu.pl", "University of Warsaw",
    )  # fmt: skip
    assert record.person is not None
    assert (record.person.family, record.person.birth, record.person.nationality) == ("Rygielski", "1983-04-12", "PL")
    compilers = next(entry for entry in record.entries if entry.title == "Compiler construction")
    assert (compilers.identifier, compilers.field, compilers.passed) == ("1000-217bMRJ", "0612", True)
    assert (compilers.since, compilers.until, compilers.grade) == ("2014-10-01", "2015-03-17", "45.1")
    assert "Master of Science in Biology" not in [a.label for a in record.assertions]
    assert "83041200000" not in json.dumps(record.to_json())


def report(status: str) -> bytes:
    """A transcript of one course, in two schools."""
    course = Entry(kind=EntryKind.EDUCATION, title="Yeast", passed=True, grade="B")
    document = elmo.write_record(replace(FULL, entries=(course,)))
    return document.replace(b"<status>passed</status>", f"<status>{status}</status>".encode())


@pytest.mark.parametrize(("status", "count"), [("passed", 1), ("failed", 0), ("in-progress", 0)])
def test_a_course_that_was_not_passed_proves_nothing(status: str, count: int) -> None:
    assert len(told(report(status)).assertions) == count


def test_each_schools_report_is_a_record() -> None:
    whole = report("passed")
    start, end = whole.index(b"<report>"), whole.index(b"</report>") + len(b"</report>")
    twice = whole[:end] + whole[start:end].replace(b"Yeast", b"Rye") + whole[end:]
    first, second = read_all(twice, resolve_key=no_keys, at=NOON)
    assert [a.label for a in (*first.assertions, *second.assertions)] == ["Yeast", "Rye"]
    assert first.id != second.id
    with pytest.raises(UnreadableFile, match="2 records"):
        told(twice)


def test_parts_nested_without_end_are_refused() -> None:
    study = Entry(kind=EntryKind.EDUCATION, title="Matryoshka")
    for _ in range(14):
        study = replace(study, parts=(study,))
    with pytest.raises(UnreadableFile, match="nested too deeply"):
        told(elmo.write_record(replace(FULL, entries=(study,))))


def test_a_gradebook_is_a_record_for_each_learner() -> None:
    elin, nils = read_all(SAMPLES["moodle"], resolve_key=no_keys, at=NOON, delivered_by="did:web:school.example")
    assert (elin.subject, nils.subject, elin.issuer) == ("7", "8", "did:web:school.example")
    assert [(a.label, a.level, a.level_scheme) for a in elin.assertions] == [
        ("Yeast", "8.50", "Quiz (real)"), ("Rye", "90,00 %", "Assignment (percentage)"),
    ]  # fmt: skip
    assert [a.label for a in nils.assertions] == ["Rye"]
    assert {a.validation for a in elin.assertions} == {ValidationLevel.ASSESSED}
    assert {a.validation for a in read_all(SAMPLES["moodle"], resolve_key=no_keys, at=NOON)[0].assertions} == {
        ValidationLevel.SELF_DECLARED
    }
    assert elin.format == moodle.FORMAT


def test_a_row_about_nobody_or_about_somebody_twice_is_refused() -> None:
    head, first, *_ = SAMPLES["moodle"].decode().splitlines()
    for rows, why in ((f"{head}\n,,,,1,2,3,4\n", "names nobody"), (f"{head}\n{first}\n{first}\n", "in it already")):
        with pytest.raises(UnreadableFile, match=why):
            told(rows.encode())


def test_only_graded_work_of_a_roster_counts() -> None:
    record = told(ONEROSTER)
    assert (record.format, record.issuer_name, record.subject) == (oneroster.FORMAT, "Bread School", "u1")
    (assertion,) = record.assertions
    assert (assertion.label, assertion.level, assertion.level_scheme, assertion.group) == (
        "Sourdough", "9", "0 to 10", "Baking 1",
    )  # fmt: skip


def test_a_result_of_somebody_unknown_is_refused() -> None:
    results = "sourcedId,lineItemSourcedId,studentSourcedId,scoreStatus,score\nr,l,ghost,fully graded,1\n"
    with pytest.raises(UnreadableFile, match="ghost"):
        told(zipped({"users.csv": "sourcedId,role\nu1,student\n", "results.csv": results}))


def test_a_plan_tells_what_was_shown_and_not_what_is_planned() -> None:
    record = told(as_bytes({"data": PLAN, "meta": {}}))
    assert (record.format, record.subject) == (ehoks.FORMAT, "urn:oid:1.2.246.562.24.1")
    assert [a.label for a in record.assertions] == ["tutkinnonosat_1", "Baking"]


def test_a_training_of_a_profession_is_told_by_its_outcomes() -> None:
    record = told(as_bytes(ATTESTATION))
    assert (record.format, record.title, record.issuer_name) == (profession.FORMAT, "Master baker", "Body of Bakers")
    assert [(a.label, a.level) for a in record.assertions] == [("Bakes rye bread", "EQF 6")]
    training = {
        "title": "Master baker", "level": {"eqfLevel": 6}, "fieldOfStudy": {"name": {"en": "Food"}},
        "trainingDuration": {"startDate": "2024-11-24", "endDate": "2024-11-27"}, "volumeOfLearning": "PT10H",
        "mode": [{"type": "Concept", "prefLabel": {"en": ["In the bakery"]}}],
        "creditPoint": [{"point": "1,5", "framework": {"prefLabel": {"en": "Points of the guild"}}}],
        "learningOutcomes": [{"description": {"en": "Bakes rye bread"}}, {"description": {"en": "..."}}],
    }  # fmt: skip
    more = told(as_bytes({**ATTESTATION, "credentialSubject": {"givenName": "E", "qualification": training}}))
    assert more.entries == (
        Entry(
            kind=EntryKind.EDUCATION, title="Master baker", level="EQF 6", field="Food", since="2024-11-24",
            until="2024-11-27", workload="PT10H", mode="In the bakery", credits="1,5",
            credit_scheme="Points of the guild", outcomes=("Bakes rye bread",),
        ),
    )  # fmt: skip
    barred = {**ATTESTATION, "credentialSubject": {"givenName": "E", "legally_entitled": False}}
    with pytest.raises(UnreadableFile, match="not entitled"):
        told(as_bytes(barred))


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"type": "BadgeClass"}, "describes a badge that people can earn"),
        ({"badge": "https://badges.example/class"}, "which is not fetched"),
        ({"revoked": True}, "revoked"),
        ({"recipient": None}, "recipient"),
    ],
)
def test_an_older_badge_that_nobody_earned_is_refused_by_what_it_is(change: dict[str, object], why: str) -> None:
    with pytest.raises(UnreadableFile, match=why):
        told(as_bytes({**BADGE2, **change}))


def test_of_an_older_badge_a_hashed_person_stays_unnamed() -> None:
    hashed = {**BADGE2, "recipient": {"type": "email", "hashed": True, "identity": "sha256$ab"}}
    assert told(as_bytes(hashed)).subject is None
    record = told(as_bytes(BADGE2))
    assert (record.format, record.subject) == (openbadges2.FORMAT, "elin@example.org")
    assert record.assertions[0].evidence.excerpt == "Three loaves.; Bakes rye bread"


def test_an_older_badge_that_is_signed_counts_as_unsigned_for_its_key_is_not_fetched() -> None:
    token = sign_jwt(BADGE2, SigningKey.generate("https://badges.example/key"))
    record = told(token.encode())
    assert (record.title, record.proof) == ("Rye bread", ProofStatus.UNSIGNED)
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}


def test_a_learner_record_holds_a_badge_for_each_skill() -> None:
    record = told(clr.write_record(FULL))
    assert [(a.label, a.concept, a.level) for a in record.assertions] == [
        (a.label, a.concept, a.level) for a in FULL.assertions
    ]
    with pytest.raises(BadInput, match="proves none"):
        clr.write_record(replace(FULL, assertions=()))


@pytest.mark.data
def test_in_an_official_learner_record_every_badge_is_told(real_data: Path) -> None:
    folder = real_data / "records/openbadges_clr_lerrs/inspector-clr/src/test/resources/clr20"
    labels = {
        name: [a.label for a in told((folder / name).read_bytes()).assertions]
        for name in ("simple.json", "complex.json")
    }
    assert labels["simple.json"] == ["Teamwork"]
    assert len(labels["complex.json"]) == 6
