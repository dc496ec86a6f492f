"""Writing a Europass Skills Passport (schema 3.3), its elements in the order that the schema demands."""

from __future__ import annotations

from datetime import UTC, datetime, time

from skillspace.kernel.clock import iso
from skillspace.records.formats.cv.markup import marked_up
from skillspace.records.formats.files.xml import XSI, Element, add, add_given, as_bytes, root_of
from skillspace.records.formats.writing import given_and_family, grouped, of_kind, person_of
from skillspace.records.life import Entry, EntryKind, Language, Person
from skillspace.records.model import Record

_SPACE = "http://europass.cedefop.europa.eu/Europass"
_SCHEMA = "http://europass.cedefop.europa.eu/xml/v3.3.0/EuropassSchema.xsd"
_CODES = {
    EntryKind.PROJECT: "projects", EntryKind.PUBLICATION: "publications", EntryKind.AWARD: "honors_awards",
    EntryKind.CERTIFICATE: "certifications", EntryKind.REFERENCE: "references",
}  # fmt: skip
_SECTIONS = ("Communication", "Organisational", "JobRelated", "Computer", "Other")
SUMMARY = "Personal summary"
"""The schema has no place for one but among what is worth adding, under a title of one's own."""
_LEVELS = {"A1", "A2", "B1", "B2", "C1", "C2"}


def write_record(record: Record) -> bytes:
    """Write a record as a Skills Passport."""
    root = root_of("SkillsPassport", _SPACE, {"xsi": XSI}, locale="en")
    root.set(f"{{{XSI}}}schemaLocation", f"{_SPACE} {_SCHEMA}")
    info = add(root, "DocumentInfo")
    add(info, "DocumentType", "ECV")
    if record.issued:
        made = iso(datetime.combine(record.issued, time(), UTC))
        add(info, "CreationDate", made)
        add(info, "LastUpdateDate", made)
    add(info, "XSDVersion", "V3.3")
    add(info, "Generator", "skillspace")
    about = add(root, "LearnerInfo")
    person = person_of(record)
    _person(add(about, "Identification"), person)
    if person.headline:
        headline = add(about, "Headline")
        add(add(headline, "Type"), "Code", "personal_statement")
        add(add(headline, "Description"), "Label", person.headline)
    work = list(of_kind(record, EntryKind.WORK, EntryKind.VOLUNTEERING))
    if work:
        listed = add(about, "WorkExperienceList")
        for entry in work:
            _employment(add(listed, "WorkExperience"), entry)
    studies = list(of_kind(record, EntryKind.EDUCATION))
    if studies:
        listed = add(about, "EducationList")
        for entry in studies:
            _study(add(listed, "Education"), entry)
    _skills(add(about, "Skills"), record)
    achieved = [entry for entry in record.entries if entry.kind in _CODES or _is_other(entry)]
    if person.summary:
        achieved.insert(0, Entry(kind=EntryKind.OTHER, title=SUMMARY, summary=person.summary))
    if achieved:
        listed = add(about, "AchievementList")
        for entry in achieved:
            _achievement(add(listed, "Achievement"), entry)
    return as_bytes(root)


def _is_other(entry: Entry) -> bool:
    return entry.kind in {EntryKind.OTHER, EntryKind.INTEREST} and entry.field != "Skills"


def _person(who: Element, person: Person) -> None:
    given, family = given_and_family(person)
    name = add(who, "PersonName")
    add_given(name, "FirstName", given)
    add_given(name, "Surname", family)
    contact = add(who, "ContactInfo")
    if person.street or person.city or person.postcode or person.country:
        home = add(add(contact, "Address"), "Contact")
        add_given(home, "AddressLine", person.street)
        add_given(home, "PostalCode", person.postcode)
        add_given(home, "Municipality", person.city)
        _coded(home, "Country", person.country)
    if person.emails:
        add(add(contact, "Email"), "Contact", person.emails[0])
    if person.phones:
        listed = add(contact, "TelephoneList")
        for phone in person.phones:
            add(add(listed, "Telephone"), "Contact", phone)
    if person.links:
        listed = add(contact, "WebsiteList")
        for link in person.links:
            site = add(listed, "Website")
            add(site, "Contact", link.url)
            if link.label:
                add(add(site, "Use"), "Label", link.label)
    if person.birth or person.nationality:
        more = add(who, "Demographics")
        _day(more, "Birthdate", person.birth)
        if person.nationality:
            _coded(add(more, "NationalityList"), "Nationality", person.nationality)


