"""Reads vacancies of the European job mobility portal: one HR Open 3.2 PositionOpening, XML, with an ISCO-08 code."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from xml.etree import ElementTree

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.market.linking import ISCO, Link, common_skills, occupation_of_group, occupations_in
from skillspace.market.masking import mask_contacts, one_line, plain_text
from skillspace.market.territory import named
from skillspace.market.vacancies.model import Vacancy
from skillspace.skills.taxonomy import Need, Taxonomies

NAMESPACE = "{http://www.hr-xml.org/3}"
PLACES = "{http://www.openapplications.org/oagis/9}"
LARGEST = 2_000_000
_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


def read_eures(path: Path, source: str, taxonomies: Taxonomies, link: Link) -> Vacancy:
    """Read one ad. Raises UnreadableFile when the file is no PositionOpening, or carries a document type."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise UnreadableFile(f"{path.name} cannot be read: {fault.strerror}.") from fault
    try:
        return eures_vacancy(content, source, taxonomies, link)
    except BadInput as fault:
        raise UnreadableFile(f"{path.name}: {fault.message}") from fault


def eures_vacancy(content: bytes, source: str, taxonomies: Taxonomies, link: Link) -> Vacancy:
    """Return the vacancy of one PositionOpening. Raises BadInput naming what is missing."""
    profile, identifier = _profile(content)
    language = {"no": "no", "nb": "no", "nn": "no"}.get(given := profile.get("languageCode", "en").lower()[:2], given)
    title = one_line(_text(profile, "PositionTitle"))
    text = mask_contacts(plain_text(_text(profile, "PositionFormattedDescription/Content")))
    group = ISCO + _text(profile, "JobCategoryCode")
    occupation = occupation_of_group(taxonomies, group, title, language)
    address = profile.find(_path("PositionLocation/Address"))
    city = _text(address, f"{PLACES}CityName").title() if address is not None else ""
    country = _text(address, "CountryCode") if address is not None else ""
    place = named(city, country) if city and country else None
    return Vacancy(
        id=f"eures-{identifier}",
        title=title,
        language=language,
        employer=one_line(_text(profile, "PositionOrganization/OrganizationIdentifiers/OrganizationName")) or "–",
        place_code=place.code if place else None,
        place_name=city or None,
        region_code=(_text(address, f"{PLACES}CountrySubDivisionCode") or None) if address is not None else None,
        country=country or None,
        occupation=occupation,
        skills=skills_of_ad(taxonomies, occupation, group, link(f"{title}\n{text}", language)),
        closes=_day(_text(profile, "ApplicationCloseDate")),
        url=_link_back(_text(profile, "PostingInstruction/ApplicationMethod/Instructions")),
        text=text or None,
        synthetic=False,
        source=source,
        hours={"FullTime": "full-time", "PartTime": "part-time"}.get(_text(profile, "PositionScheduleTypeCode")),
    )


def skills_of_ad(
    taxonomies: Taxonomies, occupation: str | None, group: str | None, spoken_of: list[str]
) -> tuple[tuple[str, bool], ...]:
    """Return what an ad needs: skills its text speaks of, then those essential to its occupation or its group."""
    if occupation:
        links = taxonomies.skills_of(occupation)
        usual = [link.uri for link in links if link.need is Need.ESSENTIAL]
    else:
        usual = common_skills(taxonomies, occupations_in(taxonomies, group)) if group else []
    return tuple((uri, True) for uri in dict.fromkeys([*spoken_of, *usual]))


def _profile(content: bytes) -> tuple[ElementTree.Element, str]:
    if len(content) > LARGEST or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadInput("it is too large or carries a document type; send the bare PositionOpening.")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314  no entity can be declared without a document type
    except (ElementTree.ParseError, ValueError, LookupError) as fault:
        raise BadInput(f"it is not well-formed XML ({fault}).") from fault
    profile = root.find(_path("PositionProfile"))
    identifier = one_line(_text(root, "DocumentID"))
    if profile is None or not identifier or not _text(profile, "PositionTitle"):
        raise BadInput("it has no PositionProfile with a PositionTitle, or no DocumentID.")
    return profile, identifier


def _path(steps: str) -> str:
    if "{" in steps:
        return steps
    return "/".join(NAMESPACE + step for step in steps.split("/"))


def _text(element: ElementTree.Element, steps: str) -> str:
    return (element.findtext(_path(steps)) or "").strip()


def _link_back(instructions: str) -> str | None:
    found = _ADDRESS.search(instructions)
    return found[0] if found else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
