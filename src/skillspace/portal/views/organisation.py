"""Pages of an organisation's node: what it offers, agrees, exchanges, and how the node is doing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Listing, Page


@dataclass(frozen=True, kw_only=True)
class Health:
    """The node at a glance; times are None when the thing never happened."""

    reachable: int
    members: int
    queued: int
    oldest_queued: dt.datetime | None = None
    failed: int = 0
    last_crawl: dt.datetime | None = None
    is_crawl_late: bool = False
    expiring: int = 0
    expiring_within_days: int = 30


@dataclass(frozen=True, kw_only=True)
class Todo:
    """Something that waits for a person at the organisation."""

    text: str
    href: str
    since: dt.date


@dataclass(frozen=True, kw_only=True)
class Event:
    """A change of state: which thing, to which `state`, who did it, when and why."""

    at: dt.datetime
    what: str
    state: str
    who: str
    why: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class OverviewPage(Page):
    """The organisation's first page."""

    TEMPLATE: ClassVar[str] = "org_overview.html"

    did: str
    health: Health
    todos: tuple[Todo, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LegalIdentity:
    """Who an organisation is by law: `state` is HOLDS, OVER, FAILS or LOOKING; `numbers` are (kind, number)."""

    state: str
    name: str = ""
    country: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    level: str = ""
    issuer: str = ""
    until: dt.date | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Member:
    """A member of the data space, or one that asks to be; `roles` are in words."""

    id: str
    name: str
    did: str
    roles: tuple[str, ...]
    state: str
    since: dt.date
    is_reachable: bool | None = None
    decided_by: str = ""
    why: str = ""
    legal: LegalIdentity | None = None


@dataclass(frozen=True, kw_only=True)
class MembersPage(Page):
    """The authority's page: who asks to join (admit or refuse, with a reason) and who is in."""

    TEMPLATE: ClassVar[str] = "org_members.html"

    listing: Listing
    applicants: tuple[Member, ...] = ()
    members: tuple[Member, ...] = ()
    can_decide: bool = False


@dataclass(frozen=True, kw_only=True)
class NodeLogLine:
    """One line of the node's audit log."""

    at: dt.datetime
    what: str
    which: str
    who: str
    outcome: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class DeadLetter:
    """A stored task that failed for good: what it was, why it failed, how often it was tried.

    `about` is what it concerns, at `href` if that has a page; `can_end` offers to end that process.
    """

    id: str
    task: str
    failed: dt.datetime
    attempts: int
    error: str
    about: str = ""
    href: str = ""
    can_end: bool = False


@dataclass(frozen=True, kw_only=True)
class NodeLogPage(Page):
    """What the node did, and what it could not do."""

    TEMPLATE: ClassVar[str] = "org_log.html"

    listing: Listing
    lines: tuple[NodeLogLine, ...] = ()
    dead: tuple[DeadLetter, ...] = ()
