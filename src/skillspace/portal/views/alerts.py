"""The page of alerts: what is new for a person, how they wish to hear of it, and what their answers taught."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page, Place


@dataclass(frozen=True, kw_only=True)
class AlertCard:
    """One offer somebody was told of; `href` is empty once it is not on offer any more.

    `said` is a sentence, empty before an answer. `answers` are what can be said now, `refusals` the ways to say no.
    """

    id: str
    sort: str
    title: str
    place: Place
    where: str = ""
    until: dt.date | None = None
    href: str = ""
    reasons: tuple[str, ...] = ()
    said: str = ""
    is_refused: bool = False
    answers: tuple[Choice, ...] = ()
    refusals: tuple[Choice, ...] = ()
    is_synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class AlertBatch:
    """What somebody was told at one moment: what they may still like, and what they said no to."""

    at: dt.datetime
    cards: tuple[AlertCard, ...]
    refused: tuple[AlertCard, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LessonLine:
    """One thing that was learnt: what offers it is about, what it does to them, how many answers it rests on."""

    about: str
    value: str
    label: str
    effect: str
    answers: int


@dataclass(frozen=True, kw_only=True)
class AlertsPage(Page):
    """News for a person. `next` is when they hear of news next, None while it is off.

    `sends_letters` says whether this node sends any, `address` where to, empty where the person has proven none.
    `hint` says why nothing may be learnt from somebody. `counted` says how what is near is found; `has_home` is False
    where nobody knows where the person lives. `region` says what their region's list does, where there is one.
    """

    TEMPLATE: ClassVar[str] = "alerts.html"

    most: int
    most_effect: int
    next: dt.datetime | None = None
    batches: tuple[AlertBatch, ...] = ()
    kinds: tuple[Choice, ...] = ()
    often: tuple[Choice, ...] = ()
    territories: tuple[Choice, ...] = ()
    least: tuple[Choice, ...] = ()
    start: str = ""
    end: str = ""
    zones: tuple[Choice, ...] = ()
    by_letter: bool = False
    sends_letters: bool = True
    address: str = ""
    learning_since: dt.datetime | None = None
    hint: str = ""
    lessons: tuple[LessonLine, ...] = ()
    problem: str = ""
    counted: str = ""
    region: str = ""
    by_region: bool = True
    has_home: bool = True

    @property
    def is_on(self) -> bool:
        """Whether the person hears of news at all."""
        return self.next is not None
