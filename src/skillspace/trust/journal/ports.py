"""What the journal needs of its neighbours; it stands below identity and membership, so it names no more than this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from skillspace.storage.database import Work

SERVICE = "SkillspaceNode"
#: Who is given this node's checkpoints: the authority, and for the authority up to three members.
Witnesses = Callable[[Work], list[str]]


#: What a room's tables say now about these things, in the shape of the newest content written about each; None for a
#: row that is gone.
Exhibit = Callable[[Work, list[str]], Mapping[str, Mapping[str, object] | None]]
#: Every thing a room has rows of that must stand in the journal.
Rows = Callable[[Work], Iterator[str]]


@dataclass(frozen=True, kw_only=True)
class Exhibited:
    """One room's live rows, compared with the newest entry about each whose kind begins with `prefix`."""

    prefix: str
    exhibit: Exhibit
    rows: Rows


class Caller(Protocol):
    """A node that proved who it is: `identity.Peer`."""

    @property
    def did(self) -> str:
        """The caller's DID."""

    @property
    def roles(self) -> frozenset[str]:
        """The roles it was admitted with."""


#: Prove a caller from its Authorization header; raises NotAMember or Refused.
Authenticate = Callable[[str | None], Caller]


class Peers(Protocol):
    """Calls to other nodes: `identity.PeerClient`, or a fake that routes to another node's application."""

    def service(self, did: str, kind: str) -> str:
        """Return the address of a service of `did`."""

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        """Send one request and return its JSON object; raise PeerRefused or PeerUnreachable."""
