"""Manfred Awesomic CV (MAC), a JSON CV with competences named at each job; what a person says of themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import Field

from skillspace.records.formats.cv.curriculum import curriculum
from skillspace.records.formats.edge import Day, Edge, Envelope, Many, PartialDay, Text, asserted, fit
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, SkillAssertion

FORMAT = "mac"
TITLE = "Manfred Awesomic CV"
NEEDS_SIGNATURE = True


class Competence(Edge):
    """A competence."""

    name: Text = None
    description: Text = None


class Skill(Edge):
    """A competence at a level."""

    skill: Competence | None = None
    level: Text = None


class Site(Edge):
    """A link."""

    type: Text = None
    url: Text = Field(default=None, validation_alias="URL")


class Place(Edge):
    """Where an organisation is."""

    country: Text = None
    municipality: Text = None


class Organisation(Edge):
    """An employer or a school."""

    name: Text = None
    description: Text = None
    url: Text = Field(default=None, validation_alias="URL")
    location: Place | None = None


class Challenge(Edge):
    """What was to be done."""

    description: Text = None


class Role(Edge):
    """A role in a job."""

    name: Text = None
    start_date: PartialDay = None
    finish_date: PartialDay = None
    challenges: Many[Challenge] = ()
    competences: Many[Competence] = ()


class Job(Edge):
    """A job with its roles."""

    organization: Organisation | None = None
    type: Text = None
    roles: Many[Role] = ()


class Study(Edge):
    """A study."""

    study_type: Text = None
    degree_achieved: bool | None = None
    name: Text = None
    description: Text = None
    start_date: PartialDay = None
    finish_date: PartialDay = None
    institution: Organisation | None = None
    linked_competences: Many[Competence] = ()


class Tongue(Edge):
    """A language."""

    name: Text = None
    full_name: Text = None
    level: Text = None


class Who(Edge):
    """Name and face."""

    name: Text = None
    surnames: Text = None
    title: Text = None
    description: Text = None
    birthday: PartialDay = None


class AboutMe(Edge):
    """Who the person is."""

    profile: Who | None = None
    relevant_links: Many[Site] = ()


class Experience(Edge):
    """Jobs."""

    jobs: Many[Job] = ()


class Knowledge(Edge):
    """What the person knows."""

    languages: Many[Tongue] = ()
    hard_skills: Many[Skill] = ()
    soft_skills: Many[Skill] = ()
    studies: Many[Study] = ()


class Settings(Edge):
    """About the document."""

    language: Text = None
    last_update: Day = None


class Cv(Edge):
    """The whole CV."""

    settings: Settings | None = None
    about_me: AboutMe | None = None
    experience: Experience | None = None
    knowledge: Knowledge | None = None


def recognises(document: object) -> bool:
    """Whether this is a MAC."""
    whole = document if isinstance(document, Mapping) else {}
    settings = whole.get("settings")
    return isinstance(settings, Mapping) and ("MACVersion" in settings or "aboutMe" in whole)


def read(document: object, envelope: Envelope) -> Record:
    """Read a CV into a record; raises UnreadableFile naming what does not fit."""
    cv = fit(Cv, document, "Manfred CV")
    about = cv.about_me or AboutMe()
    who, settings = about.profile or Who(), cv.settings or Settings()
    name = " ".join(part for part in (who.name, who.surnames) if part) or "unnamed"
    knowledge = cv.knowledge or Knowledge()
    person = Person(
        name=name,
        given=who.name,
        family=who.surnames,
        birth=who.birthday,
        headline=who.title,
        summary=who.description,
        links=tuple(Link(url=each.url, label=each.type) for each in about.relevant_links if each.url),
    )
    record = curriculum(
        FORMAT,
        envelope,
        person,
        issued=settings.last_update,
        languages=tuple(
            Language(label=each.full_name or each.name or "", code=(each.name or "").lower() or None, level=each.level)
            for each in knowledge.languages
            if each.full_name or each.name
        ),
        entries=(*_jobs(cv.experience or Experience()), *_studies(knowledge)),
    )
    return replace(record, assertions=tuple(_assertions(cv, knowledge, record)))


def _jobs(experience: Experience) -> Iterator[Entry]:
    for job in experience.jobs:
        body = job.organization or Organisation()
        place = body.location or Place()
        for role in job.roles:
            yield Entry(
                kind=EntryKind.WORK,
                title=role.name or "",
                organisation=body.name,
                about_organisation=body.description,
                place=place.municipality,
                country=place.country,
                since=role.start_date,
                until=role.finish_date,
                highlights=tuple(each.description for each in role.challenges if each.description),
                keywords=tuple(each.name for each in role.competences if each.name),
                url=body.url,
                field=job.type,
            )


def _studies(knowledge: Knowledge) -> Iterator[Entry]:
    for study in knowledge.studies:
        body = study.institution or Organisation()
        yield Entry(
            kind=EntryKind.EDUCATION,
            title=study.name or "",
            organisation=body.name,
            about_organisation=body.description,
            country=body.location.country if body.location else None,
            since=study.start_date,
            until=study.finish_date,
            summary=study.description,
            url=body.url,
            level=study.study_type,
            passed=study.degree_achieved,
        )


def _assertions(cv: Cv, knowledge: Knowledge, record: Record) -> Iterator[SkillAssertion]:
    language = cv.settings.language.lower() if cv.settings and cv.settings.language else None
    listed: set[str] = set()
    for skill in (*knowledge.hard_skills, *knowledge.soft_skills):
        if skill.skill and skill.skill.name:
            listed.add(skill.skill.name)
            yield asserted(
                record, skill.skill.name, language=language, level=skill.level, scheme="MAC",
                said=(skill.skill.description,),
            )  # fmt: skip
    jobs = cv.experience.jobs if cv.experience else ()
    for role in (role for job in jobs for role in job.roles):
        for competence in role.competences:
            if competence.name and competence.name not in listed:
                listed.add(competence.name)
                yield asserted(record, competence.name, language=language, said=(role.name, competence.description))
    for spoken in record.languages:
        yield asserted(record, spoken.label, level=spoken.level)
