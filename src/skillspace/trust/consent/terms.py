"""The grant as it travels: a credential the person's intermediary signs, and its strict reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput, ConsentMissing
from skillspace.records import credentials
from skillspace.trust.consent.errors import ConsentExpired, UntrustedIntermediary
from skillspace.trust.consent.model import Grant
from skillspace.wire.jose import SigningKey, read_unverified

GRANT_CREDENTIAL = "ConsentGrantCredential"


@dataclass(frozen=True, kw_only=True)
class GrantTerms:
    """What a verified grant credential says. `token` is the credential itself."""

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
    token: str


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


def write_grant(grant: Grant, *, key: SigningKey, own_did: str) -> str:
    """Return the credential of a granted grant, valid from the yes until its end (VC 1.1 as JWT)."""
    if grant.starts is None:
        raise ConsentMissing(f"Consent {grant.id} is not given; there is nothing to show.")
    content = {
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
    return credentials.issue(
        GRANT_CREDENTIAL,
        content | ({"agreement": grant.agreement} if grant.agreement else {}),
        issuer_key=key,
        issuer_did=own_did,
        subject_did=grant.subject,
        at=grant.starts,
        valid_until=grant.until,
        id=f"urn:skillspace:{grant.id}",
    )


def signer_of(token: str) -> str:
    """Return who a token says signed it, unchecked: to ask whether that one may, before any key is fetched."""
    return str(read_unverified(token)[1].get("iss", ""))


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
    return _terms(found)


def _terms(found: credentials.VerifiedCredential) -> GrantTerms:
    try:
        subject = _Subject.model_validate(found.subject)
        starts, until = from_iso(subject.starts), from_iso(subject.until)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise BadInput(f"The consent credential's {place or 'subject'} is not as it should be.") from None
    except (ValueError, OverflowError):
        raise BadInput("The consent credential's period cannot be read.") from None
    return GrantTerms(
        grant=subject.grant,
        intermediary=found.issuer,
        subject=subject.id,
        provider=subject.provider,
        recipient=subject.recipient,
        dataset=subject.dataset,
        purpose=subject.purpose,
        kinds=frozenset(subject.kinds),
        agreement=subject.agreement,
        starts=starts,
        until=min(until, found.expires) if found.expires else until,
        notice=subject.notice,
        token=found.token,
    )
