"""Writing a Europass CV of today: the elements its editor imports, in the order of its own exports."""

from __future__ import annotations

import re

from lxml.etree import SubElement

from skillspace.records.formats.cv.markup import marked_up
from skillspace.records.formats.files.xml import XSI, Element, add, add_given, as_bytes, root_of
from skillspace.records.formats.writing import given_and_family, grouped, of_kind, person_of
from skillspace.records.life import Entry, EntryKind, Language, Person
from skillspace.records.model import Record

_MAIN = "http://www.europass.eu/1.0"
_HR = "http://www.hr-xml.org/3"
_OA = "http://www.openapplications.org/oagis/9"
_EURES = "http://www.europass_eures.eu/1.0"
_SCHEME = {"schemeAgencyName": "EUROPASS", "schemeVersionID": "4.0"}
_PHONE = re.compile(r"\+(\d{1,3})[ -]?(.+)")
_ABILITIES = {
    "listening": "CEF-Understanding-Listening", "reading": "CEF-Understanding-Reading",
    "interaction": "CEF-Speaking-Interaction", "production": "CEF-Speaking-Production",
    "writing": "CEF-Writing-Production",
}  # fmt: skip
OWN_SECTIONS = {
    EntryKind.PROJECT: "Projects",
    EntryKind.VOLUNTEERING: "Volunteering",
    EntryKind.AWARD: "Honours and awards",
    EntryKind.CERTIFICATE: "Certifications",
    EntryKind.INTEREST: "Hobbies and interests",
    EntryKind.REFERENCE: "Recommendations",
}
"""The editor imports no section of its own for these; it takes them as sections of the person's making, so called."""
_SHOWN = ("work-experience", "education-training", "language", "profile-skills")


def write_record(record: Record) -> bytes:
    """Write a record as a Candidate document."""
    root = root_of("Candidate", _MAIN, {"hr": _HR, "oa": _OA, "eures": _EURES, "xsi": XSI})
    root.set(f"{{{XSI}}}schemaLocation", f"{_MAIN} Candidate.xsd")
    add(root, "DocumentID", space=_HR, schemeID="skillspace", schemeName="DocumentIdentifier", **_SCHEME)
    person = person_of(record)
    _person(add(root, "CandidatePerson"), person, record)
    profile = add(root, "CandidateProfile", languageCode="en")
    add_given(profile, "CandidateObjective", person.headline, space=_HR)
    add_given(profile, "ExecutiveSummary", marked_up(person.summary), space=_HR)
    work = add(profile, "EmploymentHistory")
    for entry in of_kind(record, EntryKind.WORK):
        _employment(add(work, "EmployerHistory"), entry)
    studies = add(profile, "EducationHistory")
    for entry in of_kind(record, EntryKind.EDUCATION):
        _study(add(studies, "EducationOrganizationAttendance"), entry)
    _publications(profile, record)
    spoken = add(profile, "PersonQualifications")
    for language in record.languages:
        if not language.is_native:
            _language(add(spoken, "PersonCompetency"), language)
    _skills(profile, record)
    for entry in of_kind(record, *OWN_SECTIONS, EntryKind.OTHER):
        section = add(profile, "Others")  # one for each: of several items in one the editor keeps the last
        add(section, "Title", OWN_SECTIONS.get(entry.kind) or entry.field or "Other")
        _item(add(section, "Other"), entry)
    _design(root)
    return as_bytes(root)


def _design(root: Element) -> None:
    """What the editor shows of the document: without it, nothing but who the person is."""
    design = add(add(root, "RenderingInformation"), "Design")
    for tag, value in (("Template", "Template1"), ("Color", "Default"), ("FontSize", "Medium"), ("Logo", "FirstPage")):
        add(design, tag, value)
    add(design, "PageNumbers", "false")
    sections = add(design, "SectionsOrder")
    for shown in _SHOWN:
        add(add(sections, "Section"), "Title", shown)


def _person(about: Element, person: Person, record: Record) -> None:
    given, family = given_and_family(person)
    name = add(about, "PersonName")
    add_given(name, "GivenName", given, space=_OA)
    add_given(name, "FamilyName", family, space=_HR)
    for email in person.emails:
        way = _way(about, "Email")
        add(way, "URI", email, space=_OA)
    for phone in person.phones:
        if dialled := _PHONE.fullmatch(phone):  # a number without its country's makes the editor refuse the whole CV
            way = _way(about, "Telephone")
            add(way, "CountryDialing", dialled[1])
            add(way, "DialNumber", dialled[2], space=_OA)
    for link in person.links:
        way = _way(about, "Social Media" if link.label else "Web")
        add_given(way, "UseCode", link.label)
        add(way, "URI", link.url, space=_OA)
    if person.street or person.city or person.postcode or person.country or person.region:
        home = add(add(about, "Communication"), "Address", type="home")
        add_given(home, "AddressLine", person.street, space=_OA)
        add_given(home, "CityName", person.city, space=_OA)
        add_given(home, "CountrySubDivisionCode", person.region, space=_OA)
        add_given(home, "CountryCode", person.country)
        add_given(home, "PostalCode", person.postcode, space=_OA)
    add_given(about, "NationalityCode", person.nationality)
    add_given(about, "BirthDate", person.birth, space=_HR)
    for language in record.languages:
        if language.is_native:
            add(about, "PrimaryLanguageCode", language.code or language.label, name=_naming(language))


