"""The competence profile of Finland's Job Market Finland (JOD): jobs, studies and skills with ESCO addresses.

Facts follow the profile's public model (Finnish Ministry of Education and Culture, EUPL 1.2). All of it is what the
person says of themselves; jobs they would like to have are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field

from skillspace.records.formats.cv.languages import english_name
from skillspace.records.formats.edge import (
    Edge,
    Envelope,
    Many,
    MaybeWords,
    Moment,
    PartialDay,
    Phrase,
    Text,
    asserted,
    fit,
)
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, RecordKind, SkillAssertion

FORMAT = "jod"
TITLE = "Competence profile of Job Market Finland"
NEEDS_SIGNATURE = True
_SECTIONS = {"employments", "educations", "languageSkills", "generalInfo", "jobPreferenceDescription"}
_NATIVE = "L1"


class Concept(Edge):
    """An ESCO concept with its names."""

    uri: str
    pref_label: MaybeWords = None


class Description(Edge):
    """Words, and the occupations and skills they stand for."""

    description: MaybeWords = None
    occupations: Many[Concept] = ()
    skills: Many[Concept] = ()


class Interval(Edge):
    """From when to when."""

    start_date: PartialDay = None
    end_date: PartialDay = None
    ongoing: bool = False


class Station(Edge):
    """A job, a study, a project or a business."""

    title: MaybeWords = None
    name: MaybeWords = None
    employer: MaybeWords = None
    degree_institution: MaybeWords = None
    custom_degree_name: MaybeWords = None
    degree_code: Text = None
    description: Description | None = None
    interval: Interval | None = None


class Spoken(Edge):
    """A language."""

    code: Text = None
    level: Text = None


class Site(Edge):
    """A link."""

    label: MaybeWords = None
    url: Text = None


class Changed(Edge):
    """When the profile was changed."""

    last_modified: Moment = None


class About(Edge):
    """What the person says of themselves."""

    caption: MaybeWords = None
    description: MaybeWords = None
    meta: Changed | None = None


class Profile(Edge):
    """The whole profile."""

    general_info: About | None = None
    employments: Many[Station] = ()
    educations: Many[Station] = ()
    projects: Many[Station] = ()
    business_activities: Many[Station] = ()
    experience_description: Description | None = None
    language_skills: Many[Spoken] = ()
    external_links: Many[Site] = Field(default=())


def recognises(document: object) -> bool:
    """Whether this is a competence profile."""
    return isinstance(document, Mapping) and len(_SECTIONS & document.keys()) >= 3


def read(document: object, envelope: Envelope) -> Record:
    """Read a profile into a record; raises UnreadableFile naming what does not fit."""
    profile = fit(Profile, document, "competence profile")
    about = profile.general_info or About()
    entries = tuple(entry for entry, _ in _stations(profile))
    described = [*(station.description for _, station in _stations(profile)), profile.experience_description]
    occupations = [concept.uri for each in described if each for concept in each.occupations]
    record = Record(
        id=envelope.name_of(None),
        kind=RecordKind.PROFILE,
        title=about.caption.text if about.caption else "Competence profile",
        issuer=envelope.speaker_of("the person"),
        issuer_name="the person",
        issued=about.meta.last_modified.date() if about.meta and about.meta.last_modified else None,
        proof=envelope.proof,
        media_type=envelope.media_type,
        format=FORMAT,
        person=Person(
            headline=_words(about.caption),
            summary=_words(about.description),
            links=tuple(Link(url=each.url, label=_words(each.label)) for each in profile.external_links if each.url),
        ),
        languages=tuple(
            Language(
                label=english_name(each.code),
                code=each.code,
                is_native=each.level == _NATIVE,
                level=None if each.level == _NATIVE else each.level,
            )
            for each in profile.language_skills
            if each.code
        ),
        entries=entries,
        occupations=tuple(dict.fromkeys(occupations)),
    )
    return replace(record, assertions=tuple(_assertions(profile, record)))


def _stations(profile: Profile) -> Iterator[tuple[Entry, Station]]:
    kinds = (
        (profile.employments, EntryKind.WORK), (profile.business_activities, EntryKind.WORK),
        (profile.educations, EntryKind.EDUCATION), (profile.projects, EntryKind.PROJECT),
    )  # fmt: skip
    for stations, kind in kinds:
        for station in stations:
            yield _entry(station, kind), station


def _entry(station: Station, kind: EntryKind) -> Entry:
    when, described = station.interval or Interval(), station.description or Description()
    return Entry(
        kind=kind,
        title=_words(station.title) or _words(station.custom_degree_name) or "",
        organisation=_words(station.employer) or _words(station.degree_institution) or _words(station.name),
        since=when.start_date,
        until=when.end_date,
        is_ongoing=when.ongoing,
        summary=_words(described.description),
        identifier=station.degree_code,
        occupation=next((each.uri for each in described.occupations), None),
    )


def _assertions(profile: Profile, record: Record) -> Iterator[SkillAssertion]:
    listed: set[str] = set()
    described = [(entry.title, station.description) for entry, station in _stations(profile)]
    for title, description in (*described, ("", profile.experience_description)):
        for skill in description.skills if description else ():
            if skill.pref_label and skill.uri not in listed:
                listed.add(skill.uri)
                words = skill.pref_label
                yield asserted(record, words.text, concept=skill.uri, language=words.language, said=(title or None,))
    for language in record.languages:
        yield asserted(record, language.label, level="native" if language.is_native else language.level, scheme="CEFR")


def _words(found: Phrase | None) -> str | None:
    return found.text if found else None
