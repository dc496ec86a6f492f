"""The secure token service: gives self-issued tokens of this node to programs its operator named (DCP 1.0 §4.3.2).

OAuth 2 client credentials (RFC 6749 §4.4). Whoever has such a token speaks as this node, so the service is off unless
the operator turns it on, each client may ask for the scopes it was given and no other, and of secrets only hashes are
kept; they are long random texts, so a plain hash is enough.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, Conflict, Refused
from skillspace.kernel.ids import new_secret
from skillspace.storage.database import Work
from skillspace.trust.claims.access import AccessTokens
from skillspace.trust.claims.scopes import read_scopes
from skillspace.trust.claims.store import sts_clients
from skillspace.trust.identity import SelfIssuedTokens
from skillspace.trust.identity.tokens import LIFETIME

GRANT = "client_credentials"


class TokenRefused(Refused):
    """No token for this request; `error` is the reason in the words of RFC 6749 §5.2."""

    def __init__(self, message: str | None = None, *, error: str = "invalid_request") -> None:
        super().__init__(message)
        self.error = error
        self.status = 401 if error == "invalid_client" else 400


class SecureTokenService:
    """Knows its clients, and makes tokens for them."""

    def __init__(self, *, tokens: SelfIssuedTokens, access: AccessTokens) -> None:
        self._tokens = tokens
        self._access = access

    def add_client(self, work: Work, name: str, scopes: Collection[str], *, secret: str | None = None) -> str:
        """Let a program ask for tokens with these scopes, and return its secret, which nobody can read again.

        Raises Conflict when there is such a client, BadInput for a scope or a secret that is none.
        """
        if not name or len(name) > 100 or not name.isprintable():
            raise BadInput("A client needs a name of at most 100 printable characters.")
        secret = secret or new_secret()
        if len(secret) < 32:
            raise BadInput("A client's secret has at least 32 characters; leave it out and one is made.")
        allowed = sorted(str(scope) for scope in read_scopes(scopes))
        row = {"id": name, "secret_hash": _hash(secret), "scopes": allowed, "made": work.now}
        if not work.insert_new(sts_clients, row, on="id"):
            raise Conflict(f"There is a client {name} already; take it away first.")
        return secret

    def remove_client(self, work: Work, name: str) -> None:
        """Take the right to ask for tokens away."""
        work.delete(sts_clients, sts_clients.c.id == name)

    def token(
        self,
        work: Work,
        *,
        grant_type: str | None,
        client_id: str | None,
        client_secret: str | None,
        audience: str | None,
        bearer_access_scope: str | None = None,
        token: str | None = None,
    ) -> dict[str, Any]:
        """Answer a token request: a self-issued token for `audience`.

        With `bearer_access_scope` (scopes divided by blanks) it carries an access token that opens them to the
        audience; with `token` it carries that one, which the client has from elsewhere. Raises TokenRefused.
        """
        if grant_type != GRANT:
            raise TokenRefused(f"Only {GRANT} is understood.", error="unsupported_grant_type")
        allowed = self._allowed(work, client_id or "", client_secret or "")
        if audience is None or not audience.startswith("did:") or len(audience) > 500:
            raise TokenRefused("audience must be the DID of the one the token is for.", error="invalid_request")
        if bearer_access_scope is not None and token is not None:
            raise TokenRefused("Give either bearer_access_scope or token, not both.", error="invalid_request")
        if bearer_access_scope is not None:
            token = self._access_token(audience, bearer_access_scope, allowed)
        issued = self._tokens.issue(audience, access_token=token)
        return {"access_token": issued, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}

    def _allowed(self, work: Work, name: str, secret: str) -> frozenset[str]:
        row = work.one(sa.select(sts_clients).where(sts_clients.c.id == name))
        # A client that is not there costs as much time as one whose secret is wrong.
        known = row["secret_hash"] if row is not None else _hash("")
        if not hmac.compare_digest(known, _hash(secret)) or row is None:
            raise TokenRefused("There is no such client, or its secret is another.", error="invalid_client")
        return frozenset(row["scopes"])

    def _access_token(self, audience: str, wanted: str, allowed: frozenset[str]) -> str:
        try:
            scopes = read_scopes(wanted.split())
        except BadInput as fault:
            raise TokenRefused(fault.message, error="invalid_scope") from fault
        if not scopes or any(str(scope) not in allowed for scope in scopes):
            raise TokenRefused("This client may not ask for these scopes.", error="invalid_scope")
        return self._access.issue(audience, scopes)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
