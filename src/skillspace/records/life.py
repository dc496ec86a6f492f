"""What a document tells of a person besides skills: who they are, the languages they speak, and the stations of their
life, such as jobs, studies and projects; kept so that a document can be written again in another format."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pydantic import ConfigDict

STRICT = ConfigDict(strict=True, extra="forbid")


class EntryKind(StrEnum):
    """What sort of station an entry is."""

    WORK = "work"
    VOLUNTEERING = "volunteering"
    EDUCATION = "education"
    PROJECT = "project"
    AWARD = "award"
    CERTIFICATE = "certificate"
    PUBLICATION = "publication"
    INTEREST = "interest"
    REFERENCE = "reference"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Link:
    """An address on the web that belongs to a person; `label` names the site, `username` the person there."""

    __pydantic_config__ = STRICT

    url: str
    label: str | None = None
    username: str | None = None


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who the document is about, in its own words. `birth` is a partial day, `country` and `nationality` as written."""

    __pydantic_config__ = STRICT

    name: str | None = None
    given: str | None = None
    family: str | None = None
    birth: str | None = None
    nationality: str | None = None
    headline: str | None = None
    summary: str | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    street: str | None = None
    postcode: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language the person speaks: `level` overall in the document's words, or by ability (CEFR, A1 to C2)."""

    __pydantic_config__ = STRICT

    label: str
    code: str | None = None
    is_native: bool = False
    level: str | None = None
    listening: str | None = None
    reading: str | None = None
    interaction: str | None = None
    production: str | None = None
    writing: str | None = None

    @property
    def overall(self) -> str | None:
        """The level in one word: as stated, else the lowest of the abilities, as a chain is judged."""
        stated = (self.listening, self.reading, self.interaction, self.production, self.writing)
        return self.level or min((level for level in stated if level), default=None)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One station: `title` is the position, the degree, the course or the project; `organisation` where it was.

    `since` and `until` are partial days (``2014``, ``2014-06``, ``2014-06-29``). `field` is the area of study or the
    sector, `level` the level of a study in the document's words (``EQF 6``), `credits` points in `credit_scheme`.
    `parts` are the courses of a study; `passed` is None where the document does not say. `workload` is a duration (ISO
    8601), `mode` how one takes part, `assessment` of which type it is, `quality` how the quality of a study is assured.
    """

    __pydantic_config__ = STRICT

    kind: EntryKind
    title: str = ""
    organisation: str | None = None
    about_organisation: str | None = None
    place: str | None = None
    country: str | None = None
    since: str | None = None
    until: str | None = None
    is_ongoing: bool = False
    summary: str | None = None
    highlights: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    url: str | None = None
    identifier: str | None = None
    occupation: str | None = None
    field: str | None = None
    level: str | None = None
    grade: str | None = None
    grade_scheme: str | None = None
    credits: str | None = None
    credit_scheme: str | None = None
    workload: str | None = None
    mode: str | None = None
    assessment: str | None = None
    quality: str | None = None
    passed: bool | None = None
    outcomes: tuple[str, ...] = ()
    parts: tuple[Entry, ...] = ()
