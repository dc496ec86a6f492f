"""ELMO (EN 15981), the transcript of records that universities exchange through EMREX.

Facts follow the schema of ELMO 1.x (EMREX, EUPL 1.2). One document holds a report for each school: a record each. Its
XML signature is not checked, so a transcript counts as unsigned; attachments and national identity numbers are not
read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.edge import Envelope, asserted, only, partial_day
from skillspace.records.formats.files.xml import Element, every, first, name_of, phrase_at, text_at, text_of
from skillspace.records.formats.schools.elmo_writing import write_record
from skillspace.records.life import Entry, EntryKind, Person
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

__all__ = ["FORMAT", "NEEDS_SIGNATURE", "TITLE", "read", "read_all", "recognises", "write_record"]

FORMAT = "elmo"
TITLE = "ELMO transcript of records (EMREX)"
NEEDS_SIGNATURE = True
_ISSUER_NAMES = ("did", "schac", "pic", "erasmus", "url")
"""Identifiers of a school, the one that says most first."""
_DEPTH = 12
_EQF = re.compile(r"[1-8]")


def recognises(document: object) -> bool:
    """Whether this is an ELMO document."""
    return isinstance(document, Element) and name_of(document) == "elmo" and first(document, "report") is not None


def read(document: object, envelope: Envelope) -> Record:
    """Read the one report of a document; raises UnreadableFile where it holds several."""
    return only(read_all(document, envelope), "reports, of several schools")


def read_all(document: object, envelope: Envelope) -> Sequence[Record]:
    """Read each school's report into a record; raises UnreadableFile naming what does not fit."""
    root = document if isinstance(document, Element) else None
    reports = list(every(root, "report"))
    try:
        person = _person(first(root, "learner"))
        return [
            _record(report, person, envelope, str(place) if len(reports) > 1 else None)
            for place, report in enumerate(reports, 1)
        ]
    except ValueError as fault:
        raise UnreadableFile(f"This ELMO document cannot be read: {fault}.") from None


def _record(report: Element, person: Person | None, envelope: Envelope, part: str | None) -> Record:
    issuer = first(report, "issuer")
    name = phrase_at(issuer, "title")
    ids = {each.get("type", ""): text_of(each) for each in every(issuer, "identifier")}
    written = next((f"{kind}:{ids[kind]}" for kind in _ISSUER_NAMES if ids.get(kind)), None)
    written = ids.get("did") or written or (name[0] if name else None)
    schemes = {
        each.get("localId", ""): (phrase_at(each, "description") or ("", None))[0]
        for each in every(report, "gradingScheme")
    }
    entries = tuple(_study(each, schemes, 0) for each in every(report, "learningOpportunitySpecification"))
    speaker = envelope.issuer_of(written)
    day = partial_day(text_at(report, "issueDate"))
    record = Record(
        id=envelope.name_of(None, part),
        kind=RecordKind.TRANSCRIPT,
        title=next((entry.title for entry in entries if entry.parts), "Transcript of records"),
        issuer=speaker,
        issuer_name=name[0] if name else speaker,
        issued=date.fromisoformat(day) if day and len(day) == 10 else None,
        proof=envelope.proof,
        media_type=envelope.media_type,
        format=FORMAT,
        person=person,
        entries=entries,
    )
    return replace(record, assertions=tuple(a for entry in entries for a in _assertions(entry, record)))


def _person(learner: Element | None) -> Person | None:
    given, family = text_at(learner, "givenNames"), text_at(learner, "familyName")
    name = " ".join(part for part in (given, family) if part)
    if not name:
        return None
    return Person(
        name=name,
        given=given,
        family=family,
        birth=partial_day(text_at(learner, "bday")),
        nationality=text_at(learner, "citizenship"),
    )


def _study(study: Element, schemes: dict[str, str], depth: int) -> Entry:
    if depth > _DEPTH:
        raise ValueError("hasPart is nested too deeply")
    instance = first(study, "specifies/learningOpportunityInstance")
    title, said = phrase_at(study, "title"), phrase_at(study, "description")
    credit, grading = first(instance, "credit"), text_at(instance, "gradingSchemeLocalId")
    passed = {"passed": True, "failed": False, "in-progress": False}.get(text_at(instance, "status") or "")
    return Entry(
        kind=EntryKind.EDUCATION,
        title=title[0] if title else "",
        identifier=next((words for each in every(study, "identifier") if (words := text_of(each))), None),
        since=partial_day(text_at(instance, "start") or text_at(instance, "academicTerm/start")),
        until=partial_day(text_at(instance, "date") or text_at(instance, "academicTerm/end")),
        summary=said[0].strip() if said else None,
        url=text_at(study, "url"),
        field=text_at(study, "iscedCode") or text_at(study, "subjectArea"),
        roles=tuple(each for each in (text_at(study, "type"),) if each),
        level=_level(instance) or text_at(credit, "level"),
        grade=text_at(instance, "resultLabel"),
        grade_scheme=(schemes.get(grading) or grading) if grading else None,
        credits=text_at(credit, "value"),
        credit_scheme=text_at(credit, "scheme"),
        passed=passed,
        parts=tuple(
            _study(each, schemes, depth + 1) for each in every(study, "hasPart/learningOpportunitySpecification")
        ),
    )


def _level(instance: Element | None) -> str | None:
    for level in every(instance, "level"):
        kind, value = text_at(level, "type"), text_at(level, "value")
        if kind and kind.upper() == "EQF" and value and _EQF.fullmatch(value):
            return f"EQF {value}"
    return None


def _assertions(entry: Entry, record: Record) -> Iterator[SkillAssertion]:
    """A whole programme's name is no skill; what was failed or is not finished proves nothing."""
    if entry.passed is not False and entry.title and not entry.parts and "Degree Programme" not in entry.roles:
        points = f"{entry.credits} {entry.credit_scheme}" if entry.credits and entry.credit_scheme else None
        yield asserted(
            record,
            entry.title,
            level=entry.grade,
            scheme=(entry.grade_scheme or "grade").splitlines()[0][:80],
            validation=ValidationLevel.CERTIFIED,
            said=(entry.title, f"grade {entry.grade}" if entry.grade else None, points),
        )
    for part in entry.parts:
        yield from _assertions(part, record)
