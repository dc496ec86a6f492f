"""Credentials and presentations in whatever shape they come, read to one: token, document with its proof, envelope.

Signatures are checked here, and nothing that depends on who asks: period, trust, status and holder are the verdict's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.data_integrity import AUTHENTICATION, verify_proofs
from skillspace.records.credentials.data_model import PRESENTATION, check_presentation
from skillspace.records.credentials.embedded import check_maker, read_document, verify_embedded
from skillspace.records.credentials.model import (
    MAX_CREDENTIALS,
    MAX_PRESENTATION_BYTES,
    VC_CONTEXT_2,
    KeyResolver,
    StatusEntry,
    VerifiedCredential,
    WrongAudience,
)
from skillspace.records.credentials.presenting import (
    ENVELOPED_CREDENTIAL,
    ENVELOPED_PRESENTATION,
    PRESENTATION_TYPES,
    holder_of,
    open_envelope,
)
from skillspace.records.credentials.selective import verify as verify_selective
from skillspace.records.credentials.status_entries import TOKEN_STATUS
from skillspace.records.credentials.verifying import check_type, verify, verify_by
from skillspace.wire.jose import check_times, read_unverified

Document = Mapping[str, object]


def read_credential(
    credential: str | bytes | Document,
    resolve_key: KeyResolver,
    at: datetime,
    *,
    purpose: str,
    domain: str | None,
    challenge: str | None,
) -> VerifiedCredential:
    """Return what a credential says whose signature held, whatever shape it has; its period is the caller's to check.

    `purpose`, `domain` and `challenge` are those of `verify_proofs`. Raises BadInput (form), InvalidSignature, what
    `resolve_key` raises, and for a time that cannot be told apart from the signature CredentialExpired and its like.
    """
    document = credential
    if isinstance(document, bytes):
        try:
            document = document.decode()
        except UnicodeDecodeError:
            raise BadInput("A credential is a text in UTF-8.") from None
    if isinstance(document, str):
        text = document.strip()
        if "~" in text and not text.startswith("{"):
            return read_selective(text, resolve_key, at)
        if not text.startswith("{"):
            return verify(text, resolve_key, None)
        document = read_document(text)
    if ENVELOPED_CREDENTIAL in _listed(document.get("type")):
        _check_envelope(document)
        return verify(open_envelope(document, ENVELOPED_CREDENTIAL, "vc"), resolve_key, None)
    return verify_embedded(
        document, resolve_key, at, check_dates=False, purpose=purpose, domain=domain, challenge=challenge
    )


def read_selective(text: str, resolve_key: KeyResolver, at: datetime) -> VerifiedCredential:
    """Return what an SD-JWT VC says as its holder keeps it: all that is disclosed in it, and nothing else.

    Raises BadInput, InvalidSignature, CredentialExpired or CredentialNotYetValid, and what `resolve_key` raises.
    """
    found = verify_selective(text, resolve_key, at)
    place = found.status
    entries = () if place is None else (StatusEntry(type=TOKEN_STATUS, index=place.index, address=place.address),)
    return VerifiedCredential(
        types=(found.vct,),
        issuer=found.issuer,
        subject_id=str(found.claims.get("sub", "")),
        subject=found.claims,
        subjects=({"id": found.claims.get("sub", "")} | dict(found.claims),),
        issued=found.issued or at,
        expires=found.expires,
        id=found.id,
        model="2.0",
        status=entries,
        token=text,
        credential=found.claims,
    )


def read_presentation(
    presentation: Document,
    resolve_key: KeyResolver,
    at: datetime,
    *,
    domain: str | None,
    challenge: str | None,
) -> tuple[str, Document]:
    """Return who made a presentation, with its proof inside or in an envelope, and what it says.

    `domain` and `challenge` must be in it where they are given. Raises as `read_credential`, and WrongAudience.
    """
    if ENVELOPED_PRESENTATION in _listed(presentation.get("type")):
        return _in_envelope(presentation, resolve_key, at, domain, challenge)
    check_presentation(presentation)
    _check_number(presentation)
    proofs = verify_proofs(presentation, resolve_key, at, purpose=AUTHENTICATION, domain=domain, challenge=challenge)
    maker = proofs[0].controller
    check_maker(proofs, maker)
    return maker, presentation


def _in_envelope(
    envelope: Document, resolve_key: KeyResolver, at: datetime, domain: str | None, challenge: str | None
) -> tuple[str, Document]:
    _check_envelope(envelope)
    token = open_envelope(envelope, ENVELOPED_PRESENTATION, "vp")
    header, claims = read_unverified(token, max_bytes=MAX_PRESENTATION_BYTES)
    check_type(header, PRESENTATION_TYPES)
    document = claims.get("vp", claims)
    if not isinstance(document, Mapping) or PRESENTATION not in _listed(document.get("type")):
        raise BadInput(f"The envelope holds no {PRESENTATION}.")
    _check_number(document)
    maker = holder_of(claims, document)
    verify_by(token, header, maker, resolve_key, max_bytes=MAX_PRESENTATION_BYTES)
    check_times(claims, at=at)
    if domain is not None and domain not in _listed(claims.get("aud")):
        raise WrongAudience(f"The presentation was not made for {domain[:100]}.")
    if challenge is not None and claims.get("nonce") != challenge:
        raise WrongAudience("The presentation does not answer this request: its nonce differs.")
    return maker, document


def _check_envelope(envelope: Document) -> None:
    if VC_CONTEXT_2 not in _listed(envelope.get("@context")):
        raise BadInput(f"An envelope needs the context {VC_CONTEXT_2}.")


def _check_number(presentation: Document) -> None:
    if len(_listed(presentation.get("verifiableCredential", []))) > MAX_CREDENTIALS:
        raise BadInput(f"A presentation shows at most {MAX_CREDENTIALS} credentials.")


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else [value]
