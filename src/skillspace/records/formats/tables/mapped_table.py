"""Plain CSV with a declared mapping: which column holds what, said in a small TOML or JSON file; no code, no guessing.

Each row is one skill of one person, rows of one person are one record. Without a mapping the columns are our own, as
`write_record` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pydantic import BaseModel

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.declared import STRICT, read_declared
from skillspace.records.formats.edge import Envelope, asserted, only, partial_day
from skillspace.records.formats.files.tables import Table, write_table
from skillspace.records.life import Person
from skillspace.records.model import Record, RecordKind, SkillAssertion, ValidationLevel

FORMAT = "table"
TITLE = "CSV (own columns, or any with a mapping)"
NEEDS_SIGNATURE = False
COLUMNS = (
    "subject", "name", "title", "skill", "concept", "language", "group", "level", "level_scheme", "validation",
    "issuer", "issuer_name", "issued", "valid_until", "note",
)  # fmt: skip
_NEEDED = {"subject", "skill"}


class Declaration(BaseModel):
    """A mapping as it is declared. `columns` says where each thing stands, `always` what every row has in common."""

    model_config = STRICT

    kind: RecordKind = RecordKind.TRANSCRIPT
    columns: dict[str, str]
    always: dict[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class MappedTable:
    """A format made of a mapping: the table whose columns are called so."""

    columns: Mapping[str, str]
    always: Mapping[str, str]
    kind: RecordKind
    FORMAT: str = "mapped_table"
    TITLE: str = "CSV as its mapping declares"
    NEEDS_SIGNATURE: bool = NEEDS_SIGNATURE

    def recognises(self, document: object) -> bool:
        """Whether this is a table with the columns that name the person and the skill."""
        if not isinstance(document, Table):
            return False
        return {self.columns[name] for name in _NEEDED - self.always.keys()} <= set(document.columns)

    def read(self, document: object, envelope: Envelope) -> Record:
        """Read the only person of a table; raises UnreadableFile where there are several or none."""
        return only(self.read_all(document, envelope), "people")

    def read_all(self, document: object, envelope: Envelope) -> Sequence[Record]:
        """Read each person's rows into a record; raises UnreadableFile naming the row and column at fault."""
        if not isinstance(document, Table):
            raise UnreadableFile("This table cannot be read: it is no CSV.")
        missing = [name for name in self.columns.values() if name not in document.columns]
        if missing and self.columns != _OWN.columns:
            raise UnreadableFile(
                f"This table cannot be read: it has no column {missing[0]!r}, which the mapping names."
            )
        people: dict[str, list[tuple[int, Mapping[str, str]]]] = {}
        for number, row in enumerate(document, 2):
            found = self._said(row)
            for name in sorted(_NEEDED):
                if not found.get(name):
                    raise UnreadableFile(f"This table cannot be read: row {number} has no {name}.")
            people.setdefault(found["subject"], []).append((number, found))
        return [self._record(who, rows, envelope) for who, rows in people.items()]

    def _said(self, row: Mapping[str, str]) -> dict[str, str]:
        return {**self.always, **{name: row[column] for name, column in self.columns.items() if row.get(column)}}

    def _record(self, who: str, rows: Sequence[tuple[int, Mapping[str, str]]], envelope: Envelope) -> Record:
        number, head = rows[0]
        name = head.get("issuer_name") or head.get("issuer") or "unstated"
        issued, until = (_day(head.get(each), number, each) for each in ("issued", "valid_until"))
        record = Record(
            id=envelope.name_of(None, who),
            kind=self.kind,
            title=head.get("title") or "Skills",
            issuer=envelope.speaker_of(head.get("issuer") or name),
            issuer_name=name,
            issued=date.fromisoformat(issued) if issued else None,
            valid_until=date.fromisoformat(until) if until else None,
            proof=envelope.proof,
            subject=who,
            media_type=envelope.media_type,
            format=self.FORMAT,
            person=Person(name=head["name"]) if head.get("name") else None,
        )
        return replace(record, assertions=tuple(_assertion(record, row, number) for number, row in rows))


def mapped(document: bytes) -> MappedTable:
    """Return the format that a mapping declares, TOML or JSON; raises BadInput naming what does not fit."""
    found = read_declared(document, Declaration, "mapping")
    if unknown := sorted((found.columns.keys() | found.always.keys()) - set(COLUMNS)):
        raise BadInput(f"The mapping names {unknown[0]!r}, which a table cannot hold; it holds {', '.join(COLUMNS)}.")
    if lacking := sorted(_NEEDED - found.columns.keys() - found.always.keys()):
        raise BadInput(f"The mapping does not say in which column the {lacking[0]} stands.")
    return MappedTable(columns=found.columns, always=found.always, kind=found.kind)


def recognises(document: object) -> bool:
    """Whether this is a table with our own columns."""
    return _OWN.recognises(document)


def read(document: object, envelope: Envelope) -> Record:
    """Read the only person of a table; raises UnreadableFile where there are several or none."""
    return _OWN.read(document, envelope)


def read_all(document: object, envelope: Envelope) -> Sequence[Record]:
    """Read each person's rows into a record; raises UnreadableFile naming the row and column at fault."""
    return _OWN.read_all(document, envelope)


def write_record(record: Record) -> bytes:
    """Write a record's skills, a row each; raises BadInput where it proves nothing."""
    if not record.assertions:
        raise BadInput("A table has a row for each skill, and this record proves none.")
    who = record.subject or record.id
    name = record.person.name if record.person else None
    return write_table(COLUMNS, [_row(each, record, who, name) for each in record.assertions])


def _row(skill: SkillAssertion, record: Record, who: str, name: str | None) -> dict[str, object]:
    return {
        "subject": who, "name": name, "title": record.title, "skill": skill.label, "concept": skill.concept,
        "language": skill.language, "group": skill.group, "level": skill.level, "level_scheme": skill.level_scheme,
        "validation": skill.validation.name.lower(), "issuer": record.issuer, "issuer_name": record.issuer_name,
        "issued": record.issued, "valid_until": record.valid_until, "note": skill.evidence.excerpt,
    }  # fmt: skip


def _assertion(record: Record, row: Mapping[str, str], number: int) -> SkillAssertion:
    said = row.get("validation", "self_declared").upper().replace("-", "_")
    if said not in ValidationLevel.__members__:
        known = ", ".join(level.name.lower() for level in ValidationLevel)
        raise UnreadableFile(f"This table cannot be read: row {number}: validation is none of {known}.")
    return asserted(
        record, row["skill"], concept=row.get("concept"), language=row.get("language"), level=row.get("level"),
        scheme=row.get("level_scheme"), validation=ValidationLevel[said], group=row.get("group"),
        said=(row.get("note"),),
    )  # fmt: skip


def _day(said: str | None, number: int, column: str) -> str | None:
    try:
        day = partial_day(said)
    except ValueError as fault:
        raise UnreadableFile(f"This table cannot be read: row {number}: {column}: {fault}.") from None
    if day is not None and len(day) != 10:
        raise UnreadableFile(f"This table cannot be read: row {number}: {column}: {day!r} is no whole day.")
    return day


_OWN = MappedTable(
    columns={name: name for name in COLUMNS}, always={}, kind=RecordKind.TRANSCRIPT, FORMAT=FORMAT, TITLE=TITLE
)
