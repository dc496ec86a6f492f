"""A vacancy: what a job asks for, where, and by whom; the same words whichever source it came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Vacancy:
    """One job offer. ``skills`` holds (ESCO URI, is essential); ``language`` is the ad's, ISO 639-1.

    ``words`` holds (URI, what the employer itself calls it) for those skills that it has a word of its own for.

    ``place_code`` as in `market.territory`; None wherever a source does not say. ``at`` is latitude and longitude in
    degrees, as the source itself states them. ``source`` is a DID or the name of the collection; a ``synthetic`` offer
    was generated, nobody makes it, and it says so wherever it is shown.
    ``salary`` is a sentence as written; ``hours`` is a share of full time as written ("full-time", "80 %").
    """

    id: str
    title: str
    language: str
    employer: str
    place_code: str | None = None
    place_name: str | None = None
    region_code: str | None = None
    region_name: str | None = None
    country: str | None = None
    at: tuple[float, float] | None = None
    occupation: str | None = None
    skills: tuple[tuple[str, bool], ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    published: dt.date | None = None
    closes: dt.date | None = None
    url: str | None = None
    text: str | None = None
    synthetic: bool
    source: str
    salary: str | None = None
    hours: str | None = None
