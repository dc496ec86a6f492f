"""JSON Resume 1.x: the CV that programmers write; everything in it is what a person says of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import BeforeValidator

from skillspace.records.formats.cv.curriculum import curriculum
from skillspace.records.formats.edge import Edge, Envelope, Many, Moment, PartialDay, Text, asserted, fit
from skillspace.records.formats.writing import as_json, grouped, of_kind, person_of, present
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, SkillAssertion

FORMAT = "json_resume"
TITLE = "JSON Resume"
NEEDS_SIGNATURE = True
_SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
_SECTIONS = {"work", "volunteer", "education", "awards", "certificates", "publications", "skills", "languages",
             "interests", "references", "projects"}  # fmt: skip

Words = Annotated[
    tuple[str, ...],
    BeforeValidator(lambda value: tuple(str(each).strip() for each in value or () if str(each or "").strip())),
]


class Location(Edge):
    """Where somebody lives."""

    address: Text = None
    postal_code: Text = None
    city: Text = None
    country_code: Text = None
    region: Text = None


class Site(Edge):
    """An account on a network."""

    network: Text = None
    username: Text = None
    url: Text = None


class Basics(Edge):
    """Who the person is."""

    name: Text = None
    label: Text = None
    email: Text = None
    phone: Text = None
    url: Text = None
    summary: Text = None
    location: Location | None = None
    profiles: Many[Site] = ()


class Section(Edge):
    """An item of any section; each section uses some of these members."""

    name: Text = None
    title: Text = None
    position: Text = None
    organization: Text = None
    institution: Text = None
    location: Text = None
    description: Text = None
    summary: Text = None
    url: Text = None
    start_date: PartialDay = None
    end_date: PartialDay = None
    date: PartialDay = None
    release_date: PartialDay = None
    highlights: Words = ()
    keywords: Words = ()
    roles: Words = ()
    courses: Words = ()
    area: Text = None
    study_type: Text = None
    score: Text = None
    awarder: Text = None
    issuer: Text = None
    publisher: Text = None
    level: Text = None
    language: Text = None
    fluency: Text = None
    reference: Text = None
    entity: Text = None
    type: Text = None


class Meta(Edge):
    """When it was last changed."""

    last_modified: Moment = None


class Resume(Edge):
    """The whole CV."""

    basics: Basics | None = None
    work: Many[Section] = ()
    volunteer: Many[Section] = ()
    education: Many[Section] = ()
    awards: Many[Section] = ()
    certificates: Many[Section] = ()
    publications: Many[Section] = ()
    skills: Many[Section] = ()
    languages: Many[Section] = ()
    interests: Many[Section] = ()
    references: Many[Section] = ()
    projects: Many[Section] = ()
    meta: Meta | None = None


def recognises(document: object) -> bool:
    """Whether this is a JSON Resume: its schema, or who it is about beside at least one section."""
    if not isinstance(document, Mapping) or "@context" in document:
        return False
    schema = document.get("$schema")
    if isinstance(schema, str) and "resume-schema" in schema:
        return True
    return isinstance(document.get("basics"), Mapping) and bool(_SECTIONS & document.keys())


def read(document: object, envelope: Envelope) -> Record:
    """Read a CV into a record; raises UnreadableFile naming what does not fit."""
    resume = fit(Resume, document, "JSON Resume")
    person = _person(resume.basics or Basics())
    record = curriculum(
        FORMAT,
        envelope,
        person,
        issued=resume.meta.last_modified.date() if resume.meta and resume.meta.last_modified else None,
        languages=tuple(
            Language(label=each.language, level=each.fluency, is_native=_is_native(each.fluency))
            for each in resume.languages
            if each.language
        ),
        entries=tuple(_entries(resume)),
    )
    return replace(record, assertions=tuple(_assertions(resume, record)))


def write_record(record: Record) -> bytes:
    """Write a record as a JSON Resume."""
    person = person_of(record)
    place = present(
        address=person.street, postalCode=person.postcode, city=person.city,
        countryCode=person.country, region=person.region,
    )  # fmt: skip
    sites = [present(network=link.label, username=link.username, url=link.url) for link in person.links]
    own = next((link.url for link in person.links if not link.label and not link.username), None)
    basics = present(
        name=person.name, label=person.headline, email=next(iter(person.emails), None),
        phone=next(iter(person.phones), None), url=own, summary=person.summary, location=place,
        profiles=[site for site in sites if site != {"url": own}],
    )  # fmt: skip
    sections = {name: [_WRITE[name](entry) for entry in of_kind(record, kind)] for name, kind in _KINDS.items()}
    languages = [present(language=each.label, fluency=each.overall or ("native" if each.is_native else None))
                 for each in record.languages]  # fmt: skip
    changed = present(lastModified=record.issued.isoformat() if record.issued else None)
    resume = present(basics=basics, **sections, skills=_skills(record), languages=languages, meta=changed)
    return as_json({"$schema": _SCHEMA, **resume})


def _person(basics: Basics) -> Person:
    place = basics.location or Location()
    sites = [Link(url=basics.url)] if basics.url else []
    sites += [Link(url=site.url or "", label=site.network, username=site.username) for site in basics.profiles]
    return Person(
        name=basics.name,
        headline=basics.label,
        summary=basics.summary,
        emails=(basics.email,) if basics.email else (),
        phones=(basics.phone,) if basics.phone else (),
        links=tuple(link for link in sites if link.url or link.username),
        street=place.address,
        postcode=place.postal_code,
        city=place.city,
        region=place.region,
        country=place.country_code,
    )


def _entries(resume: Resume) -> Iterator[Entry]:
    for name, kind in _KINDS.items():
        for each in getattr(resume, name):
            yield _entry(kind, each)


def _entry(kind: EntryKind, each: Section) -> Entry:
    is_project = kind is EntryKind.PROJECT
    titles = (each.position, each.study_type, each.title, each.name)
    names = (each.organization, each.institution, each.awarder, each.issuer, each.publisher, each.entity)
    is_work = kind is EntryKind.WORK
    return Entry(
        kind=kind,
        title=(each.position or "") if is_work else next((title for title in titles if title), ""),
        organisation=each.name if is_work else next((name for name in names if name), None),
        about_organisation=None if is_project else each.description,
        place=each.location,
        since=each.start_date or each.date or each.release_date,
        until=each.end_date,
        summary=each.reference or each.summary or (each.description if is_project else None),
        highlights=each.highlights,
        keywords=each.keywords,
        roles=each.roles,
        url=each.url,
        field=each.area or each.type,
        grade=each.score,
        parts=tuple(Entry(kind=EntryKind.EDUCATION, title=course) for course in each.courses),
    )


def _assertions(resume: Resume, record: Record) -> Iterator[SkillAssertion]:
    for skill in resume.skills:
        if skill.name:
            yield asserted(record, skill.name, level=skill.level)
        for keyword in skill.keywords:
            yield asserted(record, keyword, group=skill.name)
    for language in record.languages:
        yield asserted(record, language.label, level=language.level)


def _is_native(fluency: str | None) -> bool:
    return (fluency or "").lower().startswith(("native", "mother tongue"))


def _skills(record: Record) -> list[dict[str, object]]:
    groups = grouped(record)
    listed = [
        present(name=skill.label, level=skill.level, keywords=[each.label for each in groups.get(skill.label, ())])
        for skill in groups.get(None, ())
    ]
    named = {skill.label for skill in groups.get(None, ())}
    return listed + [
        present(name=group, keywords=[each.label for each in skills])
        for group, skills in groups.items()
        if group is not None and group not in named
    ]


def _work(entry: Entry) -> dict[str, object]:
    return present(
        name=entry.organisation, position=entry.title, location=entry.place, description=entry.about_organisation,
        url=entry.url, startDate=entry.since, endDate=entry.until, summary=entry.summary,
        highlights=list(entry.highlights),
    )  # fmt: skip


def _volunteer(entry: Entry) -> dict[str, object]:
    return present(
        organization=entry.organisation, position=entry.title, url=entry.url, startDate=entry.since,
        endDate=entry.until, summary=entry.summary, highlights=list(entry.highlights),
    )  # fmt: skip


def _education(entry: Entry) -> dict[str, object]:
    return present(
        institution=entry.organisation, url=entry.url, area=entry.field, studyType=entry.title,
        startDate=entry.since, endDate=entry.until, score=entry.grade,
        courses=[part.title for part in entry.parts if part.title],
    )  # fmt: skip


def _award(entry: Entry) -> dict[str, object]:
    return present(title=entry.title, date=entry.since, awarder=entry.organisation, summary=entry.summary)


def _certificate(entry: Entry) -> dict[str, object]:
    return present(name=entry.title, date=entry.since, issuer=entry.organisation, url=entry.url)


def _publication(entry: Entry) -> dict[str, object]:
    return present(
        name=entry.title, publisher=entry.organisation, releaseDate=entry.since, url=entry.url, summary=entry.summary
    )


def _interest(entry: Entry) -> dict[str, object]:
    return present(name=entry.title, keywords=list(entry.keywords))


def _reference(entry: Entry) -> dict[str, object]:
    return present(name=entry.title, reference=entry.summary)


def _project(entry: Entry) -> dict[str, object]:
    return present(
        name=entry.title, description=entry.summary, highlights=list(entry.highlights), keywords=list(entry.keywords),
        startDate=entry.since, endDate=entry.until, url=entry.url, roles=list(entry.roles), entity=entry.organisation,
        type=entry.field,
    )  # fmt: skip


_KINDS = {
    "work": EntryKind.WORK, "volunteer": EntryKind.VOLUNTEERING, "education": EntryKind.EDUCATION,
    "awards": EntryKind.AWARD, "certificates": EntryKind.CERTIFICATE, "publications": EntryKind.PUBLICATION,
    "interests": EntryKind.INTEREST, "references": EntryKind.REFERENCE, "projects": EntryKind.PROJECT,
}  # fmt: skip
_WRITE = {
    "work": _work, "volunteer": _volunteer, "education": _education, "awards": _award, "certificates": _certificate,
    "publications": _publication, "interests": _interest, "references": _reference, "projects": _project,
}  # fmt: skip
