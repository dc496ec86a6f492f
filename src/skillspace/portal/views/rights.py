"""Pages of a person's rights: the six of them, each use with its clocks and answers, and who holds what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page, Place


@dataclass(frozen=True, kw_only=True)
class RightCard:
    """A right in plain words: what it is called, and what using it does."""

    key: str
    title: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How long an organisation has left: the last day, days until it (below 0: late), and days there were in all."""

    due: dt.date
    left: int
    total: int


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One use of a right: how many of those asked have answered; `clock` is that of whoever has least time left."""

    id: str
    title: str
    opened: dt.date
    state: str
    kind: str
    answered: int
    asked: int
    clock: Clock | None = None


@dataclass(frozen=True, kw_only=True)
class RightsPage(Page):
    """The six rights, and every use of one."""

    TEMPLATE: ClassVar[str] = "rights.html"

    rights: tuple[RightCard, ...]
    cases: tuple[CaseLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RightPage(Page):
    """The form in which a right is used."""

    TEMPLATE: ClassVar[str] = "right.html"

    right: RightCard
    organisations: tuple[Choice, ...] = ()
    kinds: tuple[Choice, ...] = ()
    words: str = ""
    corrects: bool = False
    wrong: str = ""
    correct: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class PartView:
    """Where one organisation stands with a case, and what it said; `asks_you` when it waits for the person."""

    id: str
    place: Place
    state: str
    kind: str
    clock: Clock | None = None
    unreached_since: dt.datetime | None = None
    words: str = ""
    ground: str = ""
    complaint: str = ""
    deleted: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    package: str = ""
    asks_you: bool = False
    done: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class CasePage(Page):
    """One use of a right, organisation by organisation."""

    TEMPLATE: ClassVar[str] = "rights_case.html"

    case: CaseLine
    parts: tuple[PartView, ...] = ()
    words: str = ""
    can_withdraw: bool = False
    can_lift: bool = False
    has_package: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    """What one yes lets, or let, an organisation have; `kind` is the sign of its state."""

    grant_id: str
    what: tuple[str, ...]
    why: str
    since: dt.date
    state: str
    kind: str
    is_gather: bool = False


@dataclass(frozen=True, kw_only=True)
class HolderView:
    """One organisation and what it holds or sent; `records` is how many came from it."""

    place: Place
    lines: tuple[HeldLine, ...] = ()
    records: int = 0


@dataclass(frozen=True, kw_only=True)
class MyDataPage(Page):
    """Who holds what about a person; `records` and `skills` are counts of their own space."""

    TEMPLATE: ClassVar[str] = "my_data.html"

    holders: tuple[HolderView, ...] = ()
    records: int = 0
    skills: int = 0
