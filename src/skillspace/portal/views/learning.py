"""Pages about how somebody learns: for the person themselves, and for a teacher whom they let see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page, Place


@dataclass(frozen=True, kw_only=True)
class Why:
    """What an inference rests on, in words. `statements` are the latest ids of `count`; empty where others look on.

    `standing` is "", "denied" or "stands"; `case` the number of the case about it, `answer` what people said to it.
    """

    anchor: str
    key: str = ""
    title: str = ""
    why: str
    change: str
    sure: str
    rule: str
    statements: tuple[str, ...] = ()
    count: int
    computed: dt.datetime
    standing: str = ""
    case: str = ""
    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class ActivityLine:
    """One activity of a course: how often it was tried, how it stands in words, and when it was last touched."""

    title: str
    attempts: int
    state: str
    kind: str
    day: dt.date


@dataclass(frozen=True, kw_only=True)
class CourseLine:
    """How much of a course is done: `done` of its activities `of` which anything is known."""

    title: str
    done: int
    of: int
    text: str
    why: Why
    activities: tuple[ActivityLine, ...] = ()
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class WeekLine:
    """Hours in one week, by its Monday: said by tools, and estimated."""

    day: dt.date
    said: float
    estimated: float


@dataclass(frozen=True, kw_only=True)
class TimeLine:
    """Time in all, in words, and week by week."""

    text: str
    why: Why
    weeks: tuple[WeekLine, ...]


@dataclass(frozen=True, kw_only=True)
class SkillLine:
    """The chance (0 to 1) that a skill is known, with its range."""

    label: str
    chance: float
    low: float
    high: float
    is_mastered: bool
    text: str
    why: Why


@dataclass(frozen=True, kw_only=True)
class SignLine:
    """One early sign in words."""

    title: str
    text: str
    why: Why


@dataclass(frozen=True, kw_only=True)
class Inferred:
    """All that is inferred; `mastered` is the chance from which a skill counts as known."""

    courses: tuple[CourseLine, ...] = ()
    time: TimeLine | None = None
    skills: tuple[SkillLine, ...] = ()
    signs: tuple[SignLine, ...] = ()
    mastered: float = 0.95

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.courses or self.time or self.skills or self.signs)


@dataclass(frozen=True, kw_only=True)
class SeenBy:
    """Somebody who may see this, until when, and the yes it rests on."""

    id: str
    place: Place
    until: dt.date


@dataclass(frozen=True, kw_only=True)
class AgreedLine:
    """A denial somebody agreed with: the case, what it was about in the person's own words, and when."""

    case: str
    words: str
    on: dt.date


@dataclass(frozen=True, kw_only=True)
class LearningPage(Page):
    """How a person learns, as they see it: everything, with a way to say that something is wrong."""

    TEMPLATE: ClassVar[str] = "learning.html"

    inferred: Inferred
    deeds: int
    since: dt.date | None
    agreed: tuple[AgreedLine, ...] = ()
    seen_by: tuple[SeenBy, ...] = ()
    recipients: tuple[Choice, ...] = ()
    until: dt.date
    earliest: dt.date
    latest: dt.date
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class LearnerLine:
    """A learner who lets this organisation see how they learn."""

    grant_id: str
    name: str
    since: dt.date
    until: dt.date


@dataclass(frozen=True, kw_only=True)
class LearnersPage(Page):
    """Everybody who lets this organisation see how they learn."""

    TEMPLATE: ClassVar[str] = "org_learning.html"

    learners: tuple[LearnerLine, ...] = ()
    threshold: int


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """One thing counted over the group; `so` and `of` are None where too few stand behind the count."""

    what: str
    so: int | None
    of: int | None


@dataclass(frozen=True, kw_only=True)
class GroupPage(Page):
    """A group of learners in counts; `learners` is None where there are too few for any. `unreached` could not be
    asked."""

    TEMPLATE: ClassVar[str] = "org_learning_group.html"

    learners: int | None
    skills: tuple[CountLine, ...] = ()
    signs: tuple[CountLine, ...] = ()
    threshold: int
    unreached: int = 0
