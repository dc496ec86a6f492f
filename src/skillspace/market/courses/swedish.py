"""Reads Sweden's training offers for shortage occupations: JobTech's table, keyed by SSYK-4 code."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson

from skillspace.kernel.errors import UnreadableFile
from skillspace.market.courses.model import Course
from skillspace.market.lines import fingerprint
from skillspace.market.linking import Link, common_skills, occupations_in
from skillspace.market.masking import mask_contacts, one_line, plain_text
from skillspace.market.territory import named
from skillspace.skills.taxonomy import Taxonomies

LANGUAGE = "sv"
SOURCE = "Arbetsförmedlingen, JobTech"
USUAL_SKILLS = 8
"""How many skills of the occupation group a course is taken to teach, beside those its own text names."""
NAMES = ("utbildningsnamn", "url", "ort")
BY_THE_AGENCY = "aub"


def read_swedish_courses(path: Path, taxonomies: Taxonomies, link: Link) -> list[Course]:
    """Return the offers, one that stands under several occupation groups once, with what all of them need.

    The table names no provider and no dates: the provider is the web site's name, the dates stay None.
    Raises UnreadableFile naming the group whose entry is broken.
    """
    try:
        table = orjson.loads(path.read_bytes())
        groups = sorted(table.items())
    except (OSError, orjson.JSONDecodeError, AttributeError) as fault:
        raise UnreadableFile(f"{path.name} holds no table of offers by SSYK code ({fault}).") from fault
    offers: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for code, listed in groups:
        for offer in listed:
            try:
                names = [offer[name] for name in NAMES]
            except (KeyError, TypeError) as fault:
                raise UnreadableFile(f"{path.name}, group {code}: an offer has no {fault}.") from fault
            if not all(isinstance(name, str) for name in names):
                raise UnreadableFile(f"{path.name}, group {code}: title, address or place of an offer is no text.")
            key = fingerprint("\n".join(names).encode())
            offers.setdefault(key, (offer, []))[1].append(code)
    usual = {code: _usual_skills(taxonomies, code) for code, _ in groups}
    return [_course(key, offer, codes, usual, link) for key, (offer, codes) in offers.items()]


def _usual_skills(taxonomies: Taxonomies, code: str) -> list[str]:
    group = f"jobtech:{code}"
    return common_skills(taxonomies, occupations_in(taxonomies, group), USUAL_SKILLS)


def _course(key: str, offer: dict[str, Any], codes: list[str], usual: dict[str, list[str]], link: Link) -> Course:
    title = one_line(offer["utbildningsnamn"])
    description = mask_contacts(plain_text(offer.get("beskrivning") or ""))
    place = named(offer["ort"], "SE")
    skills = dict.fromkeys(link(f"{title}\n{description}", LANGUAGE))
    for code in codes:
        skills |= dict.fromkeys(usual[code])
    address = offer["url"] if offer["url"].startswith(("http://", "https://")) else None
    by_agency = offer.get("utbildningstyp") == BY_THE_AGENCY
    return Course(
        id=f"susa-{key[:16]}",
        title=title,
        language=LANGUAGE,
        provider="Arbetsförmedlingen" if by_agency else (urlsplit(address or "").hostname or "–").removeprefix("www."),
        place_code=place.code if place else None,
        place_name=one_line(offer["ort"]) or None,
        region_code=place.region_code if place else None,
        region_name=place.region_name if place else None,
        country="SE",
        url=address,
        skills=tuple(skills),
        synthetic=False,
        source=SOURCE,
        description=description or None,
    )
