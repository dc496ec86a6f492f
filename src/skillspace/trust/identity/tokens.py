"""Self-issued ID tokens (Decentralized Claims Protocol 1.0 §4.3): who calls whom, once, within a minute."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import Refused
from skillspace.kernel.ids import new_id
from skillspace.records.credentials import WrongAudience
from skillspace.storage.database import Database, Moment, metadata
from skillspace.trust.identity.resolver import DidResolver
from skillspace.wire.jose import SigningKey, check_times, read_unverified, sign_jwt, verify_jwt

LIFETIME = timedelta(seconds=60)

seen_tokens = sa.Table(
    "seen_token",
    metadata,
    sa.Column("jti", sa.String, primary_key=True),
    sa.Column("expires", Moment, nullable=False, index=True),
)


class Replayed(Refused):
    """This token was used before; every message needs its own."""

    http_status = 401


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who signed a token, and the access token they put in it for us (DCP §4.3.1), if any."""

    did: str
    access_token: str | None


class SelfIssuedTokens:
    """Makes this node's tokens and checks those of others; a token is accepted once, also across a restart."""

    def __init__(
        self, did: str, key: SigningKey, resolver: DidResolver, database: Database, clock: Clock = now
    ) -> None:
        self.did = did
        self._key = key
        self._resolver = resolver
        self._database = database
        self._clock = clock

    def issue(self, audience: str, *, access_token: str | None = None) -> str:
        """Return a token that proves to `audience`, for a minute, that this node calls."""
        issued = self._clock()
        claims: dict[str, object] = {
            "iss": self.did,
            "sub": self.did,
            "aud": audience,
            "iat": int(issued.timestamp()),
            "exp": int((issued + LIFETIME).timestamp()),
            "jti": new_id("jti"),
        }
        return sign_jwt(claims | ({"token": access_token} if access_token else {}), self._key)

    def check(self, token: str) -> Caller:
        """Return who signed `token`, or raise: InvalidSignature, WrongAudience, TokenExpired, Replayed, BadInput."""
        header, claims = read_unverified(token)
        issuer, jti = claims.get("iss"), claims.get("jti")
        if not isinstance(issuer, str) or claims.get("sub") != issuer or not isinstance(jti, str) or not jti:
            raise Refused("A self-issued token needs iss, the same sub, and a jti.")
        if claims.get("aud") != self.did:
            raise WrongAudience(f"The token is made for {claims.get('aud')!s:.100}, not for {self.did}.")
        if "exp" not in claims or "iat" not in claims:
            raise Refused("A self-issued token needs iat and exp.")
        check_times(claims, at=self._clock())
        verify_jwt(token, self._resolver.key(issuer, str(header.get("kid", "")), "capabilityInvocation"))
        self._remember(f"{issuer} {jti}", claims)
        access = claims.get("token")
        return Caller(did=issuer, access_token=access if isinstance(access, str) else None)

    def _remember(self, name: str, claims: Mapping[str, object]) -> None:
        expires = self._clock() + 5 * LIFETIME
        lifetime = float(str(claims["exp"])) - float(str(claims["iat"]))
        if lifetime > 5 * LIFETIME.total_seconds() - 10:
            raise Refused("A self-issued token may live five minutes at most.")
        with self._database.writing() as work:
            if not work.insert_new(seen_tokens, {"jti": name, "expires": expires}, on="jti"):
                raise Replayed()
            work.delete(seen_tokens, seen_tokens.c.expires < work.now)
