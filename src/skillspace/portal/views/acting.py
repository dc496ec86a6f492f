"""Pages about deciding together and for others: a child's own word, what waits at others, and who may act for whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page, Place
from skillspace.portal.views.sharing import AskLine, Grant


@dataclass(frozen=True, kw_only=True)
class ChildAskPage(Page):
    """An ask in words for a child's age: short sentences, two equal buttons, and what a grown-up has to do with it.

    `said` is the child's last word on it, "yes" or empty, at `said_at`; `guardians` are who is asked too.
    """

    TEMPLATE: ClassVar[str] = "ask_child.html"

    id: str
    place: Place
    title: str
    lines: tuple[str, ...]
    help: str
    yes: str
    no: str
    after_yes: str
    guardians: tuple[str, ...] = ()
    said: str = ""
    said_at: dt.datetime | None = None
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ForPage(Page):
    """Another person's asks and yeses, as somebody who may act for them sees them."""

    TEMPLATE: ClassVar[str] = "for.html"

    id: str
    name: str
    asks: tuple[AskLine, ...] = ()
    grants: tuple[Grant, ...] = ()
    may_stop: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class MandateLine:
    """One mandate: whom it is with, as what, what it lets them do, until when, and what can be done with it now.

    `reason` is what an officer gave as the reason of the last move.
    """

    id: str
    name: str
    capacity: str
    acts: tuple[str, ...]
    until: dt.date
    state: str
    kind: str
    waits: str = ""
    reason: str = ""
    can_accept: bool = False
    can_refuse: bool = False
    can_end: bool = False
    has_document: bool = False
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class ProgramLine:
    """A program a person lets answer for them: what it may do, since when and until when."""

    id: str
    name: str
    acts: tuple[str, ...]
    since: dt.date
    until: dt.date
    is_over: bool = False


@dataclass(frozen=True, kw_only=True)
class ProgramsPart:
    """The programs a person lets act, and those `offered` that they could let."""

    mine: tuple[ProgramLine, ...] = ()
    offered: tuple[Choice, ...] = ()
    acts: tuple[Choice, ...] = ()
    until: dt.date
    earliest: dt.date
    latest: dt.date


@dataclass(frozen=True, kw_only=True)
class HelpersPage(Page):
    """Who acts for the person, and for whom the person acts; `code` is what others need to name them."""

    TEMPLATE: ClassVar[str] = "helpers.html"

    code: str
    mine: tuple[MandateLine, ...] = ()
    others: tuple[MandateLine, ...] = ()
    ended: tuple[MandateLine, ...] = ()
    may_name: bool = True
    acts: tuple[Choice, ...] = ()
    capacities: tuple[Choice, ...] = ()
    typed: str = ""
    until: dt.date
    earliest: dt.date
    latest: dt.date
    problem: str = ""
    programs: ProgramsPart | None = None
