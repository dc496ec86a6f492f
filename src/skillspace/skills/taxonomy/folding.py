"""How labels are compared: one folded form for every script, and the trigrams of that form."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

_NOT_WORD = re.compile(r"(?:[^\w+#]|_)+")  # + and # stay: C++ and C# are skills
_LETTERS = str.maketrans({"ø": "o", "œ": "oe", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SEPARATOR = 10


def fold(text: str) -> str:
    """Return ``text`` without case, accents and punctuation: "Sjuksköterska, ny" becomes "sjukskoterska ny"."""
    text = text.casefold()
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
        text = "".join(mark for mark in decomposed if not unicodedata.combining(mark)).casefold()
    return _NOT_WORD.sub(" ", text).strip()


def query_grams(folded: str) -> NDArray[np.uint32]:
    """Return the distinct trigrams of a query, open at its end because the last word may still be being typed."""
    grams, _ = _grams(f" {folded}")
    return np.unique(grams)


def label_grams(folded: list[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return the distinct (gram, position in ``folded``) pairs of many labels as two arrays, sorted by gram."""
    grams, positions = _grams("\n".join(f" {text} " for text in folded))
    pairs = np.sort((grams.astype(np.uint64) << np.uint64(32)) | positions)
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: pairs.size]]  # np.unique hashes first: three times slower
    return (pairs >> np.uint64(32)).astype(np.uint32), pairs.astype(np.uint32)


def _grams(joined: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    # A character counts by its low byte: enough within one language, and a chance collision only adds a candidate,
    # which is then compared letter by letter.
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), np.uint32)
    if codes.size < 3:
        return np.empty(0, np.uint32), np.empty(0, np.uint32)
    breaks = codes == _SEPARATOR
    lines = np.cumsum(breaks, dtype=np.uint32)
    low = codes & 0xFF
    grams = (low[:-2] << 16) | (low[1:-1] << 8) | low[2:]
    whole = ~(breaks[:-2] | breaks[1:-1] | breaks[2:])
    return grams[whole], lines[:-2][whole]
