"""Writing ELMO: its elements in the order that the schema demands, unsigned; an EMREX client signs what it sends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.records.formats.files.xml import Element, add, add_given, as_bytes, root_of
from skillspace.records.formats.writing import given_and_family, of_kind, person_of
from skillspace.records.life import Entry, EntryKind
from skillspace.records.model import Record

_SPACE = "https://github.com/emrex-eu/elmo-schemas/tree/v1"
_TYPES = {"Degree Programme", "Module", "Course", "Class"}
_EPOCH = date(1970, 1, 1)


def write_record(record: Record) -> bytes:
    """Write a record's studies as a transcript; raises BadInput where it holds none."""
    studies = list(of_kind(record, EntryKind.EDUCATION)) or [
        Entry(kind=EntryKind.EDUCATION, title=a.label, grade=a.level, grade_scheme=a.level_scheme)
        for a in record.assertions
    ]
    if not studies:
        raise BadInput("ELMO is a transcript of studies, and this record holds none.")
    person = person_of(record)
    given, family = given_and_family(person)
    made = iso(datetime.combine(record.issued or _EPOCH, time(), UTC))
    root = root_of("elmo", _SPACE, {})
    add(root, "generatedDate", made)
    learner = add(root, "learner")
    add_given(learner, "citizenship", (person.nationality or "").upper() if _is_country(person.nationality) else None)
    add(learner, "givenNames", given)
    add(learner, "familyName", family)
    add_given(learner, "bday", person.birth if person.birth and len(person.birth) == 10 else None)
    report = add(root, "report")
    issuer = add(report, "issuer")
    kind, _, name = record.issuer.partition(":")
    known = kind in {"schac", "pic", "erasmus"}
    add(issuer, "identifier", name if known else record.issuer, type=kind if known or kind == "did" else "local")
    add(issuer, "title", record.issuer_name)
    add(issuer, "url", record.issuer if record.issuer.startswith("http") else "")
    schemes: dict[str, str] = {}
    for study in studies:
        _study(add(report, "learningOpportunitySpecification"), study, schemes)
    add(report, "issueDate", made)
    for scheme, local in schemes.items():
        add(add(report, "gradingScheme", localId=local), "description", scheme)
    return as_bytes(root)


def _study(study: Element, entry: Entry, schemes: dict[str, str]) -> None:
    if entry.identifier:
        add(study, "identifier", entry.identifier, type="local")
    add(study, "title", entry.title or "Untitled")
    kind = next((role for role in entry.roles if role in _TYPES), "Degree Programme" if entry.parts else "Course")
    add(study, "type", kind)
    if entry.field:
        is_code = entry.field.isdigit() and len(entry.field) <= 4
        add(study, "iscedCode" if is_code else "subjectArea", entry.field)
    add_given(study, "url", entry.url)
    add_given(study, "description", entry.summary)
    instance = add(add(study, "specifies"), "learningOpportunityInstance")
    add_given(instance, "start", entry.since if entry.since and len(entry.since) == 10 else None)
    add_given(instance, "date", entry.until if entry.until and len(entry.until) == 10 else None)
    if entry.passed is not None:
        add(instance, "status", "passed" if entry.passed else "failed")
    if entry.grade_scheme:
        add(instance, "gradingSchemeLocalId", schemes.setdefault(entry.grade_scheme, f"scheme-{len(schemes) + 1}"))
    add_given(instance, "resultLabel", entry.grade)
    if entry.credits and _is_number(entry.credits):
        credit = add(instance, "credit")
        add(credit, "scheme", entry.credit_scheme or "ECTS")
        add_given(credit, "level", entry.level if entry.level in {"Bachelor", "Master", "PhD"} else None)
        add(credit, "value", entry.credits)
    if entry.level and entry.level.startswith("EQF "):
        level = add(instance, "level")
        add(level, "type", "EQF")
        add(level, "value", entry.level.removeprefix("EQF "))
    for part in entry.parts:
        _study(add(add(study, "hasPart"), "learningOpportunitySpecification"), part, schemes)


def _is_country(said: str | None) -> bool:
    return bool(said) and len(said or "") == 2 and str(said).isalpha()


def _is_number(said: str) -> bool:
    return said.replace(".", "", 1).isdigit()
