"""Labels found in a text in one pass over its characters: the fast way, which every other way of reading builds on."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import joined, lines

_SIZE = 0x2000
"""Characters from here on (CJK, emoji, typographic marks) count as gaps between words."""

_DROPPED, _BETWEEN_LABELS = 1, 30
_STAY = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"}

_Codes = NDArray[np.uint32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Folded:
    """A text without case and accents, a space for every mark and around the whole, so that no label reaches across
    two marks ("welding, painting"). ``places[i]`` is where character i stands in the text as written; None: at i - 1.
    """

    text: str
    places: NDArray[np.int64] | None


def fold_text(text: str) -> Folded:
    """Fold a text, in arrays: character by character this would take longer than the search itself."""
    folded = _mapped(f" {text} ")
    kept = None
    if (folded == _DROPPED).any():  # accents written as characters of their own
        kept = np.flatnonzero(folded != _DROPPED)
        folded = folded[kept]
    return Folded(text=_written(folded), places=None if kept is None else kept - 1)


def fold_labels(labels: Sequence[str]) -> list[str]:
    """Return each label as `fold_text` would write it, with single gaps and none around it."""
    mark = chr(_BETWEEN_LABELS)
    folded = _mapped(f" {mark} ".join(labels))
    whole = _written(folded[folded != _DROPPED])
    return [" ".join(label.split()) for label in whole.split(mark)] if labels else []


class Gazetteer:
    """Folded labels, each standing for any number of entries (Aho-Corasick, Communications of the ACM 18(6), 1975)."""

    def __init__(self, phrases: NDArray[np.uint8], starts: NDArray[np.int32], entries: NDArray[np.int32]) -> None:
        """Take the arrays that `arrange` made."""
        self._starts, self._entries = starts, entries
        self._automaton = ahocorasick_rs.AhoCorasick([f" {one} " for one in lines(phrases)], store_patterns=False)

    @staticmethod
    def arrange(labels: Sequence[tuple[str, int]]) -> dict[str, NDArray[Any]]:
        """Sort (folded label, entry) pairs into the arrays of a gazetteer."""
        ordered = sorted(one for one in labels if one[0])
        first = [at for at, (label, _) in enumerate(ordered) if at == 0 or label != ordered[at - 1][0]]
        return {
            "phrases": joined(ordered[at][0] for at in first),
            "starts": np.array([*first, len(ordered)], dtype=np.int32),
            "entries": np.array([entry for _, entry in ordered], dtype=np.int32),
        }

    def entries(self, phrase: int) -> list[int]:
        """Return the entries a phrase stands for."""
        numbers: list[int] = self._entries[self._starts[phrase] : self._starts[phrase + 1]].tolist()
        return numbers

    def find(self, folded: Folded) -> Iterator[tuple[int, int, int]]:
        """Give (start, end, phrase), start and end in the text as written, in order of their ends; they may overlap."""
        found = self._automaton.find_matches_as_indexes(folded.text, overlapping=True)
        if folded.places is None:
            return ((start, end - 2, phrase) for phrase, start, end in found)
        at = folded.places
        return ((int(at[start + 1]), int(at[end - 1]), phrase) for phrase, start, end in found)


def _mapped(text: str) -> _Codes:
    """Return what each character of a text is folded to: a space for a mark, `_DROPPED` for a mere accent."""
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32)
    return _letters().take(codes, mode="clip")


def _written(codes: _Codes) -> str:
    text = codes.tobytes().decode("utf-32-le")
    while ". " in text:  # a dot belongs to the word in "Node.js" and ".NET", to the sentence here
        text = text.replace(". ", "  ")
    return text


@cache
def _letters() -> _Codes:
    table = np.full(_SIZE, 32, dtype=np.uint32)
    for code in range(_SIZE - 1):
        letter = chr(code)
        if unicodedata.combining(letter):
            table[code] = _DROPPED
        elif letter in "+#." or code == _BETWEEN_LABELS:
            table[code] = code
        elif letter.isalnum():
            small = letter.lower()[0]
            table[code] = ord(_STAY.get(small) or unicodedata.normalize("NFKD", small)[0])
    return table
