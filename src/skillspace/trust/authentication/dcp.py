"""Authentication by the Decentralized Claims Protocol: self-issued tokens and the credentials behind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from skillspace.trust.identity import Peer, PeerClient

PROFILES = ("vc11-sl2021/jwt", "vc20-bssl/jwt")


class ClaimsAuthentication:
    """Joins the two halves that membership and identity already have: the gatekeeper and the client of peers."""

    def __init__(self, peers: PeerClient, authenticate: Callable[[str | None], Peer]) -> None:
        self._peers = peers
        self.authenticate = authenticate

    @property
    def own_id(self) -> str:
        """Our DID."""
        return self._peers.own_did

    @property
    def described(self) -> Mapping[str, Any]:
        """DCP 1.0 with the credential profiles understood here."""
        return {"protocol": "DCP", "version": "1.0", "profile": list(PROFILES)}

    def headers(self, audience: str) -> dict[str, str]:
        """Return a fresh self-issued token for `audience`."""
        return self._peers.headers(audience)
