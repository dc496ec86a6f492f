"""Pairwise subjects: each organisation knows a person by another name, so that two of them cannot compare notes."""

from __future__ import annotations

import base64
import hashlib
import hmac

from skillspace.kernel.errors import BadInput

PREFIX = "urn:skillspace:subject:"
_LABEL = b"skillspace pairwise subject 1\x00"
MIN_SECRET_BYTES = 16


def subject_for(person_secret: bytes, organisation_did: str) -> str:
    """Return the name of a person towards one organisation: HMAC-SHA256 (RFC 2104), base32 (RFC 4648 §6), lower case.

    The same secret and organisation always give the same name; without the secret nobody can link two names. Raises
    BadInput when the secret is shorter than 16 bytes.
    """
    if len(person_secret) < MIN_SECRET_BYTES:
        raise BadInput(f"A person's secret has at least {MIN_SECRET_BYTES} bytes, not {len(person_secret)}.")
    code = hmac.new(person_secret, _LABEL + organisation_did.encode(), hashlib.sha256).digest()
    return PREFIX + base64.b32encode(code).decode().rstrip("=").lower()
