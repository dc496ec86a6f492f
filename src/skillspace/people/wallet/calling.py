"""How a wallet calls issuers: with an access token, and where they bind it to a key, with proof of that key (RFC 9449).

The key is another one for each credential, and follows from the node's secret and the `held` name that is stored with
what is on its way; no issuer learns from it that two credentials are one person's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from skillspace.kernel.clock import Clock
from skillspace.kernel.errors import BadInput
from skillspace.people.wallet.keys import key_of
from skillspace.wire.dpop import prove, thumbprint
from skillspace.wire.jose import SigningKey, strict_json
from skillspace.wire.outbound import Outbound, Reply

MAX_BYTES = 512 * 1024
NEEDS_NONCE = "use_dpop_nonce"


class IssuerCalls:
    """Posts to issuers. `secret` is the node's own."""

    def __init__(self, outbound: Outbound, clock: Clock, secret: bytes) -> None:
        self._outbound = outbound
        self._clock = clock
        self._secret = secret

    def thumbprint(self, held: str) -> str:
        """Return by what an issuer knows the key that is called `held`."""
        return thumbprint(self._key(held).public_jwk())

    def post_form(self, address: str, form: Mapping[str, str], held: str | None = None) -> Reply:
        """Post a form, with proof of the key `held` where there is one."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        return self._proven(address, held, None, headers=headers, content=urlencode(form).encode())

    def post_json(self, address: str, message: Mapping[str, object], access_token: str, held: str | None) -> Reply:
        """Post a message with an access token, and proof of the key that it is bound to."""
        return self._proven(address, held, access_token, headers={"Accept": "application/json"}, json=message)

    def _proven(
        self, address: str, held: str | None, access_token: str | None, *, headers: Mapping[str, str], **content: Any
    ) -> Reply:
        """Send, and where the issuer wants a nonce of its own in the proof, once more with it (§8)."""
        key = self._key(held) if held is not None else None
        named: dict[str, str] = dict(headers)
        if access_token is not None:
            named["Authorization"] = f"{'Bearer' if key is None else 'DPoP'} {access_token}"

        def send(nonce: str | None = None) -> Reply:
            proof = {}
            if key is not None:
                at = self._clock()
                proof = {"DPoP": prove(key, "POST", address, at=at, access_token=access_token, nonce=nonce)}
            return self._outbound.send("POST", address, headers=named | proof, max_bytes=MAX_BYTES, **content)

        reply = send()
        nonce = reply.headers.get("dpop-nonce")
        return send(nonce) if key is not None and nonce and _wants_nonce(reply) else reply

    def _key(self, held: str) -> SigningKey:
        return key_of(self._secret, f"possession {held}")


def _wants_nonce(reply: Reply) -> bool:
    if reply.status not in (400, 401):
        return False
    try:
        told = strict_json(reply.body)
    except BadInput:
        told = None
    is_told = isinstance(told, dict) and told.get("error") == NEEDS_NONCE
    return is_told or NEEDS_NONCE in reply.headers.get("www-authenticate", "")
