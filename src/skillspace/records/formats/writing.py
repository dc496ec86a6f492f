"""What formats share when they write a record: leaving out what is not there, and finding what they have room for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from skillspace.records.life import Entry, EntryKind, Person
from skillspace.records.model import Record, SkillAssertion

CEFR = "CEFR"


def present(**members: object) -> dict[str, object]:
    """The members that hold something; a name's trailing underscore is dropped (``type_``)."""
    return {name.rstrip("_"): value for name, value in members.items() if value not in (None, "", [], (), {})}


def as_json(document: object) -> bytes:
    """The document as JSON for people to read, UTF-8."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def of_kind(record: Record, *kinds: EntryKind) -> Iterator[Entry]:
    """The record's entries of these kinds, in order."""
    return (entry for entry in record.entries if entry.kind in kinds)


def person_of(record: Record) -> Person:
    """Who the record is about; nobody in particular where it does not say."""
    return record.person or Person()


def skills_of(record: Record) -> tuple[SkillAssertion, ...]:
    """The assertions that are no language, for formats that list languages apart; languages come last in a record."""
    languages = Counter(language.label for language in record.languages)
    skills: list[SkillAssertion] = []
    for each in reversed(record.assertions):
        if each.group is None and languages[each.label]:
            languages[each.label] -= 1
        else:
            skills.append(each)
    return tuple(reversed(skills))


def grouped(record: Record) -> Mapping[str | None, list[SkillAssertion]]:
    """Skills by the heading they stand under, in order; those under none are under None."""
    groups: dict[str | None, list[SkillAssertion]] = {}
    for skill in skills_of(record):
        groups.setdefault(skill.group, []).append(skill)
    return groups


def given_and_family(person: Person) -> tuple[str, str]:
    """First and family names; where only the whole name is known, its last word is the family's."""
    if person.given or person.family:
        return person.given or "", person.family or ""
    given, _, family = (person.name or "").rpartition(" ")
    return given, family
