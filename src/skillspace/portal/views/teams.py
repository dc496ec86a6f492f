"""View models of a team held against an org chart, and of the policy by which an organisation puts things in order.

Shares are whole percents; `href` leads to what a person shares, where there is such a page.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page


@dataclass(frozen=True, kw_only=True)
class Named:
    """Somebody of the team, by name or pseudonym."""

    name: str
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class HeatCell:
    """How far one person meets one role: `step` runs from 0 (nothing) to 4; `is_seat` where they are best put."""

    percent: int
    step: int
    is_seat: bool = False


@dataclass(frozen=True, kw_only=True)
class HeatRow:
    """One person with a cell for each role."""

    who: Named
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, kw_only=True)
class NeedLine:
    """One need of a role: who covers it (the best first), how many more, and whether it rests on one person alone."""

    label: str
    percent: int
    level: int | None = None
    is_essential: bool = True
    by: tuple[Named, ...] = ()
    more: int = 0
    is_single: bool = False


@dataclass(frozen=True, kw_only=True)
class RoleCard:
    """One role and how far the team covers it."""

    title: str
    unit: str
    heads: int
    percent: int
    needs: tuple[NeedLine, ...]


@dataclass(frozen=True, kw_only=True)
class LackLine:
    """A skill the team lacks: which share of all that is asked for is open because of it, and in which roles."""

    label: str
    percent: float
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SeatLine:
    """Somebody in a role, or near one: how far they meet it, what they lack, and a course that helps most."""

    who: Named
    role: str
    percent: int
    lacking: tuple[str, ...] = ()
    course: str = ""


@dataclass(frozen=True, kw_only=True)
class LessonLine:
    """One course for one person, what it brings, and what the team covers then."""

    title: str
    details: str
    is_own: bool
    who: Named
    brings: tuple[str, ...]
    percent: int


@dataclass(frozen=True, kw_only=True)
class TeamPage(Page):
    """A team held against a chart. `kind` is "recruitment" or "training-advice": what people said yes to.

    Seats are for recruitment alone, courses and roles to grow into for advice alone. `title` is empty without a chart.
    """

    TEMPLATE: ClassVar[str] = "org_team.html"

    kind: str
    has_both: bool = False
    people: int = 0
    title: str = ""
    brought: dt.date | None = None
    percent: int = 0
    units: tuple[Choice, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[HeatRow, ...] = ()
    more_rows: int = 0
    roles: tuple[RoleCard, ...] = ()
    lacks: tuple[LackLine, ...] = ()
    seats: tuple[SeatLine, ...] = ()
    open: tuple[tuple[str, int], ...] = ()
    lessons: tuple[LessonLine, ...] = ()
    has_courses: bool = False
    growth: tuple[SeatLine, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class NumberField:
    """One number of the policy as a form shows it, in percent."""

    name: str
    label: str
    value: str
    most: int


@dataclass(frozen=True, kw_only=True)
class RankingPage(Page):
    """The policy in force in words; for who may set it, the form. `since` is None for the usual policy."""

    TEMPLATE: ClassVar[str] = "org_matching.html"

    sentences: tuple[str, ...]
    since: dt.date | None = None
    by: str = ""
    can_set: bool = False
    numbers: tuple[NumberField, ...] = ()
    additions: tuple[NumberField, ...] = ()
    is_must: bool = False
    in_demand: str = ""
    territories: tuple[Choice, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class DossierSection:
    """One section of the documentation, in English: which article asks for it, what is said, (name, value) facts."""

    title: str
    article: str
    says: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class DossierPage(Page):
    """The documentation of matching that the AI Act asks for, written anew from what runs."""

    TEMPLATE: ClassVar[str] = "org_dossier.html"

    provider: str
    sections: tuple[DossierSection, ...]
