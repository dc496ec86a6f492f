"""Reading any record: find out what it is, check who signed it, and say in one shape what it proves.

A format is one file with `FORMAT`, `NEEDS_SIGNATURE`, `recognises(document)` and `read(document, envelope)`; a third
party's would enter the same way. No URL in a document is ever followed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.credentials import KeyResolver, VerifiedCredential, verify
from skillspace.records.formats import agency_profile, elm, employment, openbadges, school, xapi
from skillspace.records.formats.edge import Envelope
from skillspace.records.model import Record, ValidationLevel
from skillspace.wire.jose import strict_json

__all__ = ["FORMATS", "MAX_BYTES", "read"]

MAX_BYTES = 5 * 1024 * 1024
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


class Format(Protocol):
    """What a format's file offers. `NEEDS_SIGNATURE`: without one, anybody could have written the document."""

    FORMAT: str
    NEEDS_SIGNATURE: bool

    def recognises(self, document: object) -> bool:
        """Whether this is the format of `document` (parsed JSON)."""

    def read(self, document: object, envelope: Envelope) -> Record:
        """Read `document` into a record."""


FORMATS: tuple[Format, ...] = (elm, openbadges, employment, school, agency_profile, xapi)


def read(
    document: bytes,
    *,
    resolve_key: KeyResolver,
    at: datetime,
    hint: str | None = None,
    delivered_by: str | None = None,
) -> Record:
    """Read a document of any known format into a record of skill assertions.

    `hint` names a format (`Format.FORMAT`) to try alone. `delivered_by` is the DID of the member that brought the
    document over its own authenticated connection; leave it None for what a person uploads. Levels of validation are
    capped by proof: signed by the issuer, as the format says; delivered by a member but unsigned, at most assessed
    (self-declared for diplomas, badges and attestations); neither, self-declared.

    Raises UnreadableFile (too large, not UTF-8, unknown format, a member missing), BadInput, InvalidSignature,
    CredentialExpired, CredentialNotYetValid, and whatever `resolve_key` raises.
    """
    text = _decode(document).strip()
    digest = hashlib.sha256(document).hexdigest()
    if _TOKEN.fullmatch(text):
        signed = verify(text, resolve_key, at, max_bytes=MAX_BYTES)
        parsed: object = _credential(signed)
        envelope = Envelope(at=at, digest=digest, media_type="application/vc+jwt", signed=signed)
    else:
        parsed = _unwrap(_json(text))
        envelope = Envelope(at=at, digest=digest, media_type="application/json", delivered_by=delivered_by)
    found = _format_of(parsed, hint)
    record = found.read(parsed, envelope).at_most(_ceiling(found, parsed, envelope))
    # Whom the issuer signed for is said once, in the credential; a copy of it deeper down is not asked.
    return replace(record, subject=envelope.signed.subject_id) if envelope.signed else record


def _decode(document: bytes) -> str:
    if len(document) > MAX_BYTES:
        raise UnreadableFile(f"The file is too large: {len(document):,} bytes; at most {MAX_BYTES:,} are read.")
    if document.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableFile("The file is UTF-16; save it as UTF-8 and try again.")
    try:
        return document.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        guess = " (it looks like Latin-1 or Windows-1252)" if document[error.start] >= 0xA0 else ""
        raise UnreadableFile(
            f"The file is not UTF-8{guess}: byte {error.start} does not fit. Save it as UTF-8 and try again."
        ) from None


def _json(text: str) -> object:
    if not text:
        raise UnreadableFile("The file is empty.")
    try:
        return strict_json(text)
    except BadInput as error:
        raise UnreadableFile(error.message) from None


def _unwrap(document: object) -> object:
    """Take a document out of its wrapping: a JAdES seal (whose certificate chain is not checked here, so the result
    counts as unsigned) or the upload form of the Europass builder."""
    if isinstance(document, Mapping) and "signatures" in document and isinstance(document.get("payload"), str):
        payload = str(document["payload"])
        return _json(payload if payload.lstrip().startswith("{") else _decode(_base64url(payload)))
    if isinstance(document, Mapping) and isinstance(document.get("credential"), Mapping):
        return document["credential"]
    return document


def _base64url(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise UnreadableFile("The sealed payload is neither JSON nor base64url.") from None


def _credential(signed: VerifiedCredential) -> dict[str, object]:
    """The credential with what the token may have left to its claims."""
    whole = dict(signed.credential)
    whole.setdefault("id", signed.id)
    whole.setdefault("issuer", signed.issuer)
    whole["credentialSubject"] = dict(signed.subject)
    whole.setdefault("validFrom", signed.issued.isoformat())
    if signed.expires is not None:
        whole["validUntil"] = signed.expires.isoformat()
    return whole


def _format_of(document: object, hint: str | None) -> Format:
    named = [each for each in FORMATS if hint in (None, each.FORMAT)]
    if not named:
        raise BadInput(f"No format is called {hint!r}; known are {', '.join(each.FORMAT for each in FORMATS)}.")
    found = next((each for each in named if each.recognises(document)), None)
    if found is None:
        known = ", ".join(each.FORMAT for each in named)
        raise UnreadableFile(f"The file is none of the record formats read here ({known}).")
    return found


def _ceiling(found: Format, document: object, envelope: Envelope) -> ValidationLevel:
    if envelope.signed is None:
        vouched = envelope.delivered_by is not None and not found.NEEDS_SIGNATURE
        return ValidationLevel.ASSESSED if vouched else ValidationLevel.SELF_DECLARED
    # Signing for oneself proves nothing more; and a revocation list that was not looked at may have revoked this.
    to_oneself = envelope.signed.issuer == envelope.signed.subject_id
    revocable = isinstance(document, Mapping) and bool(document.get("credentialStatus"))
    return ValidationLevel.SELF_DECLARED if to_oneself or revocable else ValidationLevel.RECOGNISED
