"""The grant as it travels: a credential the person's intermediary signs, and its strict reading.

The recipient keeps the credential. What it shows to a provider is a token for one use (`tokens`), made of these terms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, ConsentMissing
from skillspace.records import credentials
from skillspace.trust.consent.conditions import Conditions, read_conditions
from skillspace.trust.consent.errors import ConsentExpired, UntrustedIntermediary
from skillspace.trust.consent.model import Grant, Items
from skillspace.trust.consent.narrowing import MOST_USES
from skillspace.wire.canonical import digest
from skillspace.wire.jose import SigningKey

GRANT_CREDENTIAL = "ConsentGrantCredential"


@dataclass(frozen=True, kw_only=True)
class GrantTerms:
    """What a verified grant says. `hash` is the SHA-256 of its terms (`terms_of`, canonical); `token` what was read."""

    grant: str
    intermediary: str
    subject: str
    provider: str
    recipient: str
    dataset: str
    purpose: str
    kinds: frozenset[str]
    agreement: str | None
    starts: datetime
    until: datetime
    notice: str
    items: Items
    max_uses: int | None
    conditions: Conditions | None
    hash: str
    token: str


_Item = Annotated[str, Field(min_length=1, max_length=500)]


class _Subject(BaseModel):
    """The credentialSubject of a grant."""

    model_config = ConfigDict(strict=True, extra="forbid")

    id: str = Field(pattern=r"^urn:[!-~]{3,300}$")
    grant: str = Field(min_length=8, max_length=100, pattern=r"^[!-~]+$")
    provider: str = Field(min_length=1, max_length=500)
    recipient: str = Field(min_length=1, max_length=500)
    dataset: str = Field(min_length=1, max_length=500)
    purpose: str = Field(min_length=1, max_length=200)
    kinds: list[str] = Field(min_length=1, max_length=100)
    agreement: str | None = Field(default=None, max_length=500)
    starts: str = Field(max_length=40)
    until: str = Field(max_length=40)
    notice: str = Field(max_length=100)
    items: dict[_Item, Annotated[list[_Item], Field(min_length=1, max_length=1000)]] = Field(
        default_factory=dict, max_length=100
    )
    uses: int | None = Field(default=None, ge=1, le=MOST_USES)
    conditions: dict[str, Any] | None = None


def terms_of(grant: Grant) -> dict[str, object]:
    """Return the terms of a grant that was given, as they are signed and hashed; raise ConsentMissing for another."""
    if grant.starts is None:
        raise ConsentMissing(f"Consent {grant.id} is not given; there is nothing to show.")
    content: dict[str, object] = {
        "id": grant.subject,
        "grant": grant.id,
        "provider": grant.provider,
        "recipient": grant.recipient,
        "dataset": grant.dataset,
        "purpose": grant.purpose,
        "kinds": list(grant.kinds),
        "starts": iso(grant.starts),
        "until": iso(grant.until),
        "notice": grant.notice_hash,
    }
    if grant.agreement:
        content["agreement"] = grant.agreement
    if grant.items:
        content["items"] = {kind: list(items) for kind, items in grant.items.items()}
    if grant.max_uses is not None:
        content["uses"] = grant.max_uses
    if grant.conditions is not None:
        content["conditions"] = grant.conditions.to_json()
    return content


def write_grant(grant: Grant, *, key: SigningKey, own_did: str) -> str:
    """Return the credential of a granted grant, valid from the yes until its end (VC 1.1 as JWT)."""
    content = terms_of(grant)
    subject = content.pop("id")
    return credentials.issue(
        GRANT_CREDENTIAL,
        content,
        issuer_key=key,
        issuer_did=own_did,
        subject_did=str(subject),
        at=grant.starts,
        valid_until=grant.until,
        id=f"urn:skillspace:{grant.id}",
    )


def read_grant(token: str, resolve_key: credentials.KeyResolver, at: datetime, *, signer: str) -> GrantTerms:
    """Verify a grant credential that `signer` signed and return its terms.

    Whether the signer may sign grants is the caller's to check. Raises BadInput for another shape, InvalidSignature,
    UntrustedIntermediary for another signer, and ConsentExpired or CredentialNotYetValid by the clock `at`.
    """
    try:
        found = credentials.verify(token, resolve_key, at, expected_type=GRANT_CREDENTIAL, trusted_issuers={signer})
    except credentials.UntrustedIssuer:
        raise UntrustedIntermediary(f"The consent is signed by another than {signer[:200]}.") from None
    except credentials.CredentialExpired as fault:
        raise ConsentExpired(f"The consent has run out: {fault.message}") from None
    terms = read_terms(found.subject, intermediary=found.issuer, token=found.token)
    return replace(terms, until=min(terms.until, found.expires)) if found.expires else terms


def read_terms(content: Mapping[str, object], *, intermediary: str, token: str) -> GrantTerms:
    """Read terms as `terms_of` writes them, whose signature was checked; raise BadInput naming what is wrong."""
    try:
        subject = _Subject.model_validate(dict(content))
        starts, until = from_iso(subject.starts), from_iso(subject.until)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise BadInput(f"The consent's {place or 'subject'} is not as it should be.") from None
    except (ValueError, OverflowError):
        raise BadInput("The consent's period cannot be read.") from None
    return GrantTerms(
        grant=subject.grant,
        intermediary=intermediary,
        subject=subject.id,
        provider=subject.provider,
        recipient=subject.recipient,
        dataset=subject.dataset,
        purpose=subject.purpose,
        kinds=frozenset(subject.kinds),
        agreement=subject.agreement,
        starts=starts,
        until=until,
        notice=subject.notice,
        items={kind: tuple(items) for kind, items in subject.items.items()},
        max_uses=subject.uses,
        conditions=read_conditions(subject.conditions),
        hash=digest(content),
        token=token,
    )
