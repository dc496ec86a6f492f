"""Encrypted tokens (JWE compact, RFC 7516): one way alone, ECDH-ES on P-256 with AES-GCM, as wallets answer in."""

from __future__ import annotations

import json
from collections.abc import Mapping

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey

from skillspace.kernel.errors import BadInput
from skillspace.wire.jose import strict_json

ALGORITHM = "ECDH-ES"
#: How the content is encrypted, the best first.
ENCODINGS = ("A256GCM", "A128GCM")
MAX_BYTES = 1024 * 1024
_PRIVATE, _PUBLIC = ("kty", "crv", "x", "y", "d"), ("kty", "crv", "x", "y")


class _NarrowRegistry(JWERegistry):
    """joserfc's registry with our algorithms and sizes, and without compression."""

    max_ciphertext_length = MAX_BYTES


_REGISTRY = _NarrowRegistry(algorithms=[ALGORITHM, *ENCODINGS], strict_check_header=False)


def encrypt(content: Mapping[str, object], public_jwk: Mapping[str, object], *, encoding: str = ENCODINGS[0]) -> str:
    """Return `content` as JSON that only the holder of `public_jwk` (P-256) can read; the key's kid is in the header.

    Raises BadInput for another key, another encoding, or content that is no JSON.
    """
    if encoding not in ENCODINGS:
        raise BadInput(f"Content is encrypted with {' or '.join(ENCODINGS)} here, not with {encoding[:40]!r}.")
    named = {"kid": public_jwk["kid"]} if isinstance(public_jwk.get("kid"), str) else {}
    try:
        plain = json.dumps(dict(content), separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()
        header = {"alg": ALGORITHM, "enc": encoding, **named}
        return jwe.encrypt_compact(header, plain, _key(public_jwk, _PUBLIC), registry=_REGISTRY)
    except (JoseError, TypeError, ValueError) as fault:
        raise BadInput(f"This cannot be encrypted for that key ({type(fault).__name__}).") from None


def decrypt(token: str, private_jwk: Mapping[str, object]) -> dict[str, object]:
    """Return the JSON object that was encrypted for a P-256 key; raise BadInput when it was not, or was changed."""
    if len(token) > 2 * MAX_BYTES or token.count(".") != 4 or not token.isascii():
        raise BadInput("This is no encrypted token, or one that is far too long.")
    try:
        found = jwe.decrypt_compact(token, _key(private_jwk, _PRIVATE), registry=_REGISTRY)
    except (JoseError, TypeError, ValueError, KeyError) as fault:
        raise BadInput(f"The encrypted token cannot be opened ({type(fault).__name__}).") from None
    content = strict_json(found.plaintext or b"")
    if not isinstance(content, dict):
        raise BadInput("The encrypted token holds no JSON object.")
    return content


def _key(jwk: Mapping[str, object], members: tuple[str, ...]) -> ECKey:
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("another kind of key")
    named: dict[str, str | list[str]] = {name: str(jwk.get(name, "")) for name in members}
    return ECKey.import_key(named)
