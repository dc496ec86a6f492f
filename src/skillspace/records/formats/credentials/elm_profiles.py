"""Which profile a European digital credential keeps to: what sort of record it is, where it holds all that this asks.

A document claims no profile that it does not keep; what it then lost is its kind, and the loss report says so. The same
rules stand as SHACL beside this file (shapes/), and tests hold what is written to both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from skillspace.records.formats.credentials.elm_terms import duration, eqf, is_country
from skillspace.records.life import Entry, EntryKind, Person
from skillspace.records.model import Record, RecordKind

#: How the types are called in the European attestations of education (DC4EU's catalogue).
TYPES = {
    RecordKind.DIPLOMA: "EuropeanHigherEducationDiploma",
    RecordKind.TRANSCRIPT: "EuropeanHigherEducationTranscriptOfRecords",
    RecordKind.MICRO_CREDENTIAL: "EuropeanHigherEducationMicrocredential",
    RecordKind.DIPLOMA_SUPPLEMENT: "EuropeanHigherEducationDiplomaSupplement",
}
Demand = tuple[str, object]
"""What a profile asks for, in words, and whether it is there."""


def kinds_of(record: Record, studies: Sequence[Entry]) -> list[str]:
    """The types besides the general ones that a credential of these studies may carry."""
    return [TYPES[record.kind]] if record.kind in TYPES and not lacking(record, studies) else []


def lacking(record: Record, studies: Sequence[Entry]) -> tuple[str, ...]:
    """What the profile of this sort of record asks for and is not there, in words; nothing where there is none."""
    demands = _DEMANDS.get(record.kind)
    return tuple(words for words, held in demands(record, studies) if not held) if demands else ()


def kind_of(types: Sequence[str], profiles: Sequence[str]) -> RecordKind:
    """What sort of record a credential is by its types and the names of its profiles; a diploma where they say none."""
    words = [word.lower().replace("-", "").replace(" ", "") for word in (*types, *profiles)]
    return next((kind for part, kind in _WORDS.items() if any(part in word for word in words)), RecordKind.DIPLOMA)


_WORDS = {
    "transcript": RecordKind.TRANSCRIPT,
    "supplement": RecordKind.DIPLOMA_SUPPLEMENT,
    "microcredential": RecordKind.MICRO_CREDENTIAL,
}


def _all(studies: Sequence[Entry]) -> Iterator[Entry]:
    for study in studies:
        yield study
        yield from _all([part for part in study.parts if part.passed is not False])


def _diploma(record: Record, studies: Sequence[Entry]) -> Iterator[Demand]:
    yield "a day of issue", record.issued
    yield "a level of the European Qualifications Framework", all(eqf(each.level) for each in studies)


def _transcript(_: Record, studies: Sequence[Entry]) -> Iterator[Demand]:
    yield "a course with its grade or its credit points", any(each.grade or each.credits for each in _all(studies))


def _supplement(record: Record, studies: Sequence[Entry]) -> Iterator[Demand]:
    who, every = record.person or Person(), list(_all(studies))
    yield "the name of the holder", who.name
    yield "the whole day of birth", len(who.birth or "") == len("2000-01-31")
    yield "a grade for the study and each of its parts", all(each.grade for each in every)
    yield "credit points for the study and each of its parts", all(each.credits for each in every)
    yield "the parts of the study", all(each.parts for each in studies)
    yield "the form of the study", all(each.mode for each in studies)
    yield "a level of the European Qualifications Framework", all(eqf(each.level) for each in studies)


def _micro_credential(record: Record, studies: Sequence[Entry]) -> Iterator[Demand]:
    """All of Annex I of the Council Recommendation of 16 June 2022 (2022/C 243/02), in one achievement."""
    one = studies[0] if len(studies) == 1 else Entry(kind=EntryKind.EDUCATION)
    yield "one achievement and no more", len(studies) == 1
    yield "the name of the learner", record.person and record.person.name
    yield "a day of issue", record.issued
    yield "the country, by its code", is_country(one.country)
    yield "learning outcomes", one.outcomes
    yield "credit points, or the workload as a duration", one.credits or duration(one.workload)
    yield "a level of the European Qualifications Framework", eqf(one.level)
    yield "the type of assessment", one.assessment
    yield "the form of participation", one.mode
    yield "how quality is assured", one.quality


_DEMANDS: Mapping[RecordKind, Callable[[Record, Sequence[Entry]], Iterator[Demand]]] = {
    RecordKind.DIPLOMA: _diploma,
    RecordKind.TRANSCRIPT: _transcript,
    RecordKind.MICRO_CREDENTIAL: _micro_credential,
    RecordKind.DIPLOMA_SUPPLEMENT: _supplement,
}
