"""Pages of the connector: what an organisation offers, negotiates, agrees and exchanges, and with whom."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Listing, Page


@dataclass(frozen=True, kw_only=True)
class RuleField:
    """One parameter of a rule in a form; `kind` is "date", "number", "text", "select" or "choices"."""

    name: str
    label: str
    kind: str
    value: str = ""
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RuleChoice:
    """A rule that terms may have: `id` names its template, `fields` its parameters."""

    id: str
    label: str
    is_chosen: bool = False
    fields: tuple[RuleField, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RuleGroup:
    """Rules of one kind, shown open where one of them is chosen."""

    label: str
    rules: tuple[RuleChoice, ...]

    @property
    def chosen(self) -> int:
        """How many of its rules are chosen."""
        return sum(rule.is_chosen for rule in self.rules)


@dataclass(frozen=True, kw_only=True)
class TermsForm:
    """Terms in a form: rules to choose from, others in words that stay as they are, and everything as JSON."""

    groups: tuple[RuleGroup, ...]
    others: tuple[str, ...] = ()
    json: str = ""
    problem: str = ""
    is_json: bool = False


@dataclass(frozen=True, kw_only=True)
class Offering:
    """A dataset the organisation publishes, and the terms it is offered under, in words."""

    id: str
    title: str
    kind: str
    policy: str
    is_personal: bool
    changed: dt.datetime
    agreements: int = 0
    is_hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class OfferingsPage(Page):
    """What this organisation offers."""

    TEMPLATE: ClassVar[str] = "org_offerings.html"

    listing: Listing
    offerings: tuple[Offering, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OfferingPage(Page):
    """One offering as it stands, what the catalog says of it, and whom it can be proposed to.

    `warnings` are what may not be meant in its terms; `source` says in words where its data come from, empty where
    nothing stands behind it yet; `sees` says who sees it.
    """

    TEMPLATE: ClassVar[str] = "org_offering.html"

    offering: Offering
    description: str
    terms: tuple[str, ...]
    warnings: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    document: str
    peers: tuple[Choice, ...] = ()
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class OfferingFormPage(Page):
    """Publish an offering or change one; `id` is empty for a new one. `texts` are (language, name, title, text)."""

    TEMPLATE: ClassVar[str] = "org_offering_form.html"

    id: str
    name: str
    texts: tuple[tuple[str, str, str, str], ...]
    kinds: str
    is_personal: bool
    media_type: str
    formats: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    others: str
    retention: str
    terms: TermsForm
    problem: str = ""


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


@dataclass(frozen=True, kw_only=True)
class TermChange:
    """One rule between two offers: `before` is empty when it is new, `after` when it was dropped."""

    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class JsonRow:
    """One line of two policies side by side."""

    before: str
    after: str
    is_changed: bool


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One turn of a negotiation. `changes` and `rows` compare the offer it brought with what stood before.

    `than` says what that was: "catalog", "before", or empty where the turn brought no offer or nothing is known to
    compare it with; `terms` are then the offer's own, in words.
    """

    at: dt.datetime
    who: str
    is_us: bool
    state: str
    than: str = ""
    changes: tuple[TermChange, ...] = ()
    rows: tuple[JsonRow, ...] = ()
    terms: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class NegotiationPage(Page):
    """One negotiation as a thread; `moves` are the moves of ours that need no form, `form` that of a counter-offer."""

    TEMPLATE: ClassVar[str] = "org_negotiation.html"

    negotiation: NegotiationLine
    turns: tuple[Turn, ...] = ()
    moves: tuple[str, ...] = ()
    can_end: bool = False
    form: TermsForm | None = None
    terms: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    agreement: str = ""
    problem: str = ""


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
class DecisionLine:
    """What was decided under an agreement: a use allowed or refused, and why."""

    at: dt.datetime
    is_allowed: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class AgreementPage(Page):
    """One agreement: who promised what to whom, what came of it."""

    TEMPLATE: ClassVar[str] = "org_agreement.html"

    agreement: AgreementLine
    provider: str
    consumer: str
    made: dt.datetime
    terms: tuple[str, ...]
    json: str
    negotiation: str = ""
    transfers: tuple[TransferLine, ...] = ()
    decisions: tuple[DecisionLine, ...] = ()


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
class Step:
    """A state a process came to, when and by whom."""

    at: dt.datetime
    state: str
    who: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class TransferPage(Page):
    """One transfer: its states, and the moves open to us."""

    TEMPLATE: ClassVar[str] = "org_transfer.html"

    transfer: TransferLine
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    moves: tuple[str, ...] = ()
    agreement: str = ""


@dataclass(frozen=True, kw_only=True)
class PeerLine:
    """A participant this node knows; `seen` is when its catalog last answered."""

    id: str
    name: str
    roles: tuple[str, ...]
    is_member: bool
    is_reachable: bool | None
    seen: dt.datetime | None
    address: str
    worst: str = ""


@dataclass(frozen=True, kw_only=True)
class PeersPage(Page):
    """Everybody this node deals with."""

    TEMPLATE: ClassVar[str] = "org_peers.html"

    listing: Listing
    peers: tuple[PeerLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FindingLine:
    """One finding of an examination in words; `level` is "ok", "warn", "fail" or "skip"."""

    check: str
    level: str
    found: str
    mend: str = ""


@dataclass(frozen=True, kw_only=True)
class Examined:
    """An examination: when, how far it came (`done` of `checks`), and what was found."""

    at: dt.datetime
    is_over: bool
    checks: int
    findings: tuple[FindingLine, ...]
    summary: str


@dataclass(frozen=True, kw_only=True)
class PeerPage(Page):
    """One peer: who it is, how it answers, what waits for it, and the latest examination."""

    TEMPLATE: ClassVar[str] = "org_peer.html"

    peer: PeerLine
    facts: tuple[tuple[str, str], ...]
    error: str = ""
    examined: Examined | None = None
    negotiations: tuple[NegotiationLine, ...] = ()
    offered: tuple[tuple[str, str], ...] = ()
    offered_in_all: int = 0
    dead: int = 0
