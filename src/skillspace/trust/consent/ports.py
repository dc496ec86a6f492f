"""What consent needs of its neighbours: to call other nodes, and to know who is a member."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from skillspace.storage.database import Work
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer

#: Return the member with this DID, or None: `membership.Directory.find`.
FindMember = Callable[[Work, str], Peer | None]
#: Return an agreement by its identifier, or None: `exchange.negotiation`'s `agreement`.
FindAgreement = Callable[[Work, str], Agreement | None]
#: Return the kinds of data a dataset of this node offers; empty when there is no such offering.
KindsOffered = Callable[[Work, str], frozenset[str]]
#: Delete this node's copies made under a grant, within the transaction, and return how many things went.
Deleter = Callable[[str, Work], int]

SERVICE = "SkillspaceNode"


class Peers(Protocol):
    """Calls to other nodes: `identity.PeerClient`, or a fake that routes to another node's application."""

    def service(self, did: str, kind: str) -> str:
        """Return the address of a service of `did`."""

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        """Send one request and return its JSON object; raise PeerRefused or PeerUnreachable."""
