"""Pages about where a person could go: jobs, trainings, next moves, and the plan that leads there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Comment, Match, Page, Place, SkillTag


@dataclass(frozen=True, kw_only=True)
class TrainingRef:
    """A training named on another page: enough to decide whether to open it. `closes` are the skills it would add."""

    id: str
    title: str
    place: Place
    where: str = ""
    starts: dt.date | None = None
    duration: str = ""
    closes: tuple[str, ...] = ()
    is_synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class JobCard:
    """A vacancy beside the person's skills; `reasons` are sentences; `is_synthetic` ads are made up and say so.

    `away` is how far it is from where they live, empty where that is not known.
    """

    id: str
    title: str
    place: Place
    where: str
    match: Match
    contract: str = ""
    published: dt.date | None = None
    until: dt.date | None = None
    away: str = ""
    reasons: tuple[str, ...] = ()
    closer: TrainingRef | None = None
    is_synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class TrainingCard:
    """A training beside the person's skills: what it would add, what they know already, what it leads to."""

    id: str
    title: str
    place: Place
    where: str = ""
    mode: str = ""
    starts: dt.date | None = None
    ends: dt.date | None = None
    duration: str = ""
    cost: str = ""
    adds: tuple[SkillTag, ...] = ()
    known: tuple[SkillTag, ...] = ()
    leads_to: tuple[str, ...] = ()
    away: str = ""
    reasons: tuple[str, ...] = ()
    is_chosen: bool = False
    is_synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class MoveCard:
    """An occupation the person could move to, with how many open jobs there are for it now."""

    uri: str
    title: str
    match: Match
    openings: int = 0
    description: str = ""
    pay: str = ""
    reasons: tuple[str, ...] = ()
    closer: TrainingRef | None = None


@dataclass(frozen=True, kw_only=True)
class Dial:
    """One thing the ranking can heed more or less: the field it is sent in, its label, and its places."""

    name: str
    label: str
    places: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class RegionLine:
    """What the person's region asks for, as it counts for trainings: a sentence, and where it is switched over."""

    says: str
    is_on: bool
    href: str


@dataclass(frozen=True, kw_only=True)
class OpportunitiesPage(Page):
    """What fits, one tab at a time ("jobs", "trainings", "moves"); best first, the first three in full.

    `considered` is how many were compared, `refreshed` when; `is_ready` is False while the comparison still runs.
    `ranking` says how jobs were ranked, `dials` change it for this view; `turned` is what does, (field, place).
    `region` says what the person's region asks for. `counted` says how what is near was found; `has_home` is False
    where nobody knows where the person lives.
    """

    TEMPLATE: ClassVar[str] = "opportunities.html"

    tab: str
    is_ready: bool = True
    considered: int = 0
    refreshed: dt.datetime | None = None
    jobs: tuple[JobCard, ...] = ()
    trainings: tuple[TrainingCard, ...] = ()
    moves: tuple[MoveCard, ...] = ()
    territories: tuple[Choice, ...] = ()
    more_href: str = ""
    has_skills: bool = True
    ranking: tuple[str, ...] = ()
    dials: tuple[Dial, ...] = ()
    turned: tuple[tuple[str, str], ...] = ()
    territory: str = ""
    can_ask_others: bool = False
    region: RegionLine | None = None
    counted: str = ""
    has_home: bool = True


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A skill that would open jobs: how many more fit with it and those named before it, and who teaches it."""

    skill: SkillTag
    more: int
    trainings: tuple[TrainingRef, ...] = ()


@dataclass(frozen=True, kw_only=True)
class WhatIfPage(Page):
    """What one or two further skills would open. `now` jobs fit of `considered`; `place` names the territory, empty
    for everywhere; `km` is how many kilometres around `place`, 0 for the territory itself, and `counted` says how."""

    TEMPLATE: ClassVar[str] = "what_if.html"

    is_ready: bool = True
    has_skills: bool = True
    now: int = 0
    considered: int = 0
    place: str = ""
    km: int = 0
    counted: str = ""
    openings: tuple[Opening, ...] = ()
    territories: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JobPage(Page):
    """One vacancy in full: why it fits, what is missing and which trainings close the gap."""

    TEMPLATE: ClassVar[str] = "job.html"

    job: JobCard
    description: str = ""
    closers: tuple[TrainingRef, ...] = ()
    apply_href: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class TrainingPage(Page):
    """One training in full: what it adds, which jobs it brings closer."""

    TEMPLATE: ClassVar[str] = "training.html"

    training: TrainingCard
    description: str = ""
    jobs: tuple[JobCard, ...] = ()
    source: str = ""
    leads_to_credential: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanStep:
    """One skill on the way to the goal; `state` is "have", "close", "chosen" (a training is) or "open"."""

    skill: SkillTag
    state: str
    via: str = ""
    training: TrainingRef | None = None
    options: tuple[TrainingRef, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The way to a goal as others may see it too: steps in order, trainings chosen, and by when it could be done."""

    goal: str
    goal_uri: str
    steps: tuple[PlanStep, ...] = ()
    trainings: tuple[TrainingRef, ...] = ()
    done_by: dt.date | None = None
    openings: int = 0
    is_synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class PlanPage(Page):
    """My plan. `is_trial` shows a goal the person only tries out ("what if"); `coaches` may be shared with.

    `news` says which trainings have nothing left to add since skills arrived.
    """

    TEMPLATE: ClassVar[str] = "plan.html"

    plan: Plan | None = None
    is_trial: bool = False
    goals: tuple[Choice, ...] = ()
    search: str = ""
    coaches: tuple[Choice, ...] = ()
    shared_with: tuple[tuple[str, str], ...] = ()
    comments: tuple[Comment, ...] = ()
    news: tuple[str, ...] = ()
