"""A CV as a record: whoever it is about says it, and it is called by how they present themselves."""

from __future__ import annotations

from datetime import date

from skillspace.records.formats.edge import Envelope
from skillspace.records.life import Entry, Language, Person
from skillspace.records.model import Record, RecordKind


def curriculum(
    format_: str,
    envelope: Envelope,
    person: Person,
    *,
    entries: tuple[Entry, ...],
    languages: tuple[Language, ...],
    issued: date | None = None,
    subject: str | None = None,
) -> Record:
    """Return the record of a CV in a format, its assertions still to come. `subject` is how the CV itself names the
    person, where it does."""
    name = person.name or "unnamed"
    return Record(
        id=envelope.name_of(subject),
        kind=RecordKind.PROFILE,
        title=person.headline or f"CV of {name}",
        issuer=envelope.speaker_of(name),
        issuer_name=name,
        issued=issued,
        proof=envelope.proof,
        subject=subject,
        media_type=envelope.media_type,
        format=format_,
        person=person,
        languages=languages,
        entries=entries,
        occupations=tuple(entry.occupation for entry in entries if entry.occupation),
    )
