"""A course: what it teaches, where and when; the same words whichever source it came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Course:
    """One training offer. ``skills`` are ESCO URIs it teaches; ``hours`` of work in all, ``ects`` credit points;
    ``price`` is what it costs in all, in ``currency`` (ISO 4217), None where its provider does not say.

    ``words`` holds (URI, what the provider itself calls it) for those skills that it has a word of its own for.

    ``at`` is latitude and longitude in degrees, as the source itself states them.

    ``starts`` and ``ends`` stay None where the source gives no dates: real offers never get invented ones. ``source``
    is a DID or the name of the collection; a ``synthetic`` course was invented, and says so wherever it is shown.
    """

    id: str
    title: str
    language: str
    provider: str
    place_code: str | None = None
    place_name: str | None = None
    region_code: str | None = None
    region_name: str | None = None
    country: str | None = None
    at: tuple[float, float] | None = None
    starts: dt.date | None = None
    ends: dt.date | None = None
    hours: float | None = None
    ects: float | None = None
    price: Decimal | None = None
    currency: str | None = None
    url: str | None = None
    skills: tuple[str, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    synthetic: bool
    source: str
    description: str | None = None
