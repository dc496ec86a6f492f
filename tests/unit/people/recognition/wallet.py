"""A person's wallet: one did:key, and presentations made with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from skillspace.records.credentials import issue, present
from skillspace.records.credentials.model import Model
from skillspace.trust.identity.multikey import multikey_of_jwk
from skillspace.wire.jose import SigningKey


class Wallet:
    """A key pair whose name is the key itself, and what its owner was given."""

    def __init__(self) -> None:
        draft = SigningKey.generate("draft")
        multikey = multikey_of_jwk({name: draft.public_jwk()[name] for name in ("kty", "crv", "x", "y")})
        self.did = f"did:key:{multikey}"
        self.key = SigningKey.from_jwk({**draft.private_jwk(), "kid": f"{self.did}#{multikey}"})

    def given(
        self,
        issuer: SigningKey,
        type: str | list[str],
        claims: dict[str, object],
        *,
        at: datetime,
        model: Model = "1.1",
        about: str | None = None,
        id: str | None = None,
    ) -> str:
        """Return a credential about this wallet's owner, or about somebody else."""
        did = issuer.kid.partition("#")[0]
        facts = {"issuer_key": issuer, "issuer_did": did, "at": at, "valid_for": timedelta(days=30)}
        return issue(type, claims, subject_did=about or self.did, model=model, id=id, **facts)  # type: ignore[arg-type]

    def shows(self, *credentials: str, audience: str, nonce: str | None, at: datetime, model: Model = "1.1") -> str:
        """Return a presentation made for one audience."""
        return present(
            credentials,
            holder_key=self.key,
            holder_did=self.did,
            audience=audience,
            nonce=nonce,
            at=at,
            model=model,
        )
