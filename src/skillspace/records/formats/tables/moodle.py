"""Moodle's gradebook as its export writes it: a row a learner, a column an activity with the kind of its grade."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.edge import Envelope, asserted, only
from skillspace.records.formats.files.tables import Table
from skillspace.records.life import Person
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "moodle"
TITLE = "Moodle gradebook (CSV)"
NEEDS_SIGNATURE = False
_GRADE = re.compile(r"(?:(?P<activity>[^:]{1,40}): )?(?P<name>.+) \((?P<kind>Real|Percentage|Letter)\)")
_DOWNLOADED = "Last downloaded from this course"
_UNGRADED = {"", "-", "–", "Error"}
_IDS = ("ID number", "Username", "Email address")


def recognises(document: object) -> bool:
    """Whether this is a gradebook: a learner's name or address, and graded activities."""
    if not isinstance(document, Table):
        return False
    graded = [name for name in document.columns if _GRADE.fullmatch(name)]
    return bool(graded) and ("First name" in document.columns or "Email address" in document.columns)


def read(document: object, envelope: Envelope) -> Record:
    """Read the only learner of a gradebook; raises UnreadableFile where there are several or none."""
    return only(read_all(document, envelope), "learners")


def read_all(document: object, envelope: Envelope) -> Sequence[Record]:
    """Read each learner's grades into a record; raises UnreadableFile where a row names nobody."""
    if not isinstance(document, Table):
        raise UnreadableFile("This gradebook cannot be read: it is no table.")
    records = {}
    for number, row in enumerate(document, 2):
        who = next((row[name] for name in _IDS if row.get(name)), None)
        if who is None:
            raise UnreadableFile(f"This gradebook cannot be read: row {number} names nobody ({', '.join(_IDS)}).")
        if who in records:
            raise UnreadableFile(f"This gradebook cannot be read: row {number} is about somebody who is in it already.")
        records[who] = _record(who, row, envelope)
    return list(records.values())


def _record(who: str, row: Mapping[str, str], envelope: Envelope) -> Record:
    given, family = row.get("First name") or None, row.get("Last name") or row.get("Surname") or None
    school = row.get("Institution") or "Moodle"
    record = Record(
        id=envelope.name_of(None, who),
        kind=RecordKind.ASSESSMENT,
        title="Grades of a course",
        issuer=envelope.speaker_of(school),
        issuer_name=school,
        issued=_downloaded(row.get(_DOWNLOADED, "")),
        proof=envelope.proof,
        subject=who,
        media_type=envelope.media_type,
        format=FORMAT,
        person=Person(
            name=" ".join(part for part in (given, family) if part) or None,
            given=given,
            family=family,
            emails=(row["Email address"],) if row.get("Email address") else (),
        ),
    )
    return replace(record, assertions=tuple(_assertions(row, record)))


def _assertions(row: Mapping[str, str], record: Record) -> Iterator[SkillAssertion]:
    for column, value in row.items():
        grade = _GRADE.fullmatch(column)
        # A course's total names no skill: the file does not say what the course is called.
        if grade and value not in _UNGRADED and not grade["name"].endswith(" total"):
            kind = (grade["kind"] or "").lower()
            scheme = f"{grade['activity']} ({kind})" if grade["activity"] else kind
            yield asserted(
                record, grade["name"], level=value, scheme=scheme, validation=ValidationLevel.ASSESSED,
                said=(column, value),
            )  # fmt: skip


def _downloaded(said: str) -> date | None:
    """The day of the export, which Moodle writes in seconds since 1970."""
    return datetime.fromtimestamp(int(said), UTC).date() if said.isdecimal() and len(said) <= 11 else None
