"""Finding thousands of phrases in a text at once, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import joined, lines

_Tree: TypeAlias = "dict[str | None, _Tree | int]"
"""What may follow some words, word by word; under None the number of the phrase that ends here."""


class Phrases:
    """Phrases as sequences of words, each standing for any number of entries.

    They lie sorted in a file, and those that begin with a word are read when a text first has that word: nobody waits
    for what no text says. Safe to share by threads.
    """

    def __init__(
        self,
        phrases: NDArray[np.uint8],
        heads: NDArray[np.uint8],
        spans: NDArray[np.int32],
        starts: NDArray[np.int32],
        entries: NDArray[np.int32],
    ) -> None:
        """Take the arrays that `arrange` made."""
        self._phrases, self._spans = phrases, spans
        self._starts, self._entries = starts, entries
        self._trees: dict[str, _Tree | int] = {word: head for head, word in enumerate(lines(heads))}

    @staticmethod
    def arrange(phrases: Sequence[tuple[str, int]]) -> dict[str, NDArray[Any]]:
        """Sort (phrase, entry) pairs, a space between words, into the arrays of phrases.

        The phrases of head i are lines ``spans[i, 0]`` to ``spans[i + 1, 0]``, from byte ``spans[i, 1]`` onward.
        """
        ordered = sorted((phrase.split(" "), entry) for phrase, entry in phrases if phrase)
        first = [at for at, (words, _) in enumerate(ordered) if at == 0 or words != ordered[at - 1][0]]
        distinct = [" ".join(ordered[at][0]) for at in first]
        groups = [(head, list(its)) for head, its in groupby(distinct, lambda phrase: phrase.partition(" ")[0])]
        sizes = [(len(its), sum(len(one.encode()) + 1 for one in its)) for _, its in groups]
        return {
            "phrases": joined(distinct),
            "heads": joined(head for head, _ in groups),
            "spans": np.cumsum([(0, 0), *sizes], axis=0, dtype=np.int32),
            "starts": np.array([*first, len(ordered)], dtype=np.int32),
            "entries": np.array([entry for _, entry in ordered], dtype=np.int32),
        }

    def entries(self, phrase: int) -> list[int]:
        """Return the entries a phrase stands for."""
        numbers: list[int] = self._entries[self._starts[phrase] : self._starts[phrase + 1]].tolist()
        return numbers

    def find(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Give (first word, past the last word, phrase) of every phrase, in order of beginnings; they may overlap."""
        said = [*words, ""]  # no phrase goes on with an empty word
        for first, tree in enumerate(map(self._trees.get, words)):
            if tree is None:
                continue
            at: Any = self._read(words[first], tree) if isinstance(tree, int) else tree
            past = first + 1
            while at is not None:
                if None in at:
                    yield first, past, at[None]
                at = at.get(said[past])
                past += 1

    def find_apart(self, words: Sequence[str]) -> Iterator[tuple[int, int, int]]:
        """Give the same where none overlaps another: leftmost first, of these the longest."""
        end = 0
        held: tuple[int, int, int] | None = None
        for one in self.find(words):
            if held is not None and one[0] > held[0]:
                yield held
                end, held = held[1], None
            if one[0] >= end:
                held = one  # of one beginning, what comes later is longer
        if held is not None:
            yield held

    def _read(self, word: str, head: int) -> _Tree:
        """Read the phrases that begin with a word: what may follow it."""
        (number, begin), (_, end) = self._spans[head : head + 2].tolist()
        tree: _Tree = {}
        for phrase in self._phrases[begin : end - 1].tobytes().decode().split("\n"):
            at: Any = tree
            for following in phrase.split(" ")[1:]:
                at = at.setdefault(following, {})
            at[None] = number
            number += 1
        self._trees[word] = tree
        return tree
