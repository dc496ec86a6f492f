"""Credentials with their proof inside (Data Integrity), read into the same shape as those in tokens."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.credentials.data_integrity import ASSERTION, Proof, moment_of, verify_proofs
from skillspace.records.credentials.data_model import PERIODS, check_credential, check_party
from skillspace.records.credentials.model import KeyResolver, Trust, UntrustedIssuer, VerifiedCredential
from skillspace.records.credentials.status_entries import entries_of
from skillspace.records.credentials.verifying import check_period
from skillspace.wire.jose import strict_json

MAX_DOCUMENT_BYTES = 512 * 1024


def verify_embedded(
    document: Mapping[str, object],
    resolve_key: KeyResolver,
    at: datetime,
    *,
    trust: Trust | None = None,
    check_dates: bool = True,
    purpose: str = ASSERTION,
    domain: str | None = None,
    challenge: str | None = None,
) -> VerifiedCredential:
    """Check a credential that carries its proofs, and return what it says. Revocation is not looked at.

    Every proof of a known kind must hold and be its issuer's. `trust` decides by issuer and types before any key is
    asked for. `check_dates` off leaves the credential's period to the caller; `purpose`, `domain` and `challenge` are
    those of `verify_proofs`. Raises BadInput (form, words that are not defined), UntrustedIssuer, InvalidSignature,
    WrongAudience, CredentialExpired or CredentialNotYetValid.
    """
    model = check_credential(document)
    issuer = check_party(document.get("issuer"), "issuer")
    types = tuple(str(kind) for kind in _listed(document["type"]))
    if trust is not None and not trust(issuer, types):
        raise UntrustedIssuer(f"{issuer} is not trusted to issue {', '.join(types)}.")
    proofs = verify_proofs(document, resolve_key, at, purpose=purpose, domain=domain, challenge=challenge)
    check_maker(proofs, issuer)
    first, last = PERIODS[model]
    begin = moment_of(document[first], first) if first in document else None
    end = moment_of(document[last], last) if last in document else None
    if check_dates:
        check_period(begin, end, at)
    subjects = tuple(each for each in _listed(document["credentialSubject"]) if isinstance(each, Mapping))
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    return VerifiedCredential(
        types=types,
        issuer=issuer,
        subject_id=str(subjects[0].get("id", "")),
        subject=subjects[0],
        subjects=subjects,
        issued=begin or next((proof.created for proof in proofs if proof.created), at),
        expires=end,
        id=str(document.get("id") or f"urn:sha256:{hashlib.sha256(text.encode()).hexdigest()}"),
        model=model,
        status=entries_of(document.get("credentialStatus")),
        token=text,
        credential=document,
    )


def has_words_of_its_own(document: object) -> bool:
    """Tell whether a document brings JSON-LD contexts of its own instead of naming published ones.

    A proof signs what a document means, not how its members are called: with words of its own, two members whose terms
    are not protected could change their names and the proof would hold. Whoever reads members by name, as plain JSON,
    asks this first (VC-DI §4.6, context validation).
    """
    if isinstance(document, list):
        return any(map(has_words_of_its_own, document))
    if not isinstance(document, Mapping):
        return False
    brought = any(isinstance(each, Mapping) for each in _listed(document.get("@context")))
    return brought or any(map(has_words_of_its_own, document.values()))


def check_maker(proofs: tuple[Proof, ...], maker: str) -> None:
    """Raise InvalidSignature unless every proof was made with a key of `maker`."""
    for proof in proofs:
        if proof.controller != maker:
            raise InvalidSignature(f"The document says it is from {maker}, but its proof is by {proof.controller}.")


def read_document(text: str | bytes, *, max_bytes: int = MAX_DOCUMENT_BYTES) -> dict[str, object]:
    """Read a JSON object strictly; raise BadInput when it is none, or too large."""
    if len(text) > max_bytes:
        raise BadInput(f"The document is too large; at most {max_bytes} bytes are read.")
    document = strict_json(text)
    if not isinstance(document, dict):
        raise BadInput("A credential is a JSON object, or a signed token.")
    return document


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]
