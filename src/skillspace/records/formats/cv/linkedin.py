"""LinkedIn's copy of one's own data: an archive of tables that a member may ask for (GDPR art. 15 and 20).

Column names are those of the archives handed out; a table that is missing is simply not told of. Connections, messages
and advertising data are other people's or not about skills, and are not opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.formats.cv.curriculum import curriculum
from skillspace.records.formats.edge import Envelope, asserted, partial_day
from skillspace.records.formats.files.archive import Archive
from skillspace.records.formats.files.opening import decode
from skillspace.records.formats.files.tables import parse_table
from skillspace.records.life import Entry, EntryKind, Language, Link, Person
from skillspace.records.model import Record, SkillAssertion, ValidationLevel

FORMAT = "linkedin"
TITLE = "LinkedIn archive (ZIP of CSV)"
NEEDS_SIGNATURE = True
_OWN = {"Positions.csv", "Education.csv", "Skills.csv", "Certifications.csv", "Languages.csv"}
_MONTHS = ("%b %Y", "%B %Y", "%Y", "%b %d, %Y", "%Y-%m-%d", "%m/%Y", "%Y/%m")
_TABLES = {
    EntryKind.WORK: "Positions.csv", EntryKind.EDUCATION: "Education.csv",
    EntryKind.CERTIFICATE: "Certifications.csv", EntryKind.PROJECT: "Projects.csv",
    EntryKind.VOLUNTEERING: "Volunteering.csv", EntryKind.AWARD: "Honors.csv",
    EntryKind.PUBLICATION: "Publications.csv", EntryKind.OTHER: "Courses.csv",
}  # fmt: skip
_TITLES = ("Title", "Degree Name", "Role", "Name")
_BODIES = ("Company Name", "School Name", "Authority", "Publisher")


def recognises(document: object) -> bool:
    """Whether this is such an archive: the member's profile beside at least one table of their life."""
    return isinstance(document, Archive) and "Profile.csv" in set(document) and bool(_OWN & set(document))


def read(document: object, envelope: Envelope) -> Record:
    """Read an archive into a record; raises UnreadableFile naming the table at fault."""
    if not isinstance(document, Archive):
        raise UnreadableFile("This LinkedIn archive cannot be read: it is no ZIP.")
    person = _person(document)
    record = curriculum(
        FORMAT,
        envelope,
        person,
        languages=tuple(
            Language(label=row["Name"], level=row.get("Proficiency") or None)
            for row in _rows(document, "Languages.csv")
            if row.get("Name")
        ),
        entries=tuple(_entries(document)),
    )
    return replace(record, assertions=tuple(_assertions(document, record)))


def _rows(archive: Archive, name: str) -> Iterator[Mapping[str, str]]:
    if name in set(archive):
        yield from parse_table(decode(archive[name]), name)


def _person(archive: Archive) -> Person:
    row = next(iter(_rows(archive, "Profile.csv")), {})
    given, family = row.get("First Name") or None, row.get("Last Name") or None
    emails = (each.get("Email Address") for each in _rows(archive, "Email Addresses.csv"))
    phones = (each.get("Number") for each in _rows(archive, "PhoneNumbers.csv"))
    # [COMPANY:https://example.com,PORTFOLIO:https://me.example]: kinds and addresses between brackets
    sites = [each.strip() for each in row.get("Websites", "").strip("[]").split(",")]
    links = [(kind, url) for kind, _, url in (site.partition(":") for site in sites) if url.startswith("http")]
    return Person(
        name=" ".join(part for part in (given, family) if part) or None,
        given=given,
        family=family,
        birth=_day(row.get("Birth Date")),
        headline=row.get("Headline") or None,
        summary=row.get("Summary") or None,
        emails=tuple(each for each in emails if each),
        phones=tuple(each for each in phones if each),
        links=tuple(Link(url=url, label=kind.title()) for kind, url in links),
        street=row.get("Address") or None,
        postcode=row.get("Zip Code") or None,
        region=row.get("Geo Location") or None,
    )


def _entries(archive: Archive) -> Iterator[Entry]:
    for kind, table in _TABLES.items():
        for row in _rows(archive, table):
            since = next(
                (row[name] for name in ("Started On", "Start Date", "Issued On", "Published On") if row.get(name)), None
            )
            until = next((row[name] for name in ("Finished On", "End Date") if row.get(name)), None)
            yield Entry(
                kind=kind,
                title=next((row[name] for name in _TITLES if row.get(name)), ""),
                organisation=next((row[name] for name in _BODIES if row.get(name)), None),
                place=row.get("Location") or None,
                since=_day(since),
                until=_day(until),
                is_ongoing=kind is EntryKind.WORK and bool(since) and not until,
                summary=row.get("Description") or row.get("Notes") or row.get("Activities") or None,
                url=row.get("Url") or None,
                identifier=row.get("License Number") or row.get("Number") or None,
            )


def _assertions(archive: Archive, record: Record) -> Iterator[SkillAssertion]:
    endorsed: dict[str, int] = {}
    for row in _rows(archive, "Endorsement_Received_Info.csv"):
        if row.get("Endorsement Status", "ACCEPTED") == "ACCEPTED":
            endorsed[row.get("Skill Name", "")] = endorsed.get(row.get("Skill Name", ""), 0) + 1
    for row in _rows(archive, "Skills.csv"):
        if name := row.get("Name"):
            count = endorsed.get(name, 0)
            yield asserted(
                record, name,
                validation=ValidationLevel.PEER_ENDORSED if count else ValidationLevel.SELF_DECLARED,
                said=(f"endorsed by {count} people" if count else None,),
            )  # fmt: skip
    for language in record.languages:
        yield asserted(record, language.label, level=language.level)


def _day(said: str | None) -> str | None:
    """A day as LinkedIn writes it: ``Jan 2020``, ``2020``, ``Jan 2, 2020``; one it cannot be is left out."""
    for form in _MONTHS if said else ():
        try:
            found = datetime.strptime((said or "").strip(), form)  # noqa: DTZ007 - a day of the calendar, no moment
        except ValueError:
            continue
        return partial_day(
            found.strftime(
                "%Y-%m-%d" if "%d" in form else "%Y-%m" if "%m" in form or "%b" in form or "%B" in form else "%Y"
            )
        )
    return None
