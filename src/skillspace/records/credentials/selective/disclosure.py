"""A disclosure: one claim or one element of a list, salted, so that its digest tells nothing (RFC 9901 §4.2)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from secrets import token_urlsafe

from skillspace.kernel.errors import BadInput
from skillspace.wire.jose import strict_json

#: Names that mean something to the format itself; no claim may have them (RFC 9901 §4.2.1 and §4.1.1).
RESERVED = frozenset({"_sd", "...", "_sd_alg"})
#: Hash functions by their IANA name; the first is what we write and what is meant where none is named.
HASHES: dict[str, Callable[[bytes], hashlib._Hash]] = {
    "sha-256": hashlib.sha256,
    "sha-384": hashlib.sha384,
    "sha-512": hashlib.sha512,
}
USUAL_HASH = "sha-256"
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """One disclosure as it travels (`text`) and what it says; `name` is None for an element of a list."""

    text: str
    name: str | None
    value: object

    def digest(self, algorithm: str = USUAL_HASH) -> str:
        """Return the digest over the text as it travels, never over what it decodes to (RFC 9901 §4.2.3)."""
        return digest_of(self.text, algorithm)


def digest_of(text: str, algorithm: str = USUAL_HASH) -> str:
    """Return the base64url digest of ASCII text; raise BadInput for a hash function that is not accepted."""
    if algorithm not in HASHES:
        raise BadInput(f"Digests of kind {algorithm[:20]!r} are not accepted here; use one of {', '.join(HASHES)}.")
    return base64.urlsafe_b64encode(HASHES[algorithm](text.encode()).digest()).rstrip(b"=").decode()


def new_salt() -> str:
    """Return 128 random bits, as the standard recommends (RFC 9901 §9.3)."""
    return token_urlsafe(16)


def disclose(name: str | None, value: object, salt: str) -> Disclosure:
    """Write a disclosure of a named claim, or of an element of a list where `name` is None."""
    content = [salt, value] if name is None else [salt, name, value]
    text = _ENCODER.encode(content).encode()
    return Disclosure(text=base64.urlsafe_b64encode(text).rstrip(b"=").decode(), name=name, value=value)


def read_disclosure(text: str) -> Disclosure:
    """Read a disclosure; raise BadInput unless it is base64url of ``[salt, value]`` or ``[salt, name, value]``."""
    if not _BASE64URL.fullmatch(text):
        raise BadInput("A disclosure is not base64url.")
    try:
        content = strict_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise BadInput("A disclosure is not base64url.") from None
    if not isinstance(content, list) or len(content) not in (2, 3) or not isinstance(content[0], str):
        raise BadInput("A disclosure must be a list of a salt, perhaps a name, and a value.")
    name = content[1] if len(content) == 3 else None
    if len(content) == 3 and (not isinstance(name, str) or name in RESERVED):
        raise BadInput("A disclosure names a claim that no claim may be called.")
    return Disclosure(text=text, name=name, value=content[-1])
