"""Status lists: one bit a credential, so that its issuer can take it back and nobody is told who asked.

StatusList2021 (W3C draft) and Bitstring Status List 1.0 (W3C) hold the same thing: bits from the left, compressed with
gzip, in base64url; the second puts the letter u before it (multibase). Published as a credential of the issuer.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.embedded import read_document, verify_embedded
from skillspace.records.credentials.issuing import seal, seal_payload
from skillspace.records.credentials.model import (
    VC_CONTEXT,
    VC_CONTEXT_2,
    KeyResolver,
    Model,
    UntrustedIssuer,
    texts,
)
from skillspace.records.credentials.verifying import verify
from skillspace.wire.jose import SigningKey

#: So many credentials at least share a list, so that asking for it tells little (Bitstring Status List §2.1.3).
MIN_BITS = 131_072
#: A list of more bits is not unpacked: a few bytes of gzip can grow a thousandfold.
MAX_BITS = 8 * 1024 * 1024
MAX_LIST_BYTES = 2 * 1024 * 1024

CREDENTIAL_TYPES: Mapping[Model, str] = {"1.1": "StatusList2021Credential", "2.0": "BitstringStatusListCredential"}
SUBJECT_TYPES: Mapping[Model, str] = {"1.1": "StatusList2021", "2.0": "BitstringStatusList"}
STATUS_CONTEXT = "https://w3id.org/vc/status-list/2021/v1"
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}")


@dataclass(frozen=True, kw_only=True)
class StatusList:
    """A list as its issuer published it: for which purposes, the bits, and until when it may be relied upon."""

    address: str
    issuer: str
    model: Model
    purposes: tuple[str, ...]
    bits: bytes
    expires: datetime | None

    def value(self, index: int, size: int = 1) -> int:
        """Return the status at place `index`, `size` bits each (§3.2); raise BadInput when the list is shorter."""
        return sum(is_set(self.bits, index * size + bit) << (size - 1 - bit) for bit in range(size))


def is_set(bits: bytes, index: int) -> bool:
    """Tell whether bit `index`, counted from the left, is set; raise BadInput outside the list."""
    if not 0 <= index < 8 * len(bits):
        raise BadInput(f"The status list has {8 * len(bits)} places; there is no place {index}.")
    return bool(bits[index // 8] >> (7 - index % 8) & 1)


def with_bits(size: int, indexes: list[int]) -> bytes:
    """Return `size` bits of which those at `indexes` are set; raise BadInput when one lies outside."""
    bits = bytearray(size // 8)
    for index in indexes:
        if not 0 <= index < size:
            raise BadInput(f"The status list has {size} places; there is no place {index}.")
        bits[index // 8] |= 0x80 >> index % 8
    return bytes(bits)


def encode(bits: bytes, model: Model) -> str:
    """Return the encodedList of `bits`, the same for the same bits."""
    text = base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")
    return text if model == "1.1" else f"u{text}"


def decode(text: str) -> bytes:
    """Return the bits of an encodedList of either norm; raise BadInput when it is damaged, too short or too long.

    Gzip in base64 always begins with H, so the letter u before it cannot be mistaken; 2021 lists are met with it too.
    """
    body = text.removeprefix("u").replace("+", "-").replace("/", "_")
    if len(text) > MAX_LIST_BYTES or not _BASE64URL.fullmatch(body):
        raise BadInput("The status list is not base64url, or far too long.")
    try:
        packed = base64.urlsafe_b64decode(body.rstrip("=") + "=" * (-len(body.rstrip("=")) % 4))
        unpacker = zlib.decompressobj(wbits=31)  # gzip, and nothing else
        bits = unpacker.decompress(packed, MAX_BITS // 8 + 1)
    except (binascii.Error, ValueError, zlib.error):
        raise BadInput("The status list is not gzip in base64url.") from None
    if len(bits) > MAX_BITS // 8:
        raise BadInput(f"The status list unpacks to more than {MAX_BITS} bits.")
    if not unpacker.eof or unpacker.unused_data:
        raise BadInput("The status list breaks off, or something follows it.")
    if 8 * len(bits) < MIN_BITS:
        raise BadInput(f"The status list has {8 * len(bits)} bits; the norm asks for {MIN_BITS} at least.")
    return bits


def write_list(
    bits: bytes,
    *,
    model: Model,
    address: str,
    purpose: str,
    issuer_key: SigningKey,
    issuer_did: str,
    at: datetime,
    valid_until: datetime,
) -> str:
    """Return the signed credential that publishes `bits` at `address` for one `purpose`."""
    credential = list_credential(
        bits, model=model, address=address, purpose=purpose, issuer_did=issuer_did, at=at, valid_until=valid_until
    )
    write = seal if model == "1.1" else seal_payload
    return write(credential, issuer_key=issuer_key, issued=at, valid_until=valid_until)


def list_credential(
    bits: bytes,
    *,
    model: Model,
    address: str,
    purpose: str,
    issuer_did: str,
    at: datetime,
    valid_until: datetime,
) -> dict[str, object]:
    """Return the same credential before it is signed, for whoever puts a proof inside."""
    first, last = ("issuanceDate", "expirationDate") if model == "1.1" else ("validFrom", "validUntil")
    return {
        "@context": [VC_CONTEXT, STATUS_CONTEXT] if model == "1.1" else [VC_CONTEXT_2],
        "id": address,
        "type": ["VerifiableCredential", CREDENTIAL_TYPES[model]],
        "issuer": issuer_did,
        first: iso(at),
        last: iso(valid_until),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": SUBJECT_TYPES[model],
            "statusPurpose": purpose,
            "encodedList": encode(bits, model),
        },
    }


def read_list(published: str, resolve_key: KeyResolver, at: datetime, *, address: str, issuer: str) -> StatusList:
    """Read the list published at `address`, a token or a document with its proof inside, signed by `issuer` itself.

    Raises UntrustedIssuer when someone else did, and what `verify`, `verify_embedded` and `decode` raise.
    """
    if published.startswith("{"):
        document = read_document(published, max_bytes=MAX_LIST_BYTES)
        found = verify_embedded(document, resolve_key, at, trust=lambda signer, _: signer == issuer)
    else:
        found = verify(published, resolve_key, at, trusted_issuers={issuer}, lenient=True, max_bytes=MAX_LIST_BYTES)
    if found.issuer != issuer:
        raise UntrustedIssuer(f"The list at {address} was signed by {found.issuer}, not by {issuer}.")
    kinds = [model for model, name in CREDENTIAL_TYPES.items() if name in found.types]
    if not kinds or found.subject.get("type") != SUBJECT_TYPES[kinds[0]]:
        raise BadInput(f"What is published at {address} is no status list.")
    # A list that names its own place must be at it: another list of the same issuer says nothing about this one.
    if found.id.startswith(("https://", "http://")) and found.id != address:
        raise BadInput(f"What is published at {address} is the list of {found.id}.")
    encoded = found.subject.get("encodedList")
    if not isinstance(encoded, str):
        raise BadInput(f"The status list at {address} holds no encodedList.")
    return StatusList(
        address=address,
        issuer=issuer,
        model=kinds[0],
        purposes=texts(found.subject.get("statusPurpose"), "statusPurpose"),
        bits=decode(encoded),
        expires=found.expires,
    )
