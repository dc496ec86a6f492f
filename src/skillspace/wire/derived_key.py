"""Keys that follow from a node's own secret and a name, and so are stored nowhere: without the name there is no key."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

#: The order of the curve P-256 (SEC 2 §2.4.2), and enough bytes that the remainder favours no key.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BYTES = 48


def derived_key(secret: bytes, name: str) -> dict[str, str]:
    """Return the P-256 key for what is called `name`, as a private JWK without a kid; always the same one."""
    stretched = HKDF(SHA256(), length=_BYTES, salt=None, info=name.encode()).derive(secret)
    scalar = int.from_bytes(stretched, "big") % (_ORDER - 1) + 1
    numbers = ec.derive_private_key(scalar, ec.SECP256R1()).private_numbers()
    members = {"x": numbers.public_numbers.x, "y": numbers.public_numbers.y, "d": numbers.private_value}
    return {"kty": "EC", "crv": "P-256"} | {member: _base64url(value) for member, value in members.items()}


def _base64url(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()
