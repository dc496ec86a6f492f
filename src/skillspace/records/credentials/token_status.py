"""Token Status List (draft-ietf-oauth-status-list): whether tokens still stand, as one short signed list of bits.

What Bitstring Status List is to W3C credentials, this is to SD-JWT VC. Both may tell of the same places; their bits lie
the other way round in each byte, and this one is packed by zlib.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.records.credentials.model import KeyResolver
from skillspace.records.credentials.verifying import check_type, verify_by
from skillspace.wire.jose import SigningKey, check_times, numeric_date, read_unverified, sign_jwt

TOKEN_TYPE = "statuslist+jwt"  # noqa: S105 - the name of a media type
MAX_LIST_BYTES = 2 * 1024 * 1024
#: A place more than this a list may have; unpacked it is sixteen megabytes at most.
MAX_BYTES_UNPACKED = 16 * 1024 * 1024
#: Statuses by their number (§7.1); all others are the issuer's own.
VALID, INVALID, SUSPENDED = 0, 1, 2
_BITS = (1, 2, 4, 8)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class TokenStatusList:
    """A list as its issuer signed it: `bits` a token, packed; it may be kept until `expires`."""

    address: str
    issuer: str
    bits: int
    packed: bytes
    expires: datetime | None

    def status(self, index: int) -> int:
        """Return the status of the token at a place, 0 meaning that it stands; raise BadInput beyond the end."""
        each = 8 // self.bits
        if not 0 <= index < len(self.packed) * each:
            raise BadInput(f"The status list at {self.address} has no place {index}.")
        return self.packed[index // each] >> (index % each) * self.bits & (1 << self.bits) - 1


def pack(invalid: Iterable[int], size: int) -> str:
    """Return the `lst` of a list of one bit a token, in which the tokens at these places are taken back."""
    bits = bytearray((size + 7) // 8)
    for index in invalid:
        if not 0 <= index < size:
            raise BadInput(f"The status list has {size} places; there is no place {index}.")
        bits[index // 8] |= 1 << index % 8
    return base64.urlsafe_b64encode(zlib.compress(bytes(bits), 9)).rstrip(b"=").decode()


def unpack(text: object) -> bytes:
    """Return the bytes of a `lst`; raise BadInput when it is damaged or unpacks to too much."""
    if not isinstance(text, str) or len(text) > MAX_LIST_BYTES or not _BASE64URL.fullmatch(text):
        raise BadInput("The status list is not base64url, or far too long.")
    try:
        unpacker = zlib.decompressobj()
        found = unpacker.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), MAX_BYTES_UNPACKED + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise BadInput("The status list is not zlib in base64url.") from None
    if len(found) > MAX_BYTES_UNPACKED:
        raise BadInput(f"The status list unpacks to more than {MAX_BYTES_UNPACKED} bytes.")
    if not unpacker.eof or unpacker.unused_data:
        raise BadInput("The status list breaks off, or something follows it.")
    return found


def write_token_list(
    invalid: Iterable[int],
    size: int,
    *,
    address: str,
    issuer_did: str,
    issuer_key: SigningKey,
    at: datetime,
    valid_for: timedelta,
    chain: Sequence[str] = (),
) -> str:
    """Return the signed list to be served at `address` (media type ``application/statuslist+jwt``).

    With a `chain`, the certificates of the key (x5c), the issuer is known by them alone, not by a key's name.
    """
    claims = {
        "iss": issuer_did,
        "sub": address,
        "iat": int(at.timestamp()),
        "exp": int((at + valid_for).timestamp()),
        "ttl": int(valid_for.total_seconds()),
        "status_list": {"bits": 1, "lst": pack(invalid, size)},
    }
    named = {"x5c": list(chain)} if chain else None
    return sign_jwt(claims, issuer_key, typ=TOKEN_TYPE, named=named)


def read_token_list(
    token: str, resolve_key: KeyResolver, at: datetime, *, address: str, issuer: str
) -> TokenStatusList:
    """Read the list published at `address`, which `issuer` itself must have signed.

    Raises BadInput (shape, another list's address), InvalidSignature, TokenExpired or TokenNotYetValid.
    """
    header, claims = read_unverified(token, max_bytes=MAX_LIST_BYTES)
    check_type({"typ": header.get("typ", "")}, frozenset({TOKEN_TYPE}))
    if claims.get("iss", issuer) != issuer:
        raise InvalidSignature(f"The list at {address} is signed by another than {issuer}.")
    verify_by(token, header, issuer, resolve_key, max_bytes=MAX_LIST_BYTES)
    check_times(claims, at=at)
    # A list must be at the place it names: another list of the same issuer says nothing about this token.
    if claims.get("sub") != address:
        raise BadInput(f"What is published at {address} is the list of {str(claims.get('sub'))[:200]}.")
    told = claims.get("status_list")
    bits = told.get("bits") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(bits, int) or isinstance(bits, bool) or bits not in _BITS:
        raise BadInput(f"What is published at {address} is no status list.")
    return TokenStatusList(
        address=address, issuer=issuer, bits=bits, packed=unpack(told.get("lst")), expires=numeric_date(claims, "exp")
    )
