"""What every page carries: who is looking, where in the house, and the small things most pages show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

PERSON_ROOMS = ("skills", "opportunities", "plan", "sharing", "you")
ORGANISATION_ROOMS = (
    "overview",
    "offerings",
    "negotiations",
    "agreements",
    "contracts",
    "transfers",
    "peers",
    "people",
    "team",
    "matching",
    "shared",
    "learning",
    "linked",
    "credentials",
    "validation",
    "statistics",
    "members",
    "rights",
    "register",
    "words",
    "review",
    "guardians",
    "audit",
    "log",
)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One sentence on what just happened; `kind` is "done", "care" or "problem", `text` is in the language already."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who is looking: a person, or someone at work for `organisation`, who sees the `rooms` their role opens."""

    name: str
    organisation: str | None = None
    rooms: tuple[str, ...] = PERSON_ROOMS


@dataclass(frozen=True, kw_only=True)
class Chrome:
    """The frame around a page: names, the form token, the room lit in the bar, what waits."""

    space: str
    csrf: str = ""
    path: str = "/"
    viewer: Viewer | None = None
    room: str = ""
    asks_waiting: int = 0
    notice: Notice | None = None
    is_demo: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """The base of every page: `TEMPLATE` names the file that draws it."""

    TEMPLATE: ClassVar[str]

    chrome: Chrome


@dataclass(frozen=True, kw_only=True)
class Place:
    """An organisation as people meet it: its name, and whether its membership of the space was checked."""

    name: str
    is_verified: bool = False

    @property
    def mark(self) -> str:
        """Two letters that stand for the place where a logo would."""
        words = [word for word in self.name.replace("-", " ").split() if word[:1].isalnum()]
        letters = "".join(word[0] for word in words[:2]) if len(words) > 1 else "".join(words)[:2]
        return letters.upper() or "?"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One value a filter or a select offers; `count` is how many things it would show, None where that is unknown."""

    value: str
    label: str
    count: int | None = None
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class SkillTag:
    """A skill in passing: its concept URI, its name, and the level 1 to 6 it is proven at (None: not yours).

    `theirs` is what the provider of an offer calls it, where that is another word.
    """

    uri: str
    label: str
    level: int | None = None
    theirs: str = ""


@dataclass(frozen=True, kw_only=True)
class MatchedSkill:
    """One skill of a match: `via` names the skill of yours it is close to, `is_essential` says the ad insists on it.

    `theirs` is what the provider of the ad calls it, where that is another word.
    """

    uri: str
    label: str
    theirs: str = ""
    level: int | None = None
    via: str = ""
    is_essential: bool = False


@dataclass(frozen=True, kw_only=True)
class Match:
    """What a match rests on, in three parts: you have it, you are close, it is missing."""

    have: tuple[MatchedSkill, ...] = ()
    close: tuple[MatchedSkill, ...] = ()
    missing: tuple[MatchedSkill, ...] = ()

    @property
    def total(self) -> int:
        """How many skills are asked for in all."""
        return len(self.have) + len(self.close) + len(self.missing)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Where one is in a long table: sorted by `sort` (`is_down`: downwards), `page` of `pages`, searched by `query`."""

    path: str
    total: int
    page: int = 1
    pages: int = 1
    sort: str = ""
    is_down: bool = False
    query: str = ""
    kept: tuple[tuple[str, str], ...] = ()
    export: str = ""

    def href(self, *, sort: str | None = None, page: int = 1) -> str:
        """The address of the same list sorted by `sort` (turned round when it already is) or at another `page`."""
        by = self.sort if sort is None else sort
        down = self.is_down if sort is None else (sort == self.sort and not self.is_down)
        asked = [*self.kept, ("q", self.query), ("sort", by), ("down", "1" if down else "")]
        asked.append(("page", str(page) if page > 1 else ""))
        text = urlencode([(key, value) for key, value in asked if value])
        return f"{self.path}?{text}" if text else self.path


@dataclass(frozen=True, kw_only=True)
class Comment:
    """A remark somebody left for somebody else."""

    by: str
    at: dt.datetime
    text: str
