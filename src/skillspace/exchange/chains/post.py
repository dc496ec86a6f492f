"""Messages about chains, to others over the wire and to this node itself without it: the same doors, the same rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from skillspace.exchange.chains.messages import Said
from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Database, Work
from skillspace.trust.consent.ports import SERVICE, Peers
from skillspace.trust.identity import Peer

#: Takes a message in the transaction of its request: (work, caller, chain, message) to the answer.
Take = Callable[[Work, Peer, str, Any], Mapping[str, Any]]


class Post:
    """Tells nodes things about chains; `take` says what becomes of each message that comes in."""

    def __init__(self, *, own_did: str, database: Database, peers: Peers) -> None:
        self.own_did = own_did
        self._database = database
        self._peers = peers
        self._doors: dict[str, tuple[type[Said], Take]] = {}

    def open(self, word: str, model: type[Said], take: Take) -> None:
        """Let `take` answer messages called `word`."""
        self._doors[word] = (model, take)

    def model(self, word: str) -> type[Said]:
        """Return the shape of a message; raise NotFound for one nobody takes."""
        return self._door(word)[0]

    def take(self, caller: Peer, chain: str, word: str, message: Said) -> Mapping[str, Any]:
        """Take one message in one transaction."""
        with self._database.writing() as work:
            return self._door(word)[1](work, caller, chain, message)

    def tell(self, to: str, chain: str, word: str, message: Said) -> Mapping[str, Any]:
        """Send one message and return the answer. Never within a transaction.

        Raises PeerRefused (or the fault itself, where we tell ourselves), PeerUnreachable.
        """
        if to == self.own_did:
            me = Peer(did=to, name=to, roles=frozenset())
            return self.take(me, chain, word, message)
        address = f"{self._peers.service(to, SERVICE)}/chains/{chain}/{word}"
        return self._peers.call("POST", to, address, message.model_dump(exclude_none=True))

    def _door(self, word: str) -> tuple[type[Said], Take]:
        if word not in self._doors:
            raise NotFound("There is no such message about a chain.")
        return self._doors[word]
