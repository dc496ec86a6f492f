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
class Offering:
    """A data set or service the organisation publishes, and the policy it is offered under, in words."""

    id: str
    title: str
    kind: str
    policy: str
    is_personal: bool
    state: str
    changed: dt.datetime
    agreements: int = 0


@dataclass(frozen=True, kw_only=True)
class OfferingsPage(Page):
    """What this organisation offers."""

    TEMPLATE: ClassVar[str] = "org_offerings.html"

    listing: Listing
    offerings: tuple[Offering, ...] = ()
    can_publish: bool = False


@dataclass(frozen=True, kw_only=True)
class NegotiationLine:
    """A negotiation in the table; `is_ours` says that we are the consumer, who asked."""

    id: str
    asset: str
    other: str
    is_ours: bool
    state: str
    changed: dt.datetime
    who: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class NegotiationsPage(Page):
    """Every negotiation with its state, who moved it last, when."""

    TEMPLATE: ClassVar[str] = "org_negotiations.html"

    listing: Listing
    negotiations: tuple[NegotiationLine, ...] = ()
    state: str = ""


@dataclass(frozen=True, kw_only=True)
class TermChange:
    """One term between two turns: `before` is empty when it is new, `after` when it was dropped."""

    term: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message of a negotiation, with what it changed in the terms; None where that is not known."""

    at: dt.datetime
    who: str
    is_us: bool
    state: str
    changes: tuple[TermChange, ...] | None = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class NegotiationPage(Page):
    """One negotiation as a thread; `moves` are the moves allowed now, as (name, is_main)."""

    TEMPLATE: ClassVar[str] = "org_negotiation.html"

    negotiation: NegotiationLine
    turns: tuple[Turn, ...] = ()
    moves: tuple[tuple[str, bool], ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class AgreementLine:
    """An agreement in force or ended."""

    id: str
    asset: str
    other: str
    is_ours: bool
    state: str
    signed: dt.date
    until: dt.date | None = None
    purpose: str = ""
    transfers: int = 0


@dataclass(frozen=True, kw_only=True)
class AgreementsPage(Page):
    """Every agreement; those that end soon come with a sign."""

    TEMPLATE: ClassVar[str] = "org_agreements.html"

    listing: Listing
    agreements: tuple[AgreementLine, ...] = ()
    today: dt.date


@dataclass(frozen=True, kw_only=True)
class TransferLine:
    """A transfer process in the table; `who` is who moved it last, empty where the protocol lets either side."""

    id: str
    asset: str
    other: str
    is_incoming: bool
    state: str
    changed: dt.datetime
    who: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TransfersPage(Page):
    """Every transfer in and out."""

    TEMPLATE: ClassVar[str] = "org_transfers.html"

    listing: Listing
    transfers: tuple[TransferLine, ...] = ()


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
    """A stored task that failed for good: what it was, why it failed, how often it was tried."""

    id: str
    task: str
    failed: dt.datetime
    attempts: int
    error: str


@dataclass(frozen=True, kw_only=True)
class NodeLogPage(Page):
    """What the node did, and what it could not do."""

    TEMPLATE: ClassVar[str] = "org_log.html"

    listing: Listing
    lines: tuple[NodeLogLine, ...] = ()
    dead: tuple[DeadLetter, ...] = ()
