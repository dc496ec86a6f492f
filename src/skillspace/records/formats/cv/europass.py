"""Europass CV of today: the `Candidate` document (EURES and HR-XML 3) that the Europass editor writes, imports and
attaches to its PDFs.

The schema itself is not published; element names and their use follow the Commission's description of the Europass XML
(DG EMPL 2020) and what the editor accepts. Long texts hold HTML; only its words, paragraphs and lists are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.cv.curriculum import curriculum
from skillspace.records.formats.cv.europass_writing import OWN_SECTIONS, write_record
from skillspace.records.formats.cv.languages import english_name
from skillspace.records.formats.cv.markup import marked_down, words_in
from skillspace.records.formats.edge import Envelope, asserted, partial_day
from skillspace.records.formats.files.xml import Element, every, first, name_of, text_at, text_of
from skillspace.records.formats.writing import CEFR
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, SkillAssertion

__all__ = ["FORMAT", "NEEDS_SIGNATURE", "TITLE", "read", "recognises", "write_record"]

FORMAT = "europass"
TITLE = "Europass CV (Candidate XML, or the PDF that carries it)"
NEEDS_SIGNATURE = True
ABILITIES = {
    "CEF-Understanding-Listening": "listening", "CEF-Understanding-Reading": "reading",
    "CEF-Speaking-Interaction": "interaction", "CEF-Speaking-Production": "production",
    "CEF-Writing-Production": "writing",
}  # fmt: skip
# Sections whose items have a title, a date and a description; the names are those of the schema.
SECTIONS = {
    "Projects/Project": EntryKind.PROJECT,
    "VoluntaryWorks/VoluntaryWork": EntryKind.VOLUNTEERING,
    "HonoursAndAwards/HonourAndAward": EntryKind.AWARD,
    "Certifications/Certification": EntryKind.CERTIFICATE,
    "PublicationHistory/Publication": EntryKind.PUBLICATION,
    "HobbiesAndInterests/HobbyAndInterest": EntryKind.INTEREST,
    "EmploymentReferences/EmploymentReference": EntryKind.REFERENCE,
}
_SKILL_SECTIONS = ("CommunicationAndInterpersonalSkills", "OrganisationalSkills", "ManagementAndLeadershipSkills")


def recognises(document: object) -> bool:
    """Whether this is a Candidate document."""
    return (
        isinstance(document, Element)
        and name_of(document) == "Candidate"
        and first(document, "CandidatePerson") is not None
    )


def read(document: object, envelope: Envelope) -> Record:
    """Read a CV into a record; raises UnreadableFile naming what does not fit."""
    root = document if isinstance(document, Element) else None
    about, profile = first(root, "CandidatePerson"), first(root, "CandidateProfile")
    if about is None:
        raise UnreadableFile("This Europass CV cannot be read: CandidatePerson is missing.")
    person = _person(about, profile)
    try:
        entries = (*_work(profile), *_education(profile), *_sections(profile), *_others(profile))
    except ValueError as fault:
        raise UnreadableFile(f"This Europass CV cannot be read: {fault}.") from None
    record = curriculum(
        FORMAT,
        envelope,
        person,
        languages=tuple(_languages(about, profile)),
        entries=entries,
    )
    return replace(record, assertions=tuple(_assertions(profile, record)))


def _person(about: Element, profile: Element | None) -> Person:
    given, family = text_at(about, "PersonName/GivenName"), text_at(about, "PersonName/FamilyName")
    emails: list[str] = []
    phones: list[str] = []
    links: list[Link] = []
    for way in every(about, "Communication"):
        channel, address = text_at(way, "ChannelCode"), text_at(way, "URI") or text_at(way, "Text")
        if channel == "Email" and address:
            emails.append(address)
        elif channel == "Telephone" and (number := text_at(way, "DialNumber")):
            dialled = text_at(way, "CountryDialing")
            phones.append(f"+{dialled} {number}" if dialled else number)
        elif channel in {"Web", "Social Media"} and address:
            links.append(Link(url=address, label=text_at(way, "UseCode") if channel == "Social Media" else None))
    home = first(about, "Communication/Address")
    try:
        birth = partial_day(text_at(about, "BirthDate"))
    except ValueError as fault:
        raise UnreadableFile(f"This Europass CV cannot be read: BirthDate: {fault}.") from None
    return Person(
        name=" ".join(part for part in (given, family) if part) or text_at(about, "PersonName/FormattedName"),
        given=given,
        family=family,
        birth=birth,
        nationality=text_at(about, "NationalityCode"),
        headline=text_at(profile, "CandidateObjective"),
        summary=words_in(text_at(profile, "ExecutiveSummary")),
        emails=tuple(emails),
        phones=tuple(phones),
        links=tuple(links),
        street=text_at(home, "AddressLine"),
        postcode=text_at(home, "PostalCode"),
        city=text_at(home, "CityName"),
        region=text_at(home, "CountrySubDivisionCode"),
        country=text_at(home, "CountryCode"),
    )


def _work(profile: Element | None) -> Iterator[Entry]:
    for employer in every(profile, "EmploymentHistory/EmployerHistory"):
        where = first(employer, "OrganizationContact/Communication/Address")
        for position in every(employer, "PositionHistory"):
            title = first(position, "PositionTitle")
            period = first(position, "EmploymentPeriod")
            if period is None:
                period = first(employer, "EmploymentPeriod")
            said, points = marked_down(text_at(position, "Description"))
            uri = title.get("languageID") if title is not None and title.get("typeCode") == "URI" else None
            yield Entry(
                kind=EntryKind.WORK,
                title=" ".join((text_at(title) or "").split()) if title is not None else "",
                organisation=text_at(employer, "OrganizationName"),
                place=text_at(position, "City") or text_at(where, "CityName"),
                country=text_at(position, "Country") or text_at(where, "CountryCode"),
                since=_day(period, "StartDate"),
                until=_day(period, "EndDate"),
                is_ongoing=text_at(period, "CurrentIndicator") == "true",
                summary=said,
                highlights=points,
                url=text_at(employer, "Link"),
                occupation=uri,
                field=text_at(employer, "IndustryCode"),
            )


def _education(profile: Element | None) -> Iterator[Entry]:
    for study in every(profile, "EducationHistory/EducationOrganizationAttendance"):
        degree, where = first(study, "EducationDegree"), first(study, "OrganizationContact/Communication/Address")
        period = first(study, "AttendancePeriod")
        said, points = marked_down(text_at(degree, "OccupationalSkillsCovered"))
        level = text_at(study, "EducationLevelCode")
        thesis = text_at(degree, "Thesis")
        yield Entry(
            kind=EntryKind.EDUCATION,
            title=text_at(degree, "DegreeName") or text_at(study, "ProgramName") or "",
            organisation=text_at(study, "OrganizationName"),
            place=text_at(where, "CityName"),
            country=text_at(where, "CountryCode"),
            since=_day(period, "StartDate"),
            until=_day(period, "EndDate"),
            is_ongoing="true" in (text_at(period, "Ongoing"), text_at(period, "CurrentIndicator")),
            summary=said,
            outcomes=points,
            url=text_at(study, "Link"),
            field=text_at(degree, "FieldOfStudy/MainFieldOfStudy")
            or text_at(degree, "FieldOfStudy/MainFieldOfStudy/ProgramConcentration"),
            level=f"EQF {level}" if level and level.isdigit() else level,
            grade=text_at(degree, "FinalGrade/ScoreText"),
            credits=text_at(degree, "NumberOfCredit"),
            credit_scheme=text_at(degree, "CreditType"),
            highlights=(thesis,) if thesis else (),
        )


def _sections(profile: Element | None) -> Iterator[Entry]:
    for path, kind in SECTIONS.items():
        for item in every(profile, path):
            yield _item(item, kind, None)


def _others(profile: Element | None) -> Iterator[Entry]:
    kinds = {title: kind for kind, title in OWN_SECTIONS.items()}
    for section in every(profile, "Others"):
        title = text_at(section, "Title")
        kind = kinds.get(title or "", EntryKind.OTHER)
        for item in every(section, "Other"):
            yield _item(item, kind, title if kind is EntryKind.OTHER else None)
    for section in _SKILL_SECTIONS:
        for item in every(profile, f"{section}/{section.removesuffix('s')}"):
            yield _item(item, EntryKind.OTHER, section)


def _item(item: Element, kind: EntryKind, field: str | None) -> Entry:
    said, points = marked_down(
        text_at(item, "Description") or text_at(item, "FormattedPublicationDescription") or text_at(item, "Reference")
    )
    return Entry(
        kind=kind,
        title=text_at(item, "Title") or text_at(item, "CertificationName") or "",
        organisation=text_at(item, "Publisher") or text_at(item, "IssuingAuthorityName"),
        since=_day(item, "Date/StartDate") or _day(item, "Year"),
        until=_day(item, "Date/EndDate"),
        is_ongoing=text_at(item, "Date/Ongoing") == "true",
        summary=said,
        highlights=points,
        url=text_at(item, "Link"),
        field=field,
    )


def _languages(about: Element, profile: Element | None) -> Iterator[Language]:
    native = [each for code in every(about, "PrimaryLanguageCode") if (each := text_of(code))]
    for tongue in native:
        yield Language(label=english_name(tongue), code=_code(tongue), is_native=True)
    for spoken in every(profile, "PersonQualifications/PersonCompetency"):
        code = text_at(spoken, "CompetencyID")
        if (text_at(spoken, "TaxonomyID") or "").lower() != "language" or not code or code in native:
            continue
        levels = {
            ABILITIES.get(text_at(side, "CompetencyDimensionTypeCode") or ""): text_at(side, "Score/ScoreText")
            for side in every(spoken, "CompetencyDimension")
        }
        yield Language(
            label=english_name(code),
            code=_code(code),
            listening=levels.get("listening"),
            reading=levels.get("reading"),
            interaction=levels.get("interaction"),
            production=levels.get("production"),
            writing=levels.get("writing"),
        )


def _assertions(profile: Element | None, record: Record) -> Iterator[SkillAssertion]:
    for path, place in (("Skills/PersonCompetency", ""), ("Skills/SkillsGroup", "PersonCompetency")):
        for found in every(profile, path):
            group = text_at(found, "Title") if place else None
            for skill in every(found, place) if place else (found,):
                if name := text_at(skill, "CompetencyName"):
                    yield asserted(record, name, group=group)
    for found in every(profile, "DigitalSkills/DigitalSkillsGroup"):
        for skill in every(found, "DigitalSkill"):
            if name := text_of(skill):
                yield asserted(record, name, group=text_at(found, "Title"))
    for language in record.languages:
        yield asserted(record, language.label, level="native" if language.is_native else language.overall, scheme=CEFR)


def _day(element: Element | None, path: str) -> str | None:
    found = text_at(element, f"{path}/FormattedDateTime") or text_at(element, path)
    return partial_day(found)


def _code(said: str) -> str | None:
    """A code of ISO 639; the editor also lets people write a language's name."""
    return said if len(said) <= 3 and said.isalpha() else None
