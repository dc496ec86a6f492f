"""A credential with something of every kind to conceal, and the keys to it."""

from __future__ import annotations

from datetime import datetime

import pytest

from skillspace.records.credentials.pointers import Pointer
from skillspace.records.credentials.selective import issue
from skillspace.records.formats.issuing import Issuer
from skillspace.wire.jose import SigningKey

VCT = "urn:example:achievement:1"
CLAIMS = {
    "title": "Welding, part two",
    "awarded": "2026-06-01",
    "language": "en",
    "skills": [
        {"label": "MIG welding", "level": "4"},
        {"label": "reading drawings", "level": "3"},
        {"label": "TIG welding"},
    ],
    "place": {"town": "Umeå", "country": "SE"},
}
HIDDEN: tuple[Pointer, ...] = (("title",), ("skills", None), ("skills", None, "level"), ("place",), ("place", "town"))


@pytest.fixture
def holder() -> SigningKey:
    """The key the credential is bound to."""
    return SigningKey.generate("holder")


@pytest.fixture
def issued(university: Issuer, holder: SigningKey, noon: datetime) -> str:
    """The credential as its holder gets it."""
    return issue(
        VCT,
        CLAIMS,
        issuer_key=university.key,
        issuer_did=university.did,
        hidden=HIDDEN,
        holder_jwk=holder.public_jwk(),
        at=noon,
    )
