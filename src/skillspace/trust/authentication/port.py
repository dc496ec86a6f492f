"""What the connector needs to know of its callers and must show to those it calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from skillspace.trust.identity import Peer

#: Peers an operator named by hand, by identifier: for schemes whose tokens say nothing but an identifier.
KnownPeers = Mapping[str, Peer]


class Authentication(Protocol):
    """One scheme: checks the Authorization header of a request, and writes that of ours."""

    @property
    def own_id(self) -> str:
        """This node's identifier as participant."""

    @property
    def described(self) -> Mapping[str, Any]:
        """The `auth` member of our entries in the version document (DSP 2025-1 §4), empty when there is none."""

    def authenticate(self, authorization: str | None) -> Peer:
        """Return who calls; raise a Refused (or BadInput) with what is wrong."""

    def headers(self, audience: str) -> dict[str, str]:
        """Return the headers that prove to `audience` that we call."""


def known_or_bare(known: KnownPeers, name: str) -> Peer:
    """Return a peer as the operator described it, else one that has nothing but its identifier."""
    return known.get(name) or Peer(did=name, name=name, roles=frozenset())
