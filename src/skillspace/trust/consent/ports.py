"""What consent needs of its neighbours: to call other nodes, to know who is a member, and who may act for whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from skillspace.storage.database import Work
from skillspace.trust.consent.acting import Acting
from skillspace.trust.consent.errors import NotMandated
from skillspace.trust.consent.model import Grant
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from skillspace.trust.register import Duty

#: Return the member with this DID, or None: `membership.Directory.find`.
FindMember = Callable[[Work, str], Peer | None]
#: Return an agreement by its identifier, or None: `exchange.negotiation`'s `agreement`.
FindAgreement = Callable[[Work, str], Agreement | None]
#: Return the kinds of data a dataset of this node offers; empty when there is no such offering.
KindsOffered = Callable[[Work, str], frozenset[str]]
#: Delete this node's copies made under a grant, within the transaction, and return how many things went.
Deleter = Callable[[str, Work], int]

#: May `acting` (None: the person) do `act` (“grant”, “refuse”, “revoke”) with this grant, as far as it is given?
#: Returns who acts as the log shall have it, and writes that down, or raises Refused with the reason. A program and the
#: person's agent act without a mandate: they may do what the person may; who let them, their own doors check.
MayAct = Callable[[Work, Acting | None, str, Grant], Acting | None]
#: The country an organisation said it works in (ISO 3166-1), None when it told none.
CountryOf = Callable[[Work, str], str | None]
#: Why something is not to be, in words, or None. Of contracts: asked with provider, recipient, dataset and purpose; of
#: restrictions: with intermediary, subject, dataset and grant.
WhyNot = Callable[[Work, str, str, str, str], str | None]
#: What the contract behind an exchange says as ODRL policies, asked as `WhyNot` of contracts is; all must allow it.
ContractRules = Callable[[Work, str, str, str, str], Iterable[Mapping[str, object]]]
#: What contracts and records hold of the facts of a use (`policy.Facts`, by name), asked as `WhyNot` of contracts is.
Circumstances = Callable[[Work, str, str, str, str], Mapping[str, Any]]
#: Write into the node's journal, in the caller's transaction: kind, what it is about, and what happened.
Note = Callable[[Work, str, str, Mapping[str, object]], None]

#: Make the journal forget the contents of what was written about these things; their entries stay.
Forget = Callable[[Work, Iterable[str]], object]
#: This organisation's duty to keep copies of a kind after a consent ended, None where there is none.
FindDuty = Callable[[Work, str], Duty | None]

SERVICE = "SkillspaceNode"


def only_the_person(_work: Work, acting: Acting | None, _act: str, _grant: Grant) -> Acting | None:
    """Let nobody act but the person: where no mandates are kept."""
    if acting is not None:
        raise NotMandated(f"{acting.name} holds no mandate here.")
    return None


def country_unknown(_work: Work, _did: str) -> str | None:
    """Know no countries: a yes that holds in some countries only then opens nothing."""
    return None


def nothing_against(_work: Work, _first: str, _second: str, _dataset: str, _last: str) -> str | None:
    """Find nothing against it: where neither contracts nor restrictions are kept."""
    return None


def no_duty(_work: Work, _kind: str) -> Duty | None:
    """Know no duty to keep anything: copies are deleted."""
    return None


def no_contract_rules(
    _work: Work, _provider: str, _recipient: str, _dataset: str, _purpose: str
) -> Iterable[Mapping[str, object]]:
    """Know no rules of contracts: the agreement's own decide."""
    return ()


def nothing_told(_work: Work, _provider: str, _recipient: str, _dataset: str, _purpose: str) -> Mapping[str, Any]:
    """Know nothing more of a use: rules about places, commitments and payments then say no."""
    return {}


def no_forgetting(_work: Work, _abouts: Iterable[str]) -> None:
    """Have nothing to forget: where no journal is kept."""


def no_note(_work: Work, _kind: str, _about: str, _content: Mapping[str, object]) -> None:
    """Write nothing: where no journal is kept."""


class Peers(Protocol):
    """Calls to other nodes: `identity.PeerClient`, or a fake that routes to another node's application."""

    def service(self, did: str, kind: str) -> str:
        """Return the address of a service of `did`."""

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        """Send one request and return its JSON object; raise PeerRefused or PeerUnreachable."""
