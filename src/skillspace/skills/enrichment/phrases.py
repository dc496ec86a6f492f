"""Finding thousands of phrases in a text at once, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import ahocorasick_rs
import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import joined, lines


class PhraseBook:
    """Phrases as sequences of words, each standing for any number of entries; found leftmost first, longest first.

    Built on Aho-Corasick (Communications of the ACM 18(6), 1975): one pass over the text, however many phrases.
    """

    def __init__(self, phrases: NDArray[np.uint8], starts: NDArray[np.int32], entries: NDArray[np.int32]) -> None:
        """Take the arrays that `arrange` made."""
        self._starts = starts
        self._entries = entries
        self._automaton = ahocorasick_rs.AhoCorasick(
            lines(phrases), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest, store_patterns=False
        )

    @staticmethod
    def arrange(phrases: Sequence[tuple[str, int]]) -> dict[str, NDArray[Any]]:
        """Sort (rendered phrase, entry) pairs into the arrays of a book; see `render`."""
        ordered = sorted(phrases)
        first = [at for at, (phrase, _) in enumerate(ordered) if at == 0 or phrase != ordered[at - 1][0]]
        return {
            "phrases": joined(ordered[at][0] for at in first),
            "starts": np.array([*first, len(ordered)], dtype=np.int32),
            "entries": np.array([entry for _, entry in ordered], dtype=np.int32),
        }

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, list[int]]]:
        """Give (first word, past the last word, entries) of every phrase found; none overlaps another."""
        position_of = {}
        at = 0
        for position, word in enumerate(words):
            position_of[at] = position
            at += len(word) + 2
        position_of[at] = len(words)
        for phrase, start, end in self._automaton.find_matches_as_indexes(render(words)):
            entries = self._entries[self._starts[phrase] : self._starts[phrase + 1]]
            yield position_of[start], position_of[end], entries.tolist()


def render(words: Sequence[str]) -> str:
    """Write words with a space on either side of each, so that a phrase can only begin and end at a word's edge."""
    return "".join([f" {word} " for word in words])
