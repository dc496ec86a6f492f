"""The keys of a wallet: one for each credential, so that no key tells that two cards are the same person's.

The same card shown twice is known again all the same: its issuer's signature is seen each time.

A key follows from the node's own secret and the random name of what it is for, and is stored nowhere: a copy of the
database opens nothing, and once the name is gone the key is gone.
"""

from __future__ import annotations

from skillspace.trust.identity.multikey import multikey_of_jwk
from skillspace.wire.derived_key import derived_key
from skillspace.wire.jose import SigningKey


def key_of(secret: bytes, name: str) -> SigningKey:
    """Return the key for what is called `name`; its `kid` is a did:key."""
    jwk = derived_key(secret, f"skillspace wallet {name}")
    multikey = multikey_of_jwk(jwk)
    return SigningKey.from_jwk(jwk | {"kid": f"did:key:{multikey}#{multikey}"})


def did_of(key: SigningKey) -> str:
    """Return the did:key of a wallet's key."""
    return key.kid.partition("#")[0]
