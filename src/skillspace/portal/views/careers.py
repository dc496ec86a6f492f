"""Pages about ways to an occupation, and about what somebody likes who may have none yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Match, Page
from skillspace.portal.views.opportunities import TrainingRef


@dataclass(frozen=True, kw_only=True)
class WayStop:
    """One occupation on a way. `effort` is that of the move to it, as `careers.Step` has it, `size` the word for it;
    `match` parts what it needs, `reasons` are sentences, `pay` is one too, empty where nothing is known."""

    uri: str
    title: str
    effort: float
    size: str
    match: Match
    openings: int = 0
    pay: str = ""
    reasons: tuple[str, ...] = ()
    closer: TrainingRef | None = None


@dataclass(frozen=True, kw_only=True)
class Way:
    """One to three moves, in order."""

    stops: tuple[WayStop, ...]

    @property
    def title(self) -> str:
        """Where it ends."""
        return self.stops[-1].title


@dataclass(frozen=True, kw_only=True)
class PathsPage(Page):
    """Ways to `goal` (a title; `goal_uri`), or without one to what only opens up on the way.

    `start` is the occupation one has, empty for none; `is_assumed` says that its skills were taken for granted,
    `has_skills` that some are known. `goals` are what a search finds. `wanted` is the goal of the plan as
    (URI, title). `is_there` says that the goal is what one is already.
    """

    TEMPLATE: ClassVar[str] = "paths.html"

    start: str = ""
    goal: str = ""
    goal_uri: str = ""
    is_there: bool = False
    is_assumed: bool = False
    has_skills: bool = True
    is_ready: bool = True
    ways: tuple[Way, ...] = ()
    search: str = ""
    goals: tuple[Choice, ...] = ()
    wanted: tuple[str, str] | None = None
    territories: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Liking:
    """One of the six interests: its name, its share with the range it lies in four times of five, each from 0 to 1.

    `is_clear`: it stands out. `because` names what speaks for it.
    """

    letter: str
    name: str
    about: str
    share: float
    low: float
    high: float
    is_clear: bool = False
    because: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Said:
    """A statement to agree with, and the answer given: "", "no", "some" or "yes"."""

    id: str
    text: str
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class FitCard:
    """An occupation that fits what somebody likes."""

    uri: str
    title: str
    match: Match
    openings: int = 0
    pay: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class InterestsPage(Page):
    """Questions about what one likes, and what the answers say; nothing of either is kept.

    `likings` is empty before anything was answered. `clear` are the names of those that stand out: where there is
    none, nothing is built on the answers.
    """

    TEMPLATE: ClassVar[str] = "interests.html"

    max_length: int
    told: tuple[str, str] = ("", "")
    statements: tuple[Said, ...] = ()
    likings: tuple[Liking, ...] = ()
    fits: tuple[FitCard, ...] = ()
    ways: tuple[Way, ...] = ()
    is_ready: bool = True
    problem: str = ""

    @property
    def clear(self) -> tuple[str, ...]:
        """The names of the interests that stand out, the strongest first."""
        return tuple(it.name for it in sorted(self.likings, key=lambda it: -it.share) if it.is_clear)
