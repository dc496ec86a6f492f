"""A node's own credentials: stored when an issuer delivers them, presented to who may see them (DCP 1.0 §5)."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.clock import Clock, now
from skillspace.kernel.errors import BadInput, Refused
from skillspace.records import credentials
from skillspace.storage.database import Work
from skillspace.trust.identity import DidResolver
from skillspace.trust.membership.model import (
    DCP_CONTEXT,
    MEMBERSHIP_CREDENTIAL,
    MEMBERSHIP_SCOPE,
    CredentialMessage,
    PresentationQuery,
)
from skillspace.trust.membership.store import wallet
from skillspace.wire.jose import SigningKey, check_times, sign_jwt, verify_jwt

ACCESS_LIFETIME = timedelta(minutes=5)
PURPOSE = "credential-access"


class Wallet:
    """Holds this node's credentials and shows them only to a verifier this node itself called (its access token)."""

    def __init__(self, *, did: str, key: SigningKey, resolver: DidResolver, authority: str, clock: Clock = now) -> None:
        self._did = did
        self._key = key
        self._resolver = resolver
        self._authority = authority
        self._clock = clock

    def access_token(self, verifier: str) -> str:
        """Return the token that lets `verifier` ask for our credentials (DCP 1.0 §4.3.1); opaque to everyone else."""
        issued = self._clock()
        claims = {"iss": self._did, "aud": verifier, "use": PURPOSE, "iat": int(issued.timestamp())}
        return sign_jwt(claims | {"exp": int((issued + ACCESS_LIFETIME).timestamp())}, self._key)

    def store(self, work: Work, sender: str, message: CredentialMessage) -> int:
        """Keep what an issuer delivers (DCP 1.0 §6.5.1), after checking each; return how many."""
        if message.status == "REJECTED":
            return 0
        for container in message.credentials:
            if container.format != "jwt":
                raise BadInput(f"Credentials come as jwt here, not as {container.format[:40]}.")
            self.keep(work, sender, container.payload)
        return len(message.credentials)

    def keep(self, work: Work, sender: str, token: str) -> None:
        """Keep one credential about this node that `sender`, the authority, signed."""
        found = credentials.verify(token, self._resolver.key, work.now, trusted_issuers={self._authority})
        if found.issuer != sender or found.subject_id != self._did or found.expires is None:
            raise Refused("A node keeps only credentials about itself, delivered by who signed them.")
        kind = next((name for name in found.types if name != "VerifiableCredential"), "")
        row = {"issuer": found.issuer, "type": kind, "token": token, "expires": found.expires.astimezone(UTC)}
        work.upsert(wallet, row, on=("issuer", "type"))

    def is_member(self, work: Work) -> bool:
        """Tell whether this node holds a live membership credential."""
        live = (wallet.c.type == MEMBERSHIP_CREDENTIAL) & (wallet.c.expires > work.now)
        return work.one(sa.select(wallet.c.type).where(live)) is not None

    def present(self, work: Work, caller: str, access_token: str | None, query: PresentationQuery) -> dict[str, Any]:
        """Answer a presentation query (DCP 1.0 §5.4): unknown scopes give fewer credentials, not an error."""
        if query.scope is None or query.presentation_definition is not None:
            raise BadInput("Ask with a scope; presentation definitions are not supported.")
        self._check_access(work, caller, access_token)
        tokens: list[str] = []
        if any(scope.removesuffix(":read") == MEMBERSHIP_SCOPE.removesuffix(":read") for scope in query.scope):
            rows = work.rows(sa.select(wallet.c.token).where(wallet.c.type == MEMBERSHIP_CREDENTIAL))
            tokens = [row["token"] for row in rows]
        presentation = credentials.present(
            tokens, holder_key=self._key, holder_did=self._did, audience=caller, at=work.now
        )
        return {
            "@context": [DCP_CONTEXT],
            "type": "PresentationResponseMessage",
            "presentation": [presentation] if tokens else [],
        }

    def _check_access(self, work: Work, caller: str, access_token: str | None) -> None:
        if access_token is None:
            raise Refused("The query carries no access token of ours.")
        claims = verify_jwt(access_token, self._key.public_jwk())
        check_times(claims, at=work.now)
        if claims.get("iss") != self._did or claims.get("aud") != caller or claims.get("use") != PURPOSE:
            raise Refused("The access token was not made for this caller.")
