"""The functions of the rule language: what a value becomes, and the things that come into being beside it."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import datetime
from typing import Any

Thing = dict[str, Any]
LONG_DATE = re.compile(r"[A-Z][a-z]+ \d{1,2}, \d{4}(?: \d{1,2}:\d{2} [ap]m)?")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def worded(value: Any, language: str) -> Thing:
    """Return a text with its language (JSON-LD 1.1 §4.2.4)."""
    return {"@value": value, "@language": language or "en"}


def as_date(value: Any, param: str) -> str | None:
    """Return a date or moment in XML Schema's form, or None for what cannot be read as one.

    ``fno:year-only`` makes a year the first of its January, ``fno:big-endian-no-separator`` reads ``20231009``; without
    either, an ISO 8601 date stays, and an English one such as ``May 19, 2022 7:09 pm`` is read, whatever the machine's
    own language is.
    """
    text = str(value).strip()
    try:
        return _date(text, param)
    except ValueError:
        return None


def _date(text: str, param: str) -> str | None:
    if param == "fno:year-only":
        return f"{text}-01-01" if re.fullmatch(r"\d{4}", text) else None
    if param == "fno:big-endian-no-separator":
        return datetime.strptime(text, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a day has no zone
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return datetime.fromisoformat(text).date().isoformat()
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}T[\d:.+Z-]+", text):
        return datetime.fromisoformat(text).isoformat()
    return _long_date(text) if LONG_DATE.fullmatch(text) else None


def _long_date(text: str) -> str:
    month, _, rest = text.partition(" ")
    number = next((at for at, name in enumerate(MONTHS, 1) if name == month[:3].lower()), 0)
    day, year, *clock = re.split(r"[ ,:]+", rest)
    if not clock:
        return datetime(int(year), number, int(day)).date().isoformat()  # noqa: DTZ001 - the source names no zone
    hour = int(clock[0]) % 12 + (12 if clock[2] == "pm" else 0)
    return datetime(int(year), number, int(day), hour, int(clock[1])).isoformat()  # noqa: DTZ001


def key_of(path: str) -> str:
    """Return the name a provider's own list of values goes by: the MD5 of the path the values stand at."""
    return hashlib.md5(path.encode(), usedforsecurity=False).hexdigest()


def listed(provider: str, sort: str, path: str, value: Any, language: str) -> tuple[str, str, list[Thing]]:
    """Return (scale, value, the things they are) of a value that comes from the provider's own list of values."""
    base = f"term:{provider}/{sort}/{key_of(path)}"
    scale, identifier = f"{base}/scale", f"{base}/value/{value}"
    collection = {
        "id": scale,
        "type": "skos:Collection",
        "prefLabel": worded(f"{provider} collection for {sort} in {path}", "en"),
    }
    concept = {
        "id": identifier,
        "type": "skos:Concept",
        "memberOf": scale,
        "prefLabel": worded(str(value), language),
        "notation": value,
    }
    return scale, identifier, [collection, concept]


def family(provider: str, path: str, value: Any, language: str) -> tuple[str, Thing]:
    """Return (identifier, the thing it is) of the family a value names."""
    base = f"term:{provider}/family/{key_of(path)}"
    concept = {
        "id": f"{base}/{value}",
        "type": "skos:Concept",
        "memberOf": f"{base}/collection",
        "prefLabel": worded(str(value), language),
    }
    return f"{base}/{value}", concept


def as_source(value: Any) -> str:
    """Return a record as one line of JSON, its texts as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
