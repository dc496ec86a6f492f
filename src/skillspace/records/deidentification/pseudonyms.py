"""Pseudonyms: the same value has the same one under one key, and another under every other key.

HMAC-SHA-256 (RFC 2104) of what the value is and of the value, cut to 130 bits and spelled in letters and digits.
Whoever has no key cannot find the value, not even by trying all of them; whoever has it can, so it is kept apart from
the data set, or thrown away.
"""

from __future__ import annotations

import base64
import hmac
import unicodedata
from pathlib import Path

from skillspace.kernel.errors import BadInput

MIN_KEY = 32
"""Bytes of a key, at least: as many as the hash has."""

LENGTH = 26
"""Letters of a pseudonym: 130 bits, so that two values of a data set do not meet by chance."""


class Pseudonyms:
    """Pseudonyms under one key, which is never shown."""

    def __init__(self, key: bytes) -> None:
        """Raises BadInput where the key is short enough to be guessed."""
        if len(key) < MIN_KEY:
            raise BadInput(f"A key for pseudonyms has at least {MIN_KEY} bytes, such as openssl rand makes.")
        self._key = key

    def of(self, kind: str, value: str) -> str:
        """Return the pseudonym of a value among those of its kind: ``kind-`` and 26 small letters and digits.

        Spelling that means nothing (letter case, spaces around and doubled, Unicode form) makes no difference.
        """
        plain = " ".join(unicodedata.normalize("NFKC", value).casefold().split())
        made = hmac.digest(self._key, f"{kind}\n{plain}".encode("utf-8", "surrogatepass"), "sha256")
        return f"{kind}-{base64.b32encode(made).decode()[:LENGTH].lower()}"


def read_key(file: Path) -> bytes:
    """Return the key in a file, without the line's end; raise BadInput where it is none."""
    try:
        key = file.read_bytes().strip()
    except OSError as fault:
        raise BadInput(f"{file}: {fault.strerror}.") from None
    if not MIN_KEY <= len(key) <= 4096:
        raise BadInput(f"{file} holds no key: {MIN_KEY} bytes at least; write one with: openssl rand -hex 32 > {file}")
    return key
