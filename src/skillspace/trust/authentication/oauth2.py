"""Authentication by OAuth2 client credentials (RFC 6749 §4.4): a token of an identity provider both sides trust.

Ours is fetched at the provider's token endpoint and kept until shortly before it ends; a caller's must be a JWT access
token (RFC 9068) that the provider signed with a key of its JWKS, for us as audience, and not over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, PeerUnreachable, Refused
from skillspace.trust.authentication.port import KnownPeers, known_or_bare
from skillspace.trust.identity import Peer
from skillspace.trust.identity.peers import read_object
from skillspace.wire.jose import check_times, read_unverified
from skillspace.wire.outbound import Outbound

ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
KEEP_KEYS_S = 300.0
ASK_AGAIN_S = 5.0
RENEW_BEFORE_S = 20.0
MAX_BYTES = 256 * 1024


class TokenNotAccepted(Refused):
    """The access token is not one this node accepts."""

    http_status = 401


class OAuth2Terms(BaseModel):
    """What an operator writes into node.toml under ``[oauth2]``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    token_endpoint: str
    jwks_uri: str
    client_id: str
    client_secret: SecretStr
    #: The audience other participants name when they call us; our identifier unless said otherwise.
    audience: str | None = None
    scope: str | None = None
    #: The claim that holds a caller's identifier as participant.
    participant_claim: str = Field(default="sub", max_length=100)


class OAuth2Authentication:
    """Client credentials on both sides, one identity provider between them."""

    def __init__(
        self, own_id: str, terms: OAuth2Terms, outbound: Outbound, *, known: KnownPeers, clock: Clock = now
    ) -> None:
        self.own_id = own_id
        self._terms = terms
        self._outbound = outbound
        self._known = known
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[float, str]] = {}
        self._keys: tuple[float, KeySet] | None = None

    @property
    def described(self) -> Mapping[str, Any]:
        """OAuth2 with the issuer both sides need."""
        return {"protocol": "OAuth2", "version": "2.0", "profile": [self._terms.issuer]}

    def authenticate(self, authorization: str | None) -> Peer:
        """Return who the token speaks for; raise TokenNotAccepted."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise TokenNotAccepted("Call with Authorization: Bearer and an access token.")
        claims = self._verified(token.strip())
        if claims.get("iss") != self._terms.issuer:
            raise TokenNotAccepted("The access token is of another issuer.")
        audience = claims.get("aud")
        if (self._terms.audience or self.own_id) not in (audience if isinstance(audience, list) else [audience]):
            raise TokenNotAccepted("The access token is not made for this node.")
        if "exp" not in claims:
            raise TokenNotAccepted("The access token has no end.")
        check_times(claims, at=self._clock())
        name = claims.get(self._terms.participant_claim)
        if not isinstance(name, str) or not name:
            raise TokenNotAccepted(f"The access token has no {self._terms.participant_claim}.")
        return known_or_bare(self._known, name)

    def headers(self, audience: str) -> dict[str, str]:
        """Return a token for `audience`, fetched or kept; raise PeerUnreachable or Refused by the identity provider."""
        with self._lock:
            kept = self._tokens.get(audience)
        if kept is None or kept[0] <= time.monotonic():
            kept = self._fetch(audience)
            with self._lock:
                self._tokens[audience] = kept
        return {"Authorization": f"Bearer {kept[1]}"}

    def _fetch(self, audience: str) -> tuple[float, str]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._terms.client_id,
            "client_secret": self._terms.client_secret.get_secret_value(),
            "audience": audience,
        } | ({"scope": self._terms.scope} if self._terms.scope else {})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        reply = self._outbound.send(
            "POST", self._terms.token_endpoint, headers=headers, content=urlencode(form).encode(), max_bytes=MAX_BYTES
        )
        if reply.status != 200:
            raise Refused(f"The identity provider {self._terms.issuer} gave no token (answer {reply.status}).")
        content = read_object(reply.body)
        token, lifetime = content.get("access_token"), content.get("expires_in", 60)
        if not isinstance(token, str) or not token.isascii() or isinstance(lifetime, bool):
            raise BadInput(f"The identity provider {self._terms.issuer} answered without an access_token.")
        seconds = float(lifetime) if isinstance(lifetime, int | float) else 60.0
        return time.monotonic() + max(seconds - RENEW_BEFORE_S, 1.0), token

    def _verified(self, token: str) -> dict[str, Any]:
        read_unverified(token)
        for fresh in (False, True):
            try:
                return dict(jwt.decode(token, self._key_set(fresh=fresh), algorithms=ALGORITHMS).claims)
            except (JoseError, ValueError, KeyError, TypeError) as fault:
                reason = type(fault).__name__
        raise TokenNotAccepted(f"The access token is not signed by {self._terms.issuer} ({reason}).")

    def _key_set(self, *, fresh: bool) -> KeySet:
        """Return the provider's keys; `fresh` looks again, though not at every forged token."""
        kept = self._keys
        age = time.monotonic() - kept[0] if kept else KEEP_KEYS_S
        if kept and age < (ASK_AGAIN_S if fresh else KEEP_KEYS_S):
            return kept[1]
        reply = self._outbound.send("GET", self._terms.jwks_uri, max_bytes=MAX_BYTES)
        if reply.status != 200:
            raise PeerUnreachable(f"The keys of {self._terms.issuer} cannot be had (answer {reply.status}).")
        try:
            keys = KeySet.import_key_set(read_object(reply.body))  # type: ignore[arg-type]
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            raise PeerUnreachable(
                f"The keys of {self._terms.issuer} cannot be read ({type(fault).__name__})."
            ) from fault
        self._keys = (time.monotonic(), keys)
        return keys
