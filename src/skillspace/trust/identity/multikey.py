"""Public keys written as one word (Multikey, W3C Controlled Identifiers 1.0 §2.2.2): P-256 and Ed25519, no other."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ec

from skillspace.kernel.errors import BadInput
from skillspace.wire.multibase import base58btc, from_base58btc

# Multicodec names of public keys, as varints (https://github.com/multiformats/multicodec), and their bytes.
_P256, _P256_BYTES = b"\x80\x24", 33
_ED25519, _ED25519_BYTES = b"\xed\x01", 32
MAX_LETTERS = 60


def jwk_of_multikey(text: str) -> dict[str, str]:
    """Return the public JWK that a Multikey (``z…``, base58btc) is; raise BadInput for anything else."""
    if not text.startswith("z") or len(text) > MAX_LETTERS:
        raise BadInput(f"{text[:20]!r} is not a public key in base58btc.")
    packed = from_base58btc(text)
    codec, key = packed[:2], packed[2:]
    if codec == _ED25519 and len(key) == _ED25519_BYTES:
        return {"kty": "OKP", "crv": "Ed25519", "x": _base64url(key)}
    if codec == _P256 and len(key) == _P256_BYTES:
        try:
            point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key).public_numbers()
        except ValueError:
            raise BadInput(f"{text[:20]}… is not a point on the curve P-256.") from None
        return {
            "kty": "EC",
            "crv": "P-256",
            "x": _base64url(point.x.to_bytes(32, "big")),
            "y": _base64url(point.y.to_bytes(32, "big")),
        }
    raise BadInput(f"{text[:20]}… is neither a P-256 nor an Ed25519 key; no other is accepted.")


def multikey_of_jwk(jwk: dict[str, str]) -> str:
    """Return a public JWK (P-256 or Ed25519) as a Multikey; raise BadInput for another kind."""
    x = _bytes(jwk.get("x", ""))
    if jwk.get("crv") == "Ed25519" and len(x) == _ED25519_BYTES:
        return base58btc(_ED25519 + x)
    y = _bytes(jwk.get("y", ""))
    if jwk.get("crv") == "P-256" and len(x) == len(y) == 32:
        return base58btc(_P256 + (b"\x03" if y[-1] & 1 else b"\x02") + x)
    raise BadInput("Only P-256 and Ed25519 keys can be written as one word here.")


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise BadInput("The key's coordinates are not base64url.") from None
