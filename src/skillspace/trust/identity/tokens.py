"""Self-issued ID tokens (Decentralized Claims Protocol 1.0 §4.3): who calls whom, once, within minutes."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import NotFound, Refused
from skillspace.kernel.ids import new_id
from skillspace.records.credentials import WrongAudience
from skillspace.storage.database import Database, Moment, metadata
from skillspace.trust.identity.resolver import DidResolver
from skillspace.wire.jose import SigningKey, check_times, numeric_date, read_unverified, sign_jwt, verify_jwt

LIFETIME = timedelta(seconds=60)
#: Other makers' tokens may live this long; each is remembered to its end, so that it is accepted once.
MAX_LIFETIME = timedelta(minutes=15)
LEEWAY = timedelta(seconds=5)
MAX_TOKEN_BYTES = 16 * 1024
MAX_NAME = 400
PURPOSE = "capabilityInvocation"
_SWEEP_SECONDS = 60.0

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
        self._swept = time.monotonic()
        self._lock = threading.Lock()

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
        """Return who signed `token` for this node (DCP 1.0 §4.3.3).

        Its key must be one that the signer's DID document names for capabilityInvocation. Raises BadInput (shape),
        Refused (a claim is missing, or it lives too long), WrongAudience, TokenExpired, TokenNotYetValid,
        InvalidSignature, Replayed, and what the resolver raises.
        """
        header, claims = read_unverified(token, max_bytes=MAX_TOKEN_BYTES)
        issuer, name = self._names(claims)
        audience = claims.get("aud")
        if audience not in (self.did, [self.did]):
            raise WrongAudience(f"The token is made for {audience!s:.100}, not for {self.did}.")
        expires = self._end(claims)
        kid = header.get("kid", "")
        if not isinstance(kid, str):
            raise Refused("The name of a token's key (kid) is a text.")
        try:
            key = self._resolver.key(issuer, kid, PURPOSE)
        except NotFound as fault:
            # What is not there is the caller's key; to the caller, “not found” would be about what it asked for.
            raise Refused(f"Who signed the token cannot be looked up: {fault.message}") from fault
        verify_jwt(token, key, max_bytes=MAX_TOKEN_BYTES)
        self._remember(name, expires + LEEWAY)
        access = claims.get("token")
        return Caller(did=issuer, access_token=access if isinstance(access, str) else None)

    def _names(self, claims: Mapping[str, object]) -> tuple[str, str]:
        """Who signed, and under which name the token is remembered: an issuer answers for its own jti only."""
        issuer, jti = claims.get("iss"), claims.get("jti")
        if not isinstance(issuer, str) or claims.get("sub") != issuer or not isinstance(jti, str) or not jti:
            raise Refused("A self-issued token needs iss, the same sub, and a jti.")
        if "vc" in claims or "vp" in claims:
            raise Refused("A credential or a presentation is no self-issued token.")
        if len(issuer) + len(jti) > MAX_NAME:
            raise Refused(f"iss and jti of a self-issued token are too long; {MAX_NAME} characters are read.")
        return issuer, f"{issuer} {jti}"

    def _end(self, claims: Mapping[str, object]) -> datetime:
        issued, expires = numeric_date(claims, "iat"), numeric_date(claims, "exp")
        if issued is None or expires is None:
            raise Refused("A self-issued token needs iat and exp.")
        check_times(claims, at=self._clock(), leeway_s=int(LEEWAY.total_seconds()))
        if expires - issued > MAX_LIFETIME:
            raise Refused(f"A self-issued token may live {MAX_LIFETIME} at most, not {expires - issued}.")
        return expires

    def _remember(self, name: str, expires: datetime) -> None:
        """One short transaction of its own: what the request goes on to do must not undo it."""
        with self._database.writing() as work:
            if not work.insert_new(seen_tokens, {"jti": name, "expires": expires}, on="jti"):
                raise Replayed()
            # Once a minute is enough; on every request it would cost as much as remembering does.
            if self._is_time_to_sweep():
                work.delete(seen_tokens, seen_tokens.c.expires < work.now)

    def _is_time_to_sweep(self) -> bool:
        with self._lock:
            due = time.monotonic() - self._swept > _SWEEP_SECONDS
            if due:
                self._swept = time.monotonic()
            return due
