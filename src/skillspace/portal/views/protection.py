"""Pages of data protection: requests of people and their last days, copies, refusals, uses, and the last audit."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Listing, Page
from skillspace.portal.views.contracts import Move


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One request: `left` are the days until its last day (below 0: overdue; None: the clock stands still), `spent` how
    much of the time is over, in percent."""

    id: str
    right: str
    article: str
    via: str
    state: str
    asked: dt.date
    due: dt.date | None = None
    left: int | None = None
    spent: int = 0
    is_overdue: bool = False
    taken_by: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CopyLine:
    """Copies under one yes: what, from whom, for what, and when they must be gone."""

    kinds: str
    provider: str
    purpose: str
    until: dt.date


@dataclass(frozen=True, kw_only=True)
class KeptLine:
    """What a law keeps although a person wants it gone; `until` is None where the law names no end."""

    what: str
    law: str
    until: dt.date | None
    case: str


@dataclass(frozen=True, kw_only=True)
class LawLine:
    """All that one law keeps of one kind of data, and when the last of it goes."""

    what: str
    law: str
    count: int
    yeses: int
    last: dt.date


@dataclass(frozen=True, kw_only=True)
class AfterLine:
    """Copies of one kind that stay after a yes has ended: why, until when, and how the yes ended."""

    what: str
    count: int
    law: str
    until: dt.date
    via: str
    grant: str
    state: str = ""
    since: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Year:
    """How many copies go in a year; `length` is the bar's, in percent of the longest."""

    year: int
    count: int
    length: int


@dataclass(frozen=True, kw_only=True)
class AfterYes:
    """Everything that laws keep after yeses have ended: counted by law and by year, and one page of it line by line."""

    count: int
    laws: tuple[LawLine, ...]
    years: tuple[Year, ...]
    lines: tuple[AfterLine, ...]
    listing: Listing


@dataclass(frozen=True, kw_only=True)
class Day:
    """How often the gate said no on a day; `height` is the bar's, in percent of the highest."""

    day: dt.date
    count: int
    height: int


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How often something happened."""

    label: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Audited:
    """How far the journal has come, and who signed for how much of it."""

    entries: int
    signed: int = 0
    signed_at: dt.datetime | None = None
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RightsPage(Page):
    """The page of the data protection officer."""

    TEMPLATE: ClassVar[str] = "org_rights.html"

    cases: tuple[CaseLine, ...]
    answered: tuple[CaseLine, ...]
    copies: tuple[CopyLine, ...]
    copies_in_all: int
    kept: tuple[KeptLine, ...]
    duties: tuple[KeptLine, ...]
    after: AfterYes | None
    days: tuple[Day, ...]
    refused: tuple[Tally, ...]
    uses: tuple[Tally, ...]
    bare: tuple[tuple[str, str, str], ...]
    audited: Audited
    sees_audit: bool = False

    @property
    def overdue(self) -> int:
        """How many requests are past their last day."""
        return sum(case.is_overdue for case in self.cases)

    @property
    def refusals(self) -> int:
        """How often the gate said no in the time shown."""
        return sum(day.count for day in self.days)


@dataclass(frozen=True, kw_only=True)
class HeldLine:
    """One thing held about the person of a case, without what it says."""

    kind: str
    title: str
    source: str
    since: dt.date
    purpose: str
    retention: str


@dataclass(frozen=True, kw_only=True)
class SaidLine:
    """One thing the organisation said about a case; `told` is when the person's space had it."""

    move: str
    at: dt.datetime
    told: dt.datetime | None = None
    refused: str = ""


@dataclass(frozen=True, kw_only=True)
class CasePage(Page):
    """One request of a person, what is held, and the answers open now; `needs_words` where doing it takes words too.

    `sees_all` says that whoever looks may see the other requests.
    """

    TEMPLATE: ClassVar[str] = "org_right.html"

    case: CaseLine
    words: str
    corrections: tuple[tuple[str, str, str], ...]
    scope: str
    supplied: str
    held: tuple[HeldLine, ...]
    kept: tuple[KeptLine, ...]
    said: tuple[SaidLine, ...]
    moves: tuple[Move, ...]
    grounds: tuple[Choice, ...] = ()
    hands_over: bool = False
    needs_words: bool = False
    sees_all: bool = True
    problem: str = ""
