"""The scheme foreign test connectors use: the header says who calls. It proves nothing, and is never a default.

The header is a JSON object with `clientId` (the `iam-mock` of Eclipse EDC). A node takes it only when its operator
asked for it and everything it talks to is on this machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from skillspace.kernel.errors import BadInput, Refused
from skillspace.trust.authentication.port import KnownPeers, known_or_bare
from skillspace.trust.identity import Peer
from skillspace.wire.jose import strict_json

MAX_HEADER = 4096


class NoCaller(Refused):
    """The request does not say who calls."""

    http_status = 401


class MockAuthentication:
    """Believes what it is told. `loopback` must be true: there is no other way to make one."""

    def __init__(self, own_id: str, *, known: KnownPeers, loopback: bool) -> None:
        if not loopback:
            raise BadInput("The mock authentication proves nothing; it works between nodes of one machine only.")
        self.own_id = own_id
        self._known = known

    @property
    def described(self) -> Mapping[str, Any]:
        """Nothing a peer should rely on."""
        return {}

    def authenticate(self, authorization: str | None) -> Peer:
        """Return the caller the header names; raise NoCaller."""
        text = (authorization or "").removeprefix("Bearer ").strip()
        if not text or len(text) > MAX_HEADER:
            raise NoCaller()
        try:
            content = strict_json(text)
        except BadInput as fault:
            raise NoCaller(f"The Authorization header is not the mock scheme's JSON: {fault.message}") from fault
        name = content.get("clientId") if isinstance(content, dict) else None
        if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 512:
            raise NoCaller("The mock scheme's JSON names no clientId.")
        return known_or_bare(self._known, name)

    def headers(self, audience: str) -> dict[str, str]:
        """Return the header such connectors expect."""
        return {"Authorization": json.dumps({"region": "any", "audience": audience, "clientId": self.own_id})}
