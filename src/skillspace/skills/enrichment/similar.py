"""Labels that share telling words with a sentence: the loose way of finding, for stories told in one's own words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers, joined, lines

PART = "~"
"""Begins the features that are parts of words; their weight says how alike words are, not how many there are."""

LENGTH = 0.75
"""How much a long label must bring before it beats a short one: 0 nothing more, 1 in proportion. Chosen on training
sentences (SkillSkape train), where .5 and 1 find 3 to 9 % less."""

EVIDENCE = 1.7
"""Weight of words, in words as rare as can be, at which two thirds of the doubt are gone. Chosen on the same sentences,
where it ranks better than counting words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """One concept a sentence may speak of: the entry of the label that fits best, the features they share, and how
    strong that is, 0 to 1: the part of the label that is there, less the doubt that few or common words leave.
    ``whole`` says that all of the label is there.

    On training sentences (SkillSkape train) half of the candidates of .7 and over were among the labels given, four
    in ten of .6, a quarter of .5, one in six of .4, one in fifteen of .3; what the labels leave out counts against us.
    """

    entry: int
    shared: frozenset[str]
    strength: float
    whole: bool


class SimilarLabels:
    """Labels as bags of features weighed by rarity; a label scores by how much of it the sentence contains.

    Containment, not cosine: a sentence says more than one label does. A concept ranks by its best label plus its
    preferred one, which is its first. Labels of one concept lie together, from its ``first`` to that of the next.
    """

    def __init__(
        self, *, names: NDArray[np.uint8], entries: Integers, first: Integers, starts: Integers, columns: Integers
    ) -> None:
        """Take the arrays that `arrange` made: each label's features are ``columns[starts[i]:starts[i + 1]]``."""
        self._names = lines(names)
        self._column = {name: column for column, name in enumerate(self._names)}
        self._entries, self._first, self._starts, self._columns = entries, first, starts, columns
        rows = np.repeat(np.arange(len(entries), dtype=np.int32), np.diff(starts))
        counts = np.bincount(columns, minlength=len(self._names))
        self._weight: Floats = np.log(1 + len(entries) / (1 + counts)).astype(np.float32)
        self._posting_starts = np.concatenate([[0], np.cumsum(counts)])
        self._postings = rows[np.argsort(columns, kind="stable")]
        total = np.bincount(rows, weights=self._weight[columns], minlength=len(entries))
        self._total: Floats = total.astype(np.float32)
        is_word = np.array([not name.startswith(PART) for name in self._names], dtype=np.float32)
        told = np.bincount(rows, weights=(self._weight * is_word)[columns], minlength=len(entries))
        self._told: Floats = told.astype(np.float32)
        self._length: Floats = self._total**LENGTH
        self._owner = np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))

    @staticmethod
    def arrange(
        *,
        concepts: Sequence[int],
        entries: Sequence[int],
        words: Sequence[list[int]],
        features: Sequence[tuple[str, ...]],
    ) -> dict[str, NDArray[Any]]:
        """Lay out labels that come concept by concept, preferred one first: words as numbers, features per number."""
        names = sorted({name for one in features for name in one})
        number = {name: at for at, name in enumerate(names)}
        of_word = [[number[name] for name in one] for one in features]
        columns = [sorted({column for word in label for column in of_word[word]}) for label in words]
        kept = [at for at, one in enumerate(columns) if one]
        first = [at for at, one in enumerate(kept) if at == 0 or concepts[one] != concepts[kept[at - 1]]]
        return {
            "names": joined(names),
            "entries": np.array([entries[at] for at in kept], dtype=np.int32),
            "first": np.array([*first, len(kept)], dtype=np.int32),
            "starts": np.cumsum([0, *(len(columns[at]) for at in kept)], dtype=np.int32),
            "columns": np.array([column for at in kept for column in columns[at]], dtype=np.int32),
        }

    def nearest(self, features: Iterable[str], k: int, least: float) -> list[Candidate]:
        """Return up to k concepts, best first, that have the strength ``least`` or a label that is there in full."""
        known = sorted({self._column[feature] for feature in features if feature in self._column})
        if not known:
            return []
        met = np.zeros(len(self._total), dtype=np.float32)
        for column in known:
            met[self._postings[self._posting_starts[column] : self._posting_starts[column + 1]]] += self._weight[column]
        touched = np.flatnonzero(met > 0)  # of truth values this is several times faster than of numbers
        if not len(touched):
            return []
        fit = met[touched] / self._length[touched]
        owner = self._owner[touched]
        turns = np.flatnonzero(np.concatenate([[True], owner[1:] != owner[:-1]]))
        preferred = self._first[owner[turns]]
        ranks = np.maximum.reduceat(fit, turns) + met[preferred] / self._length[preferred]
        pool = np.argpartition(-ranks, 4 * k)[: 4 * k] if len(ranks) > 4 * k else np.arange(len(ranks))
        best = pool[np.lexsort((owner[turns[pool]], -ranks[pool]))]
        past = np.append(turns, len(fit))
        labels = [int(touched[past[at] + int(fit[past[at] : past[at + 1]].argmax())]) for at in best.tolist()]
        share, strength = self._strength(np.array(labels, dtype=np.int64), met)
        kept = np.flatnonzero((strength >= least) | (share == 1.0))[:k].tolist()
        return [self._candidate(labels[at], set(known), float(strength[at]), bool(share[at] == 1.0)) for at in kept]

    def _strength(self, labels: NDArray[np.int64], met: Floats) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return which part of each label is there, 1 for all of it, and how strong a candidate that makes."""
        share = met[labels].astype(np.float64) / self._total[labels]
        share[share > 1 - 1e-5] = 1.0  # summed in another order
        rarest = math.log1p(len(self._total))
        return share, np.round(share * -np.expm1(-share * self._told[labels] / (EVIDENCE * rarest)), 4)

    def _candidate(self, label: int, known: set[int], strength: float, whole: bool) -> Candidate:
        columns = self._columns[self._starts[label] : self._starts[label + 1]].tolist()
        shared = frozenset(self._names[column] for column in known.intersection(columns))
        return Candidate(entry=int(self._entries[label]), shared=shared, strength=strength, whole=whole)
