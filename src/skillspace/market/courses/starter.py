"""Reads the dozen invented courses that come with the starter pack, in one of its languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import orjson

from skillspace.kernel.errors import UnreadableFile
from skillspace.market.courses.model import Course
from skillspace.market.territory import named
from skillspace.skills.taxonomy import Taxonomies, starter_folder

SOURCE = "Skillspace starter pack"
LANGUAGES = {"SE": "sv", "FR": "fr", "IE": "en"}


def read_starter_courses(taxonomies: Taxonomies, path: Path | None = None) -> list[Course]:
    """Return the invented courses, each titled in the language of its place, teaching what a loaded pack knows.

    Raises UnreadableFile naming the course that is broken.
    """
    path = path or starter_folder() / "courses.json"
    try:
        listed = orjson.loads(path.read_bytes())["courses"]
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError) as fault:
        raise UnreadableFile(f"{path.name} holds no list of courses ({fault}).") from fault
    courses = []
    for number, entry in enumerate(listed, start=1):
        try:
            place = named(entry["place"], "XX")
            language = LANGUAGES.get(entry["country"], "en")
            courses.append(
                Course(
                    id=f"starter-{entry['id']}",
                    title=entry["title"][language],
                    language=language,
                    provider=entry["provider"],
                    place_code=place.code if place else None,
                    place_name=entry["place"],
                    region_code=place.region_code if place else None,
                    region_name=place.region_name if place else None,
                    country=place.country if place else None,
                    starts=dt.date.fromisoformat(entry["starts"]),
                    ends=dt.date.fromisoformat(entry["ends"]),
                    hours=float(entry["hours"]),
                    price=Decimal(entry["price"]),
                    currency="EUR",
                    skills=tuple(uri for uri in entry["skills"] if taxonomies.has(uri)),
                    synthetic=True,
                    source=SOURCE,
                )
            )
        except (KeyError, TypeError, ValueError, ArithmeticError) as fault:
            raise UnreadableFile(f"{path.name}, course {number}: {fault!r}.") from fault
    return courses