def _way(about: Element, channel: str) -> Element:
    way = add(about, "Communication")
    add(way, "ChannelCode", channel)
    return way


def _employment(employer: Element, entry: Entry) -> None:
    add_given(employer, "OrganizationName", entry.organisation, space=_HR)
    add_given(employer, "IndustryCode", entry.field, space=_HR)
    add_given(employer, "Link", entry.url)
    position = add(employer, "PositionHistory")
    coded = {"typeCode": "URI", "languageID": entry.occupation} if entry.occupation else {"typeCode": "FREETEXT"}
    add(position, "PositionTitle", entry.title, **coded)
    period = add(position, "EmploymentPeriod", space=_EURES)
    _days(period, entry, space=_EURES)
    add(period, "CurrentIndicator", str(entry.is_ongoing).lower(), space=_HR)
    add_given(position, "Description", marked_up(entry.summary, entry.highlights), space=_OA)
    add_given(position, "City", entry.place)
    add_given(position, "Country", entry.country)


def _study(study: Element, entry: Entry) -> None:
    add_given(study, "OrganizationName", entry.organisation, space=_HR)
    if entry.place or entry.country:
        where = add(add(add(study, "OrganizationContact"), "Communication"), "Address")
        add_given(where, "CityName", entry.place, space=_OA)
        add_given(where, "CountryCode", entry.country)
    period = add(study, "AttendancePeriod")
    _days(period, entry)
    add(period, "Ongoing", str(entry.is_ongoing).lower())
    degree = add(study, "EducationDegree")
    add_given(degree, "DegreeName", entry.title, space=_HR)
    add_given(degree, "OccupationalSkillsCovered", marked_up(entry.summary, entry.outcomes))
    if entry.field:
        add(add(degree, "FieldOfStudy", typeCode="FREETEXT"), "MainFieldOfStudy", entry.field)
    if entry.grade:
        add(add(degree, "FinalGrade"), "ScoreText", entry.grade, space=_HR)
    add_given(degree, "Thesis", next(iter(entry.highlights), None))
    add_given(degree, "CreditType", entry.credit_scheme)
    add_given(degree, "NumberOfCredit", entry.credits)
    level = entry.level.removeprefix("EQF ") if entry.level else ""
    add_given(study, "EducationLevelCode", level if level in set("12345678") else None)
    add_given(study, "Link", entry.url)


def _publications(profile: Element, record: Record) -> None:
    history = add(profile, "PublicationHistory")
    for entry in of_kind(record, EntryKind.PUBLICATION):
        one = add(history, "Publication")
        described = marked_up(entry.summary, entry.highlights)
        add_given(one, "FormattedPublicationDescription", described, space=_HR)
        add_given(one, "Title", entry.title)
        if entry.since:
            add(one, "Year", entry.since)
        add_given(one, "Publisher", entry.organisation)
        add_given(one, "Link", entry.url)


def _language(spoken: Element, language: Language) -> None:
    add(spoken, "CompetencyID", language.code or language.label, schemeName=_naming(language))
    add(spoken, "TaxonomyID", "language", space=_HR)
    for ability, code in _ABILITIES.items():
        if level := getattr(language, ability) or _cefr(language.level):
            side = SubElement(spoken, f"{{{_EURES}}}CompetencyDimension")
            add(side, "CompetencyDimensionTypeCode", code, space=_HR)
            add(add(side, "Score", space=_EURES), "ScoreText", level, space=_HR)


def _skills(profile: Element, record: Record) -> None:
    skills = add(profile, "Skills")
    listed: set[str] = set()
    for group, found in grouped(record).items():
        place = skills
        if group is not None:
            place = add(skills, "SkillsGroup")
            add(place, "Title", group)
        for skill in found:
            if skill.label.casefold() in listed:
                continue  # the editor refuses a skill that is named twice
            listed.add(skill.label.casefold())
            one = add(place, "PersonCompetency")
            add(one, "TaxonomyID", "Digital_Skill", space=_HR)
            add(one, "CompetencyName", skill.label, space=_HR)


def _item(item: Element, entry: Entry) -> None:
    add(item, "Title", entry.title or entry.kind.value)
    if entry.since or entry.until or entry.is_ongoing:
        when = add(item, "Date")
        _days(when, entry)
        if entry.is_ongoing:
            add(when, "Ongoing", "true")
    add_given(item, "Description", marked_up(entry.summary, entry.highlights))
    add_given(item, "Link", entry.url)


def _days(period: Element, entry: Entry, *, space: str | None = None) -> None:
    for tag, day in (("StartDate", entry.since), ("EndDate", entry.until)):
        if day:
            add(add(period, tag, space=space), "FormattedDateTime", day, space=_HR)


def _naming(language: Language) -> str:
    return "NORMAL" if language.code else "FREE_TEXT"


def _cefr(level: str | None) -> str | None:
    return level if level in {"A1", "A2", "B1", "B2", "C1", "C2"} else None
