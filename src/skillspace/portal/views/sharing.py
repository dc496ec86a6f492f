"""Pages about who may see what: asks, yeses, the log, and what another party sees."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.agent import DecisionLine
from skillspace.portal.views.common import Choice, Page, Place
from skillspace.portal.views.opportunities import Plan
from skillspace.portal.views.skills import Theme


@dataclass(frozen=True, kw_only=True)
class DataKind:
    """One kind of data an ask covers, as a switch; `count` is how many of it the person has now."""

    key: str
    label: str
    explains: str = ""
    count: int | None = None
    is_on: bool = False


@dataclass(frozen=True, kw_only=True)
class AskLine:
    """An ask that waits, as one line. `is_gather`: data would come in from `place`, not go out to it.

    `left` says why the person's agent did not answer it; empty where the agent was told nothing of such asks.
    """

    id: str
    place: Place
    why: str
    what: tuple[str, ...]
    asked: dt.date
    is_gather: bool = False
    left: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A yes, as a sentence's parts: who, what, why, until; `state` is "ACTIVE", "EXPIRED", "REVOKED" or "TERMINATED".

    `is_gather`: data comes in from `place`, it does not go out to it.
    """

    id: str
    place: Place
    what: tuple[str, ...]
    why: str
    since: dt.date
    until: dt.date | None = None
    state: str = "ACTIVE"
    ended: dt.date | None = None
    uses: int = 0
    last_used: dt.datetime | None = None
    is_gather: bool = False


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """One thing that happened to the person's data; `outcome` is a key of `words.OUTCOMES`.

    `reason` says why a use was refused, or what came of it; `acted` who really did it, where it was not the person.
    `word` then stands for the outcome's own. All are in the person's language already.
    """

    at: dt.datetime
    outcome: str
    place: Place
    what: tuple[str, ...] = ()
    why: str = ""
    reason: str = ""
    grant_id: str = ""
    acted: str = ""
    word: str = ""


@dataclass(frozen=True, kw_only=True)
class LogDay:
    """What happened on one day, latest first."""

    day: dt.date
    entries: tuple[LogEntry, ...]


@dataclass(frozen=True, kw_only=True)
class OtherPerson:
    """Somebody the person may act for: what waits for an answer there, and the address of their pages."""

    id: str
    name: str
    asks: int = 0


@dataclass(frozen=True, kw_only=True)
class SharingPage(Page):
    """Asks that wait, yeses that stand, yeses that ended, and the latest days of the log.

    `answered` is what the person's agent answered lately and can still be undone, if it `is_agent_told` anything.
    """

    TEMPLATE: ClassVar[str] = "sharing.html"

    asks: tuple[AskLine, ...] = ()
    grants: tuple[Grant, ...] = ()
    ended: tuple[Grant, ...] = ()
    days: tuple[LogDay, ...] = ()
    others: tuple[OtherPerson, ...] = ()
    answered: tuple[DecisionLine, ...] = ()
    is_agent_told: bool = False


@dataclass(frozen=True, kw_only=True)
class LimitsForm:
    """How often, when and where a yes may be used, to choose; without `times` only how often."""

    often: tuple[Choice, ...] = ()
    times: tuple[Choice, ...] = ()
    days: tuple[Choice, ...] = ()
    start: str = "08:00"
    end: str = "16:00"
    where: tuple[Choice, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, kw_only=True)
class AskPage(Page):
    """One consent ask on one screen. `until` is proposed and may be moved up to `latest`.

    `if_no` says what a no costs the person (empty: nothing); `problem` says what was wrong with the answer.
    `is_gather`: data would come in from `place`; `about` is how `place` describes it. `limits` say what was asked for
    less than whole, `form` lets the answer be less still; `replaces` that an earlier yes ends with the answer. `left`
    is why the person's agent did not answer, `fits` what of it fits what the agent was told, and `fits_href` switches
    just that on. `for_name` is whom the viewer answers for, empty for themselves; `hint` then says what stands in the
    way of a yes, or what it needs.
    """

    TEMPLATE: ClassVar[str] = "ask.html"

    id: str
    place: Place
    why: str
    kinds: tuple[DataKind, ...]
    until: dt.date
    earliest: dt.date
    latest: dt.date
    if_no: str = ""
    terms: tuple[tuple[str, str], ...] = ()
    problem: str = ""
    is_gather: bool = False
    about: str = ""
    limits: tuple[str, ...] = ()
    form: LimitsForm | None = None
    replaces: bool = False
    action: str = ""
    for_id: str = ""
    for_name: str = ""
    hint: str = ""
    left: tuple[str, ...] = ()
    fits: str = ""
    fits_href: str = ""
    may_say_yes: bool = True
    may_say_no: bool = True


