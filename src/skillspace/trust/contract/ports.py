"""What contracts need of their neighbours: to call other nodes, to know keys, and to write into the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from skillspace.storage.database import Work

#: Write a line into the node's journal: the kind of thing, what it is about, and its content as plain JSON.
Note = Callable[[Work, str, str, Mapping[str, object]], None]

SERVICE = "SkillspaceNode"


class Peers(Protocol):
    """Calls to other nodes: `identity.PeerClient`, or a fake that routes to another node's application."""

    def service(self, did: str, kind: str) -> str:
        """Return the address of a service of `did`."""

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        """Send one request and return its JSON object; raise PeerRefused or PeerUnreachable."""
