"""Bytes written as one word (Multibase, W3C Controlled Identifiers 1.0 §2.4): base58btc and base64url, no other."""

from __future__ import annotations

import base64
import binascii
import re

from skillspace.kernel.errors import BadInput

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {letter: value for value, letter in enumerate(_ALPHABET)}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
#: Longer words are not read: base58 takes time that grows with the square of the length.
MAX_LETTERS = 200


def base58btc(raw: bytes) -> str:
    """Return `raw` as a word of base58btc, its letter ``z`` before it."""
    number, letters = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        letters = _ALPHABET[digit] + letters
    return "z" + "1" * (len(raw) - len(raw.lstrip(b"\0"))) + letters


def from_base58btc(word: str) -> bytes:
    """Return the bytes of a word of base58btc (``z…``); raise BadInput for any other text."""
    if not word.startswith("z") or len(word) > MAX_LETTERS:
        raise BadInput(f"{word[:20]!r} is not written in base58btc.")
    number, letters = 0, word[1:]
    for letter in letters:
        if letter not in _DIGITS:
            raise BadInput(f"{letter!r} is no letter of base58btc.")
        number = number * 58 + _DIGITS[letter]
    zeros = len(letters) - len(letters.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def from_multibase(word: str) -> bytes:
    """Return the bytes of a word in base58btc (``z…``) or base64url without padding (``u…``); raise BadInput."""
    if not word.startswith("u"):
        return from_base58btc(word)
    if len(word) > MAX_LETTERS or not _BASE64URL.fullmatch(word, 1):
        raise BadInput(f"{word[:20]!r} is not written in base64url.")
    try:
        return base64.urlsafe_b64decode(word[1:] + "=" * (-(len(word) - 1) % 4))
    except (binascii.Error, ValueError):
        raise BadInput(f"{word[:20]!r} is not written in base64url.") from None
