"""Pages of contracts: all of them, one read side by side with its rules, its members, versions and offerings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar

from skillspace.portal.views.common import Choice, Listing, Page
from skillspace.portal.views.connector import RuleField, TermsForm


@dataclass(frozen=True, kw_only=True)
class ContractLine:
    """A contract in a list: `role` is ours in it, `is_ours` tells that we keep it."""

    id: str
    title: str
    state: str
    role: str
    kept_by: str
    is_ours: bool
    members: int
    version: int
    starts: dt.date
    ends: dt.date


@dataclass(frozen=True, kw_only=True)
class ContractsPage(Page):
    """Every contract this organisation keeps or takes part in."""

    TEMPLATE: ClassVar[str] = "org_contracts.html"

    listing: Listing
    contracts: tuple[ContractLine, ...] = ()
    peers: tuple[Choice, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClauseLine:
    """One clause: what it says, its rules in words, who sees to it (name, how), and what is wrong with it here."""

    clause: str
    title: str
    text: str
    rules: tuple[str, ...] = ()
    enforced: tuple[tuple[str, str], ...] = ()
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class ClauseGroup:
    """The clauses of everybody, or of one role; `fault` is why they cannot be kept together."""

    key: str
    label: str
    clauses: tuple[ClauseLine, ...] = ()
    fault: str = ""


@dataclass(frozen=True, kw_only=True)
class Move:
    """A move open to us: its name, in words, and whether it asks for a reason."""

    name: str
    label: str
    asks_why: bool = False


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """What changed: where, and what stood and stands there."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class TalkLine:
    """An offering under negotiation, as it was said last, with our moves and a link to answer it."""

    id: str
    round: int
    title: str
    is_ours: bool
    state: str
    purposes: str
    basis: str
    roles: str
    terms: tuple[str, ...]
    changes: tuple[ChangeLine, ...] = ()
    moves: tuple[Move, ...] = ()
    counter_href: str = ""


@dataclass(frozen=True, kw_only=True)
class MemberLine:
    """One member's part: its state, its offerings under negotiation, and our moves about it."""

    id: str
    name: str
    did: str
    role: str
    state: str
    since: dt.datetime
    is_us: bool
    version: int | None = None
    reason: str = ""
    fault: str = ""
    sign_by: dt.date | None = None
    leaves: dt.date | None = None
    moves: tuple[Move, ...] = ()
    talks: tuple[TalkLine, ...] = ()
    propose_href: str = ""


@dataclass(frozen=True, kw_only=True)
class VersionLine:
    """One version of a contract and what it changed."""

    number: int
    issued: dt.date
    is_material: bool
    sign_by: dt.date
    changes: tuple[ChangeLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ContractPage(Page):
    """One contract: read, changed, signed and ended here, each by whom it belongs to."""

    TEMPLATE: ClassVar[str] = "org_contract.html"

    contract: ContractLine
    facts: tuple[tuple[str, str], ...]
    purposes: str
    groups: tuple[ClauseGroup, ...]
    notices: tuple[str, ...] = ()
    members: tuple[MemberLine, ...] = ()
    versions: tuple[VersionLine, ...] = ()
    moves: tuple[Move, ...] = ()
    roles: tuple[Choice, ...] = ()
    invitable: tuple[Choice, ...] = ()
    terms_hash: str = ""
    signs: bool = False
    json: str = ""
    problem: str = ""

    @property
    def is_faulty(self) -> bool:
        """Whether something stands in the way of publishing."""
        return any(group.fault or any(one.fault for one in group.clauses) for group in self.groups)


@dataclass(frozen=True, kw_only=True)
class NewContractPage(Page):
    """A contract begun from a template: first the choice, then its values."""

    TEMPLATE: ClassVar[str] = "org_contract_new.html"

    templates: tuple[tuple[str, str, str], ...] = ()
    chosen: str = ""
    title: str = ""
    about: str = ""
    fields: tuple[RuleField, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    json: str = ""
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class BroughtPage(Page):
    """An offering for a contract: proposed, or answered with other terms. `datasets` are there while none is chosen."""

    TEMPLATE: ClassVar[str] = "org_contract_offering.html"

    contract: str
    title: str
    member: str
    seat: str
    offer: str = ""
    round: int = 0
    dataset: str = ""
    asset: str = ""
    datasets: tuple[Choice, ...] = ()
    fields: tuple[RuleField, ...] = ()
    form: TermsForm | None = None
    json: str = ""
    problem: str = ""
