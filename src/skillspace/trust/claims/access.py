"""Access tokens: they go with our self-issued tokens, so that a verifier may ask for our credentials (DCP 1.0 §4.3.1).

To everyone else they are opaque. They name the one verifier they are for, what it may read, and last five minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, Refused
from skillspace.trust.claims.scopes import Scope, read_scopes
from skillspace.trust.identity import DidResolver
from skillspace.wire.jose import SigningKey, check_times, read_unverified, sign_jwt, verify_jwt

LIFETIME = timedelta(minutes=5)
PURPOSE = "credential-access"


class AccessRefused(Refused):
    """The query carries no access token of ours that allows it."""


class AccessTokens:
    """Makes and checks this node's own access tokens."""

    def __init__(self, *, did: str, key: SigningKey, resolver: DidResolver, clock: Clock = now) -> None:
        self._did = did
        self._key = key
        self._resolver = resolver
        self._clock = clock

    def issue(self, verifier: str, scopes: Iterable[Scope]) -> str:
        """Return a token that lets `verifier` read what `scopes` name."""
        issued = self._clock()
        claims = {
            "iss": self._did,
            "aud": verifier,
            "use": PURPOSE,
            "scope": [str(scope) for scope in scopes],
            "iat": int(issued.timestamp()),
            "exp": int((issued + LIFETIME).timestamp()),
        }
        return sign_jwt(claims, self._key)

    def check(self, verifier: str, token: str | None) -> frozenset[Scope]:
        """Return what `verifier` may read; raise AccessRefused, or what is wrong with the token."""
        if token is None:
            raise AccessRefused("The query carries no access token of ours.")
        header, _ = read_unverified(token)
        # By its name, not by today's key: a token made just before a change of keys still opens.
        claims = verify_jwt(token, self._resolver.key(self._did, str(header.get("kid", ""))))
        if claims.get("iss") != self._did or claims.get("aud") != verifier or claims.get("use") != PURPOSE:
            raise AccessRefused("The access token was not made for this caller.")
        if "exp" not in claims:
            raise AccessRefused("The access token has no end.")
        check_times(claims, at=self._clock())
        scopes = claims.get("scope")
        if not isinstance(scopes, list):
            raise BadInput("The access token names no scopes.")
        return frozenset(read_scopes(map(str, scopes)))