@dataclass(frozen=True, kw_only=True)
class KeptCopy:
    """What a law makes an organisation keep: what, until which day (None: as many days as `days` after the stop)."""

    what: str
    law: str
    until: dt.date | None = None
    days: int = 0


@dataclass(frozen=True, kw_only=True)
class CopyView:
    """A copy another party holds or held, and where they stand once the yes has ended.

    `told` is when they were told to delete, `reminders` how often since then, `deleted` when they signed that it is
    gone, `receipt` where that proof lies. `given` is None where nobody wrote down when the copy was made.
    """

    place: Place
    given: dt.datetime | None = None
    told: dt.datetime | None = None
    reminders: int = 0
    kept: tuple[KeptCopy, ...] = ()
    deleted: dt.datetime | None = None
    receipt: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeVersion:
    """One version of the text a yes rests on: `is_agreed` marks the one the person read, `new` what it says anew."""

    number: int
    is_agreed: bool = False
    is_newest: bool = False
    asks_again: bool = False
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stopping:
    """What a stop does: who sees nothing more, who must delete what, what a law keeps, what the person loses."""

    at_once: tuple[Place, ...]
    deletes: tuple[str, ...]
    kept: tuple[KeptCopy, ...] = ()
    is_law_unknown: bool = False
    loses: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class StopPage(Page):
    """The look before a stop."""

    TEMPLATE: ClassVar[str] = "stop.html"

    grant: Grant
    stopping: Stopping


@dataclass(frozen=True, kw_only=True)
class GivePage(Page):
    """Sharing from one's own side: with whom, what, until when, and the skills as they would be seen."""

    TEMPLATE: ClassVar[str] = "give.html"

    recipients: tuple[Choice, ...]
    kinds: tuple[DataKind, ...]
    until: dt.date
    earliest: dt.date
    latest: dt.date
    themes: tuple[Theme, ...] = ()
    problem: str = ""
    skills: frozenset[str] = frozenset()
    form: LimitsForm | None = None


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the records of a yes have come; while `is_moving` the page looks again by itself."""

    text: str
    is_moving: bool = False
    has_arrived: bool = False
    can_retry: bool = False


@dataclass(frozen=True, kw_only=True)
class GrantPage(Page):
    """One yes in full: its terms, its use, copies given, and the receipt; `is_matched` where jobs are matched by it."""

    TEMPLATE: ClassVar[str] = "grant.html"

    grant: Grant
    kinds: tuple[DataKind, ...] = ()
    days: tuple[LogDay, ...] = ()
    copies: tuple[CopyView, ...] = ()
    receipt_digest: str = ""
    progress: Progress | None = None
    can_ask_again: bool = False
    limits: tuple[str, ...] = ()
    acted: str = ""
    decision: DecisionLine | None = None
    versions: tuple[NoticeVersion, ...] = ()
    stopping: Stopping | None = None
    is_matched: bool = False


@dataclass(frozen=True, kw_only=True)
class SharedProfile:
    """Exactly what another party sees of a person under a yes."""

    name: str
    themes: tuple[Theme, ...] = ()
    records: tuple[str, ...] = ()
    plan: Plan | None = None

    @property
    def skills(self) -> int:
        """How many skills are shown."""
        return sum(len(theme.skills) for theme in self.themes)


@dataclass(frozen=True, kw_only=True)
class GrantViewPage(Page):
    """ "See what they see": the shared profile as the other party gets it now."""

    TEMPLATE: ClassVar[str] = "grant_view.html"

    grant: Grant
    profile: SharedProfile
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class LogPage(Page):
    """The whole log by day; `older_href` leads further back."""

    TEMPLATE: ClassVar[str] = "log.html"

    days: tuple[LogDay, ...] = ()
    outcome: str = ""
    older_href: str = ""
