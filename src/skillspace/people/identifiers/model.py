"""The words of identifiers: one that is proven, and which credentials an intermediary takes as proof."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from skillspace.people.recognition import CredentialRule

#: A proof is asked for anew after this, for a credential may be taken back any day.
PROOF_LASTS = timedelta(days=90)


class IdentityRule(BaseModel):
    """One line of ``[[identifying.credentials]]``: a type of credential, and the claim that names a person by law.

    Without a `claim` only the key the credential is about is proven.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: str = Field(min_length=1, max_length=200)
    claim: str | None = None

    def model_post_init(self, _context: object) -> None:
        """Hold a claim to the same form as where organisations match records."""
        if self.claim is not None:
            CredentialRule(type=self.type, claim=self.claim)


class IdentifyingTerms(BaseModel):
    """Which credentials prove to an intermediary who somebody is; none by default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    credentials: tuple[IdentityRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProvenIdentifier:
    """An identifier that an account has proven, by a credential of one issuer; it counts until `until`."""

    account: str
    identifier: str = field(repr=False)
    type: str
    issuer: str
    credential: str
    proven: datetime
    until: datetime
