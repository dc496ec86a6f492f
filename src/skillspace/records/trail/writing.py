"""Hops as verifiable credentials (VC 1.1 as JWT, §6.3.1): signed with the key of whoever makes the statement."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import KeyResolver, VerifiedCredential, issue, verify
from skillspace.records.model import ValidationLevel
from skillspace.records.trail.model import MAX_RESTS, NAME, Hop, HopKind
from skillspace.wire.jose import SigningKey

HOP_CREDENTIAL = "RecognitionTrailHop"


class _Told(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    kind: str
    issuerName: str = Field(min_length=1, max_length=200)  # noqa: N815 - as it is spelled in the signed document
    title: str = Field(min_length=1, max_length=300)
    label: str = Field(min_length=1, max_length=500)
    concept: str | None = Field(default=None, max_length=500)
    level: str | None = Field(default=None, max_length=200)
    levelScheme: str | None = Field(default=None, max_length=500)  # noqa: N815 - as above
    validation: int = Field(ge=1, le=6)
    evidence: str | None = Field(default=None, pattern=NAME)
    words: str | None = Field(default=None, max_length=4000)
    restsOn: list[str] = Field(default_factory=list, max_length=MAX_RESTS)  # noqa: N815 - as above


def fingerprint(document: bytes) -> str:
    """Return the name of a document that a hop stands for: the hash of its bytes."""
    return f"urn:sha256:{hashlib.sha256(document).hexdigest()}"


def write_hop(hop: Hop, key: SigningKey, status: Mapping[str, object] | None = None) -> str:
    """Return the hop as a token signed by its issuer; its moments are kept to the second.

    `status` (a credentialStatus) says where its issuer would tell that it took the hop back. Raises BadInput for what
    no reader would take, or an end that is not after the beginning.
    """
    told = {
        "kind": hop.kind.value,
        "issuerName": hop.issuer_name,
        "title": hop.title,
        "label": hop.label,
        "concept": hop.concept,
        "level": hop.level,
        "levelScheme": hop.level_scheme,
        "validation": int(hop.validation),
        "evidence": hop.evidence,
        "words": hop.words,
        "restsOn": list(hop.rests_on),
    }
    kept = {name: value for name, value in told.items() if value is not None}
    _read(kept)
    at = hop.at.replace(microsecond=0)
    until = hop.until.replace(microsecond=0) if hop.until is not None else None
    return issue(
        HOP_CREDENTIAL,
        {"hop": kept},
        issuer_key=key,
        issuer_did=hop.issuer,
        subject_did=hop.subject,
        at=at,
        valid_until=until,
        status=status,
    )


def read_hop(token: str, resolve_key: KeyResolver) -> Hop:
    """Check who signed a hop, and return what it says; whether it still counts is the caller's question.

    Raises BadInput, InvalidSignature, and what `resolve_key` raises.
    """
    return read_signed(token, resolve_key)[0]


def read_signed(token: str, resolve_key: KeyResolver) -> tuple[Hop, VerifiedCredential]:
    """The same, with the credential that the hop is, which says where its issuer would take it back."""
    found = verify(token, resolve_key, None, expected_type=HOP_CREDENTIAL)
    told = _read(found.subject.get("hop"))
    hop = Hop(
        kind=HopKind(told.kind),
        subject=found.subject_id,
        issuer=found.issuer,
        issuer_name=told.issuerName,
        title=told.title,
        label=told.label,
        concept=told.concept,
        level=told.level,
        level_scheme=told.levelScheme,
        validation=ValidationLevel(told.validation),
        evidence=told.evidence,
        words=told.words,
        rests_on=tuple(told.restsOn),
        at=found.issued,
        until=found.expires,
    )
    return hop, found


def _read(content: object) -> _Told:
    try:
        told = _Told.model_validate(content)
        HopKind(told.kind)
    except ValidationError as fault:
        place = ".".join(str(step) for step in fault.errors()[0]["loc"]) or "its shape"
        raise BadInput(f"This token is no hop of a recognition trail: {place} does not fit.") from None
    except ValueError:
        raise BadInput("This token is no hop of a recognition trail: its kind is not known here.") from None
    return told


#: A hop may say it was made a moment after the one that rests on it: clocks differ.
LEEWAY = timedelta(minutes=5)
