"""Pages of an organisation about people who said yes, and about a territory as a whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Comment, Listing, Match, Page
from skillspace.portal.views.learning import Inferred
from skillspace.portal.views.opportunities import TrainingRef
from skillspace.portal.views.sharing import SharedProfile


@dataclass(frozen=True, kw_only=True)
class DecidedLine:
    """What somebody here decided beside matching; `words` are theirs, empty once the person's yes has ended."""

    what: str
    why: str
    words: str
    by: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class PersonFit:
    """A person who consented, beside one vacancy or course; `grant_id` opens what they share.

    At a vacancy `place` is matching's own (None: after those it shows) and `standing` what holds: "as matched", "moved
    up" or "set aside", by the last of what was `decided`. `moves` are (name, words); `appeal` leads to what they asked.
    """

    grant_id: str
    name: str
    match: Match
    until: dt.date
    reasons: tuple[str, ...] = ()
    course: TrainingRef | None = None
    place: int | None = None
    standing: str = ""
    decided: tuple[DecidedLine, ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    appeal: str = ""


@dataclass(frozen=True, kw_only=True)
class FitGroup:
    """The people who fit one vacancy (employer) or would gain most from one course (training organisation).

    `others` are more people who could be moved up for the vacancy.
    """

    id: str
    title: str
    where: str = ""
    people: tuple[PersonFit, ...] = ()
    others: tuple[Choice, ...] = ()
    is_synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class Untaken:
    """A decision that was not taken as it was sent: about whom for which vacancy, what was typed, what is wrong."""

    vacancy: str
    person: str
    why: str
    words: str
    problem: str


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """People who consented and why they fit; `kind` is "candidates" (per vacancy) or "learners" (per course).

    `everyone` are (grant, name) of those who share, whether or not anything fits them; `reasons` are those to choose
    from where somebody decides otherwise.
    """

    TEMPLATE: ClassVar[str] = "org_people.html"

    kind: str
    consented: int
    everyone: tuple[tuple[str, str], ...] = ()
    groups: tuple[FitGroup, ...] = ()
    reasons: tuple[Choice, ...] = ()
    listing: Listing
    untaken: Untaken | None = None


@dataclass(frozen=True, kw_only=True)
class SharedLine:
    """A profile somebody shared with us; `state` as in a grant."""

    grant_id: str
    name: str
    what: tuple[str, ...]
    why: str
    since: dt.date
    until: dt.date | None
    state: str
    has_news: bool = False


@dataclass(frozen=True, kw_only=True)
class SharedListPage(Page):
    """Everything people share with this organisation."""

    TEMPLATE: ClassVar[str] = "org_shared.html"

    listing: Listing
    shared: tuple[SharedLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SharedProfilePage(Page):
    """One shared profile, read live, with the plan and room for comments where the person allowed them.

    `is_kept` says that a copy lies here too, until the yes ends. `inferred` is how they learn, where that was allowed.
    """

    TEMPLATE: ClassVar[str] = "org_shared_profile.html"

    grant_id: str
    profile: SharedProfile
    why: str
    until: dt.date | None
    read_at: dt.datetime
    comments: tuple[Comment, ...] = ()
    can_comment: bool = False
    is_kept: bool = False
    inferred: Inferred | None = None


@dataclass(frozen=True, kw_only=True)
class SharedRefusedPage(Page):
    """A profile that may not be opened.

    `reason` is "REVOKED", "EXPIRED", "UNREACHABLE", "ON_ITS_WAY", "RESTRICTED" or "NOT_COVERED".
    """

    TEMPLATE: ClassVar[str] = "org_shared_refused.html"

    grant_id: str
    name: str
    reason: str
    on: dt.date | None = None
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class SupplyDemand:
    """One skill in a territory: people who have it, jobs that ask for it; None where too few to be shown."""

    uri: str
    label: str
    supply: int | None
    demand: int | None


@dataclass(frozen=True, kw_only=True)
class StatisticsPage(Page):
    """Skills wanted and skills there, for a territory. Counts below `threshold` are not shown.

    `is_synthetic` says that made-up ads or invented inhabitants are among what was counted.
    """

    TEMPLATE: ClassVar[str] = "org_statistics.html"

    territory: str
    territories: tuple[Choice, ...]
    rows: tuple[SupplyDemand, ...]
    threshold: int
    as_of: dt.date
    people: int | None
    jobs: int | None
    source: str = ""
    export: str = ""
    is_synthetic: bool = False
