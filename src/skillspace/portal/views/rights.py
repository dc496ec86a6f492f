"""Pages about a person's rights, and about what each organisation holds of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Page, Place


@dataclass(frozen=True, kw_only=True)
class RightCard:
    """One right in plain words: what it is called, and what it does."""

    key: str
    title: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Clock:
    """How long an organisation has: `left` of `total` days; negative when it is late."""

    due: dt.date
    left: int
    total: int


@dataclass(frozen=True, kw_only=True)
class PartView:
    """One organisation's part of a case: its state in words, the clock, and what it answered."""

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
class CaseLine:
    """A case as one line: how many of those asked have answered, and the nearest day."""

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
    """The six rights, and every case there was."""

    TEMPLATE: ClassVar[str] = "rights.html"

    rights: tuple[RightCard, ...]
    cases: tuple[CaseLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RightPage(Page):
    """The form of one right: what it is about, and whom it goes to."""

    TEMPLATE: ClassVar[str] = "right.html"

    right: RightCard
    organisations: tuple[Choice, ...]
    kinds: tuple[Choice, ...] = ()
    words: str = ""
    corrects: bool = False
    wrong: str = ""
    correct: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class CasePage(Page):
    """One case: each organisation's state and answer, and what the person can do about it."""

    TEMPLATE: ClassVar[str] = "rights_case.html"

    case: CaseLine
    parts: tuple[PartView, ...]
    words: str = ""
    can_withdraw: bool = False
    can_lift: bool = False
    has_package: bool = False
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    """What one organisation holds or held under one yes."""

    grant_id: str
    what: tuple[str, ...]
    why: str
    since: dt.date
    state: str
    kind: str
    is_gather: bool = False


@dataclass(frozen=True, kw_only=True)
class HolderView:
    """An organisation, and everything it holds, held or sent under the person's yeses."""

    place: Place
    lines: tuple[HeldLine, ...]
    records: int = 0


@dataclass(frozen=True, kw_only=True)
class MyDataPage(Page):
    """Where a person's data are: here, and at each organisation."""

    TEMPLATE: ClassVar[str] = "my_data.html"

    holders: tuple[HolderView, ...] = ()
    records: int = 0
    skills: int = 0
