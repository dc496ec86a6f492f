"""Two invented issuers, one invented person, and the keys others would find in their DID documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from skillspace.kernel.errors import NotFound
from skillspace.records.credentials import KeyResolver
from skillspace.records.formats.issuing import Issuer
from skillspace.wire.jose import SigningKey

UNIVERSITY = "did:web:university.example"
EMPLOYER = "did:web:acme.example"
PERSON = "did:web:people.example:p:7"
_KEYS = {did: SigningKey.generate(f"{did}#key-1") for did in (UNIVERSITY, EMPLOYER, PERSON)}


@pytest.fixture
def noon() -> datetime:
    """A held clock."""
    return datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def keys() -> Mapping[str, SigningKey]:
    """The private keys, by DID."""
    return _KEYS


@pytest.fixture
def university() -> Issuer:
    """A university that signs."""
    return Issuer(did=UNIVERSITY, name="University of Example", key=_KEYS[UNIVERSITY])


@pytest.fixture
def employer() -> Issuer:
    """An employer that signs."""
    return Issuer(did=EMPLOYER, name="Acme Invented Ltd", key=_KEYS[EMPLOYER])


@pytest.fixture
def resolve_key() -> KeyResolver:
    """Public keys, as a DID resolver would find them."""

    def resolve(issuer: str, kid: str) -> Mapping[str, object]:
        if issuer not in _KEYS or kid != _KEYS[issuer].kid:
            raise NotFound(f"{issuer} has no key {kid}.")
        return _KEYS[issuer].public_jwk()

    return resolve
