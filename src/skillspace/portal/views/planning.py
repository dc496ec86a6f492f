"""Plans to choose from: what each covers, costs and takes, and what it leaves open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page
from skillspace.portal.views.opportunities import RegionLine, TrainingRef


@dataclass(frozen=True, kw_only=True)
class PlanChoice:
    """One plan. `kinds` is what it is best in; `have`, `adds` and `open` count the skills of the goal.

    `cost`, `hours` and `ends` are as texts, empty where nothing is known; `unsaid` says what providers do not state,
    `asked` what of it the person's region asks for.
    `left` holds what stays open as (skill, why). `is_sure` is False where the search ended before it was certain.
    """

    kinds: tuple[str, ...]
    have: int
    adds: int
    open: int
    trainings: tuple[TrainingRef, ...]
    cost: str = ""
    hours: str = ""
    ends: str = ""
    unsaid: tuple[str, ...] = ()
    asked: str = ""
    left: tuple[tuple[str, str], ...] = ()
    is_sure: bool = True
    is_chosen: bool = False


@dataclass(frozen=True, kw_only=True)
class BoundsForm:
    """What a person can give, as typed: every field may be empty. `places` and `languages` are choices."""

    budget: str = ""
    currency: str = "EUR"
    hours: str = ""
    earliest: str = ""
    latest: str = ""
    must_say: bool = False
    anew: bool = False
    places: tuple[Choice, ...] = ()
    languages: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlanChoicesPage(Page):
    """Ways to the goal of the plan, side by side. `changes` says what became of each training chosen before, `region`
    what the person's region asks for."""

    TEMPLATE: ClassVar[str] = "plan_choices.html"

    form: BoundsForm
    goal: str = ""
    choices: tuple[PlanChoice, ...] = ()
    changes: tuple[str, ...] = ()
    region: RegionLine | None = None
    has_chosen: bool = False
    is_ready: bool = True
    problem: str = ""
