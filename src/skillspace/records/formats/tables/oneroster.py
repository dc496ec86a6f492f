"""OneRoster 1.1 and 1.2 as CSV: a school's archive of people, classes and graded work; one record for each learner.

Only work that is fully graded counts (OneRoster 1.1 §6.5); what is deleted, exempt or not submitted says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.edge import Envelope, asserted, only, partial_day
from skillspace.records.formats.files.archive import Archive
from skillspace.records.formats.files.opening import decode
from skillspace.records.formats.files.tables import parse_table
from skillspace.records.life import Person
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "oneroster"
TITLE = "OneRoster (ZIP of CSV)"
NEEDS_SIGNATURE = False
_GRADED = {"fully graded", "fullygraded"}
Row = Mapping[str, str]


def recognises(document: object) -> bool:
    """Whether this is such an archive: people beside a manifest or results."""
    names = set(document) if isinstance(document, Archive) else set()
    return "users.csv" in names and bool(names & {"manifest.csv", "results.csv"})


def read(document: object, envelope: Envelope) -> Record:
    """Read the only graded learner of an archive; raises UnreadableFile where there are several or none."""
    return only(read_all(document, envelope), "learners with graded work")


def read_all(document: object, envelope: Envelope) -> Sequence[Record]:
    """Read each learner's graded work into a record; raises UnreadableFile naming the table or column at fault."""
    if not isinstance(document, Archive):
        raise UnreadableFile("This OneRoster archive cannot be read: it is no ZIP.")
    people, lines = _by_id(document, "users.csv"), _by_id(document, "lineItems.csv")
    classes, schools = _by_id(document, "classes.csv"), _by_id(document, "orgs.csv")
    work: dict[str, list[Row]] = {}
    for result in _by_id(document, "results.csv").values():
        if result.get("scoreStatus", "").strip().lower() in _GRADED:
            work.setdefault(_given(result, "studentSourcedId", "results.csv"), []).append(result)
    records = []
    for who, results in work.items():
        if who not in people:
            raise UnreadableFile(
                f"This OneRoster archive cannot be read: results.csv names {who[:60]!r}, users.csv does not."
            )
        records.append(_record(people[who], results, _Told(lines=lines, classes=classes, schools=schools), envelope))
    return records


class _Told:
    """The tables around the results, each by its rows' identifiers."""

    def __init__(self, *, lines: Mapping[str, Row], classes: Mapping[str, Row], schools: Mapping[str, Row]) -> None:
        self.lines, self.classes, self.schools = lines, classes, schools


def _record(person: Row, results: Sequence[Row], told: _Told, envelope: Envelope) -> Record:
    given, family = person.get("givenName") or None, person.get("familyName") or None
    own = (person.get("orgSourcedIds") or person.get("primaryOrgSourcedId") or "").split(",")[0].strip()
    school = told.schools.get(own, {}).get("name") or "the school"
    days = [day for result in results if (day := _day(result.get("scoreDate")))]
    record = Record(
        id=envelope.name_of(None, person["sourcedId"]),
        kind=RecordKind.SCHOOL_RECORD,
        title="Graded work",
        issuer=envelope.speaker_of(school),
        issuer_name=school,
        issued=max(days, default=None),
        proof=envelope.proof,
        subject=person["sourcedId"],
        media_type=envelope.media_type,
        format=FORMAT,
        person=Person(
            name=" ".join(part for part in (given, family) if part) or None,
            given=given,
            family=family,
            emails=(person["email"],) if person.get("email") else (),
        ),
    )
    return replace(record, assertions=tuple(_assertions(results, told, record)))


def _assertions(results: Sequence[Row], told: _Told, record: Record) -> Iterator[SkillAssertion]:
    for result in results:
        line = told.lines.get(result.get("lineItemSourcedId", ""), {})
        course = told.classes.get(line.get("classSourcedId", ""), {}).get("title")
        score, most = result.get("score") or result.get("textScore"), line.get("resultValueMax")
        if title := line.get("title"):
            yield asserted(
                record, title, level=score, scheme=f"0 to {most}" if most else "score",
                validation=ValidationLevel.ASSESSED, issued=_day(result.get("scoreDate")),
                group=course, said=(course, line.get("description"), result.get("comment")),
            )  # fmt: skip


def _by_id(archive: Archive, name: str) -> dict[str, Row]:
    if name not in set(archive):
        return {}
    rows = parse_table(decode(archive[name]), name)
    return {_given(row, "sourcedId", name): row for row in rows if row.get("status", "").lower() != "tobedeleted"}


def _given(row: Row, column: str, table: str) -> str:
    if not row.get(column):
        raise UnreadableFile(f"This OneRoster archive cannot be read: {table} has a row without {column}.")
    return row[column]


def _day(said: str | None) -> date | None:
    try:
        day = partial_day(said)
    except ValueError as fault:
        raise UnreadableFile(f"This OneRoster archive cannot be read: scoreDate: {fault}.") from None
    return date.fromisoformat(day) if day and len(day) == 10 else None