def _employment(work: Element, entry: Entry) -> None:
    _period(work, entry)
    add_given(add(work, "Position"), "Label", entry.title)
    add_given(work, "Activities", marked_up(entry.summary, entry.highlights))
    employer = add(work, "Employer")
    add_given(employer, "Name", entry.organisation)
    _where(employer, entry)
    if entry.field:
        add(add(employer, "Sector"), "Label", entry.field)


def _study(study: Element, entry: Entry) -> None:
    _period(study, entry)
    add_given(study, "Title", entry.title)
    add_given(study, "Activities", marked_up(entry.summary, entry.outcomes))
    school = add(study, "Organisation")
    add_given(school, "Name", entry.organisation)
    _where(school, entry)
    if entry.level:
        level = add(study, "Level")
        number = entry.level.removeprefix("EQF ")
        add_given(level, "Code", number if number.isdigit() else None)
        add(level, "Label", entry.level)
    if entry.field:
        add(add(study, "Field"), "Label", entry.field)


def _where(organisation: Element, entry: Entry) -> None:
    if not (entry.place or entry.country or entry.url):
        return
    contact = add(organisation, "ContactInfo")
    if entry.place or entry.country:
        where = add(add(contact, "Address"), "Contact")
        add_given(where, "Municipality", entry.place)
        _coded(where, "Country", entry.country)
    if entry.url:
        add(add(contact, "Website"), "Contact", entry.url)


def _skills(skills: Element, record: Record) -> None:
    if record.languages:
        linguistic = add(skills, "Linguistic")
        for is_native, listed, name in (
            (True, "MotherTongueList", "MotherTongue"),
            (False, "ForeignLanguageList", "ForeignLanguage"),
        ):
            found = [language for language in record.languages if language.is_native is is_native]
            tongues = add(linguistic, listed) if found else linguistic
            for language in found:
                _language(add(tongues, name), language)
    prose = {entry.title: entry.summary for entry in record.entries if entry.field == "Skills"}
    points: dict[str, list[str]] = {}
    for group, found_skills in grouped(record).items():
        section = group if group in _SECTIONS else "JobRelated"
        points.setdefault(section, []).extend(skill.label for skill in found_skills)
    for section in _SECTIONS[:-1]:
        _section(skills, section, prose.get(section), points.get(section, []))
    licences = [word for entry in record.entries if entry.field == "Skills" for word in entry.keywords]
    if licences:
        described = add(add(skills, "Driving"), "Description")
        for licence in licences:
            add(described, "Licence", licence)
    _section(skills, "Other", prose.get("Other"), points.get("Other", []))


def _section(skills: Element, name: str, prose: str | None, points: list[str]) -> None:
    if said := marked_up(prose, points):
        add(add(skills, name), "Description", said)


def _language(tongue: Element, language: Language) -> None:
    described = add(tongue, "Description")
    add_given(described, "Code", language.code)
    add(described, "Label", language.label)
    overall = language.level if language.level in _LEVELS else None
    stated = (language.listening, language.reading, language.interaction, language.production, language.writing)
    if not language.is_native and (overall or any(stated)):
        levels = add(tongue, "ProficiencyLevel")
        names = ("Listening", "Reading", "SpokenInteraction", "SpokenProduction", "Writing")
        for name, level in zip(names, stated, strict=True):
            add_given(levels, name, level or overall)


def _achievement(achievement: Element, entry: Entry) -> None:
    title = add(achievement, "Title")
    add_given(title, "Code", _CODES.get(entry.kind))
    add(title, "Label", entry.title or entry.kind.value)
    add_given(achievement, "Description", marked_up(entry.summary, entry.highlights))


def _period(parent: Element, entry: Entry) -> None:
    if not (entry.since or entry.until or entry.is_ongoing):
        return
    period = add(parent, "Period")
    _day(period, "From", entry.since)
    _day(period, "To", entry.until)
    if entry.is_ongoing:
        add(period, "Current", "true")


def _day(parent: Element, tag: str, day: str | None) -> None:
    if day:
        year, month, rest = (*day.split("-"), None, None)[:3]
        add(parent, tag, year=year, month=f"--{month}" if month else None, day=f"---{rest}" if rest else None)


def _coded(parent: Element, tag: str, said: str | None) -> None:
    if said:
        is_code = len(said) <= 3 and said.isalpha()
        add(add(parent, tag), "Code" if is_code else "Label", said)
