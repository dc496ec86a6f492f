"""Europass CV as it was until 2020: the Skills Passport (`SkillsPassport`, schema 3.x), as XML, as JSON, or in the PDF
that carries it.

Facts follow the schema (Cedefop, EUPL 1.1). Its sections of skills hold prose: points of a list become skills, other
words stay an entry of the person's life, for a sentence is no name of a skill.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.cv.curriculum import curriculum
from skillspace.records.formats.cv.europass_json import as_xml, holds_passport
from skillspace.records.formats.cv.europass_passport_writing import SUMMARY, write_record
from skillspace.records.formats.cv.languages import english_name
from skillspace.records.formats.cv.markup import marked_down, words_in
from skillspace.records.formats.edge import Envelope, asserted, partial_day
from skillspace.records.formats.files.xml import Element, every, first, name_of, text_at, text_of
from skillspace.records.formats.writing import CEFR
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, SkillAssertion

__all__ = ["FORMAT", "NEEDS_SIGNATURE", "TITLE", "read", "recognises", "write_record"]

FORMAT = "europass_passport"
TITLE = "Europass CV until 2020 (Skills Passport as XML, as JSON, or in its PDF)"
NEEDS_SIGNATURE = True
SECTIONS = ("Communication", "Organisational", "JobRelated", "Computer", "Other")
ACHIEVEMENTS = {
    "projects": EntryKind.PROJECT, "publications": EntryKind.PUBLICATION, "honors_awards": EntryKind.AWARD,
    "certifications": EntryKind.CERTIFICATE, "references": EntryKind.REFERENCE,
}  # fmt: skip


def recognises(document: object) -> bool:
    """Whether this is a Skills Passport."""
    if not isinstance(document, Element):
        return holds_passport(document)
    return name_of(document) in {"SkillsPassport", "Europass"} and first(document, "LearnerInfo") is not None


def read(document: object, envelope: Envelope) -> Record:
    """Read a CV into a record; raises UnreadableFile naming what does not fit."""
    document = as_xml(document) if holds_passport(document) else document
    about = first(document, "LearnerInfo") if isinstance(document, Element) else None
    if about is None:
        raise UnreadableFile("This Europass CV cannot be read: LearnerInfo is missing.")
    try:
        person = _person(about)
        entries = (*_work(about), *_education(about), *_achievements(about), *_prose(about))
        changed = partial_day(
            text_at(document, "DocumentInfo/LastUpdateDate") if isinstance(document, Element) else None
        )
    except ValueError as fault:
        raise UnreadableFile(f"This Europass CV cannot be read: {fault}.") from None
    record = curriculum(
        FORMAT,
        envelope,
        person,
        issued=_whole(changed),
        languages=tuple(_languages(about)),
        entries=entries,
    )
    return replace(record, assertions=tuple(_assertions(about, record)))


def _person(about: Element) -> Person:
    who = first(about, "Identification")
    given, family = text_at(who, "PersonName/FirstName"), text_at(who, "PersonName/Surname")
    contact, home = first(who, "ContactInfo"), first(who, "ContactInfo/Address/Contact")
    sites = [*every(contact, "WebsiteList/Website"), *every(contact, "InstantMessagingList/InstantMessaging")]
    return Person(
        name=" ".join(part for part in (given, family) if part) or None,
        given=given,
        family=family,
        birth=_day(first(who, "Demographics/Birthdate")),
        nationality=_coded(who, "Demographics/NationalityList/Nationality"),
        headline=text_at(about, "Headline/Description/Label"),
        summary=words_in(next((text_at(each, "Description") for each in _added(about, is_summary=True)), None)),
        emails=tuple(each for each in (text_at(contact, "Email/Contact"),) if each),
        phones=tuple(
            each for phone in every(contact, "TelephoneList/Telephone") if (each := text_at(phone, "Contact"))
        ),
        links=tuple(
            Link(url=address, label=text_at(site, "Use/Label") or text_at(site, "Use/Code"))
            for site in sites
            if (address := text_at(site, "Contact"))
        ),
        street=text_at(home, "AddressLine"),
        postcode=text_at(home, "PostalCode"),
        city=text_at(home, "Municipality"),
        country=_coded(home, "Country"),
    )


def _work(about: Element) -> Iterator[Entry]:
    for work in every(about, "WorkExperienceList/WorkExperience"):
        employer, period = first(work, "Employer"), first(work, "Period")
        where = first(employer, "ContactInfo/Address/Contact")
        said, points = marked_down(text_at(work, "Activities"))
        yield Entry(
            kind=EntryKind.WORK,
            title=text_at(work, "Position/Label") or "",
            organisation=text_at(employer, "Name"),
            place=text_at(where, "Municipality"),
            country=_coded(where, "Country"),
            since=_day(first(period, "From")),
            until=_day(first(period, "To")),
            is_ongoing=text_at(period, "Current") == "true",
            summary=said,
            highlights=points,
            url=text_at(employer, "ContactInfo/Website/Contact"),
            field=text_at(employer, "Sector/Label"),
        )


def _education(about: Element) -> Iterator[Entry]:
    for study in every(about, "EducationList/Education"):
        school, period = first(study, "Organisation"), first(study, "Period")
        where = first(school, "ContactInfo/Address/Contact")
        said, points = marked_down(text_at(study, "Activities"))
        level = text_at(study, "Level/Code")
        yield Entry(
            kind=EntryKind.EDUCATION,
            title=text_at(study, "Title") or "",
            organisation=text_at(school, "Name"),
            place=text_at(where, "Municipality"),
            country=_coded(where, "Country"),
            since=_day(first(period, "From")),
            until=_day(first(period, "To")),
            is_ongoing=text_at(period, "Current") == "true",
            summary=said,
            outcomes=points,
            url=text_at(school, "ContactInfo/Website/Contact"),
            field=text_at(study, "Field/Label"),
            level=f"EQF {level}" if level and level.isdigit() else text_at(study, "Level/Label"),
        )


def _achievements(about: Element) -> Iterator[Entry]:
    for achievement in _added(about, is_summary=False):
        code, label = text_at(achievement, "Title/Code"), text_at(achievement, "Title/Label")
        said, points = marked_down(text_at(achievement, "Description"))
        kind = ACHIEVEMENTS.get(code or "", EntryKind.OTHER)
        yield Entry(kind=kind, title=label or code or "", summary=said, highlights=points)


def _added(about: Element, *, is_summary: bool) -> Iterator[Element]:
    """What is worth adding: the summary of the person, or all else."""
    for achievement in every(about, "AchievementList/Achievement"):
        if (text_at(achievement, "Title/Label") == SUMMARY) is is_summary:
            yield achievement


def _prose(about: Element) -> Iterator[Entry]:
    for section in SECTIONS:
        said, _ = marked_down(text_at(about, f"Skills/{section}/Description"))
        if said:
            yield Entry(kind=EntryKind.OTHER, title=section, summary=said, field="Skills")
    licences = [each for one in every(about, "Skills/Driving/Description/Licence") if (each := text_of(one))]
    if licences:
        yield Entry(kind=EntryKind.OTHER, title="Driving", keywords=tuple(licences), field="Skills")


def _languages(about: Element) -> Iterator[Language]:
    for tongue in every(about, "Skills/Linguistic/MotherTongueList/MotherTongue"):
        if name := _name_of(tongue):
            yield Language(label=name, code=text_at(tongue, "Description/Code"), is_native=True)
    for tongue in every(about, "Skills/Linguistic/ForeignLanguageList/ForeignLanguage"):
        levels = first(tongue, "ProficiencyLevel")
        if name := _name_of(tongue):
            yield Language(
                label=name,
                code=text_at(tongue, "Description/Code"),
                listening=text_at(levels, "Listening"),
                reading=text_at(levels, "Reading"),
                interaction=text_at(levels, "SpokenInteraction"),
                production=text_at(levels, "SpokenProduction"),
                writing=text_at(levels, "Writing"),
            )


def _assertions(about: Element, record: Record) -> Iterator[SkillAssertion]:
    for section in SECTIONS:
        for point in marked_down(text_at(about, f"Skills/{section}/Description"))[1]:
            yield asserted(record, point, group=section)
    for language in record.languages:
        yield asserted(record, language.label, level="native" if language.is_native else language.overall, scheme=CEFR)


def _name_of(tongue: Element) -> str | None:
    code = text_at(tongue, "Description/Code")
    return text_at(tongue, "Description/Label") or (english_name(code) if code else None)


def _coded(element: Element | None, path: str) -> str | None:
    return text_at(element, f"{path}/Code") or text_at(element, f"{path}/Label")


def _day(element: Element | None) -> str | None:
    """A date of three attributes, in the notation of XML Schema: ``year="1940" month="--03" day="---10"``."""
    if element is None or not element.get("year"):
        return None
    parts = [str(element.get(name, "")).strip("-") for name in ("year", "month", "day")]
    return partial_day("-".join(part.zfill(4 if place == 0 else 2) for place, part in enumerate(parts) if part))


def _whole(day: str | None) -> date | None:
    return date.fromisoformat(day) if day and len(day) == 10 else None
