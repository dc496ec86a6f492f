"""Reads vacancies of workindenmark.dk: postings with their bullet points, in English or Danish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import UnreadableFile
from skillspace.market.linking import Link, occupation_named
from skillspace.market.masking import mask_contacts, one_line, plain_text
from skillspace.market.vacancies.eures import skills_of_ad
from skillspace.market.vacancies.model import Vacancy
from skillspace.skills.taxonomy import Taxonomies

REGIONS = {
    "Hovedstaden og Bornholm": "DK01",
    "Øvrige Sjælland": "DK02",
    "Syddanmark": "DK03",
    "Midtjylland": "DK04",
    "Nordjylland": "DK05",
}
"""The agency's own regions as NUTS 2021 codes."""
HOURS = {"Fuldtid": "full-time", "Deltid": "part-time"}


def read_workindenmark(path: Path, source: str, taxonomies: Taxonomies, link: Link) -> Iterator[Vacancy]:
    """Give the vacancies of one export. Raises UnreadableFile naming the posting that is broken."""
    try:
        postings = orjson.loads(path.read_bytes())["JobPostingsExtended"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as fault:
        raise UnreadableFile(f"{path.name} is no export of workindenmark.dk ({type(fault).__name__}).") from fault
    for number, posting in enumerate(postings, start=1):
        try:
            yield _vacancy(posting, source, taxonomies, link)
        except (KeyError, TypeError, AttributeError) as fault:
            raise UnreadableFile(f"{path.name}, posting {number}: {fault} is missing or of a wrong kind.") from fault


def _vacancy(extended: dict[str, Any], source: str, taxonomies: Taxonomies, link: Link) -> Vacancy:
    posting = extended["JobPosting"]
    language = "en" if "en" in (posting["Language"] or "").split("/") else "da"
    title = one_line(posting["Title"])
    points = [plain_text(point["Text"]) for point in extended["BulletPoints"] or []]
    text = mask_contacts("\n".join(dict.fromkeys(point for point in points if point)))
    occupation = occupation_named(taxonomies, title, language) or occupation_named(
        taxonomies, posting["Occupation"], "da"
    )
    return Vacancy(
        id=f"workindenmark-{int(posting['Id'])}",
        title=title,
        language=language,
        employer=one_line(posting["HiringOrgName"]) or "–",
        place_name=one_line(posting["Municipality"] or "") or None,
        region_code=REGIONS.get(posting["Region"]),
        region_name=posting["Region"] or None,
        country="DK" if posting["Country"] == "Danmark" else None,
        occupation=occupation,
        skills=skills_of_ad(taxonomies, occupation, None, link(f"{title}\n{text}", language)),
        published=_day(posting["PostingCreated"]),
        closes=_day(posting["LastDateApplication"]),
        url=posting["Url"],
        text=text or None,
        synthetic=False,
        source=source,
        hours=HOURS.get(posting["WorkHours"]),
    )


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
