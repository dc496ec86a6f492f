"""The prepared names of one scope in one language, and how near a text is to each of its concepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import lines
from skillspace.skills.encoder import Encoder, folded_pieces, words
from skillspace.skills.linking.model import public_name
from skillspace.skills.linking.preparing import ABOUT, ENGLISH, OWN

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
ABSENT = np.float32(0.0)
NEAREST = 150  # concepts kept for the middle of their names
POOL = 60  # concepts kept by each way of letters
RARE = 250  # of a sentence, pieces that stand in more than one of so many names are left out: they cost the most time


@dataclass(frozen=True, kw_only=True)
class Nearness:
    """How near one text is to each of some concepts (concepts,), by block and way; 0 where a block has no name of it.

    ``dense`` compares meaning, ``middle`` does so with all names of a concept at once and ``preferred`` with the
    preferred one alone, ``lexical`` compares letters, and ``held`` says which share of a name the text holds.
    """

    concepts: Integers
    dense: tuple[Floats, Floats, Floats]
    middle: Floats
    preferred: Floats
    lexical: tuple[Floats, Floats]
    held: tuple[Floats, Floats]


class Index:
    """Finds the names nearest to a text among all of a scope. Read-only, safe to share."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], encoder: Encoder) -> None:
        self._encoder = encoder
        self.uris = lines(arrays["uris"])
        self.names = [public_name(uri) for uri in self.uris]
        self.groups: Floats = arrays["groups"]
        self.wanted: Floats = arrays["wanted"]
        self._preferred: Floats = arrays["preferred"]
        self._middles: Floats = arrays["middles"]
        self._speaks = bool(arrays["speaks"][0])
        self._blocks = arrays["blocks"]
        self._concepts = arrays["concepts"]
        self.forms = dict(line.split(" ", 1) for line in lines(arrays["forms"]))
        self._vectors: Floats = arrays["vectors"].astype(np.float32) * arrays["scales"].astype(np.float32)[:, None]
        self._owners = arrays["vector_concepts"]
        self._spans = [self._spans_of(block, arrays["vector_blocks"]) for block in range(3)]
        self._rarity = arrays["rarity"]
        self._postings = arrays["postings"]
        self._starts = arrays["posting_starts"]
        self._weights = arrays["posting_weights"]

    def _spans_of(self, block: int, blocks: Integers) -> Integers:
        """Return where each concept's vectors begin inside a block; those of the last end at the last entry."""
        first, last = blocks[block : block + 2]
        spans: Integers = np.searchsorted(self._owners[first:last], np.arange(len(self.uris) + 1)) + first
        return spans

    def speaks(self, folded: str) -> bool:
        """Tell whether a text is in the language of the names: whether they use at least half of its words."""
        if not self._speaks:
            return False
        buckets = words(folded, self._encoder.bits)
        return bool(np.mean(self._starts[buckets + 1] > self._starts[buckets]) >= 0.5) if len(buckets) else True

    def middles(self, vectors: Floats) -> Floats:
        """Return how near the middle of each concept is to each of some vectors (texts, concepts)."""
        near: Floats = vectors @ self._middles.T
        return near

    def nearness(self, folded: str, vector: Floats, middles: Floats, *, is_sentence: bool) -> Nearness:
        """Return how near the concepts worth a look are to one folded text whose vector and ``middles`` are given."""
        lexical, held = self._letters(folded, RARE if is_sentence else 1)
        letters = np.maximum(*lexical)
        looked = [_top(middles, NEAREST), _top(letters, POOL), _top(np.maximum(*held) + letters, POOL)]
        concepts = np.unique(np.concatenate(looked))
        own, english, about = (self._closest(vector[None], concepts, block) for block in (OWN, ENGLISH, ABOUT))
        return Nearness(
            concepts=concepts,
            dense=(own, english, about),
            middle=self._middles[concepts] @ vector,
            preferred=self._preferred[concepts] @ vector,
            lexical=(lexical[OWN][concepts], lexical[ENGLISH][concepts]),
            held=(held[OWN][concepts], held[ENGLISH][concepts]),
        )

    def closest_part(self, parts: Floats, concepts: Integers) -> Floats:
        """Return for each concept how near its nearest name is to the nearest of some vectors (parts, width)."""
        return np.maximum(self._closest(parts, concepts, OWN), self._closest(parts, concepts, ENGLISH))

    def _closest(self, vectors: Floats, concepts: Integers, block: int) -> Floats:
        """Return for each concept how near its nearest text in a block is to the nearest of some vectors."""
        best = np.full(len(concepts), ABSENT, np.float32)
        begins = self._spans[block][concepts]
        sizes = self._spans[block][concepts + 1] - begins
        there = np.flatnonzero(sizes)
        if len(there):
            stops = np.cumsum(sizes)
            rows = np.arange(stops[-1]) + np.repeat(begins - stops + sizes, sizes)
            near = (self._vectors[rows] @ vectors.T).max(axis=1)
            best[there] = np.maximum.reduceat(near, (stops - sizes)[there])
        return best

    def _letters(self, folded: str, rare: int) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """Return, by block, how much of each concept's nearest name and of the text agree in their pieces.

        First the cosine of name and text, then the share of the name's weight that the text holds. Pieces that stand in
        more than one of ``rare`` names do not count.
        """
        size = int(self._blocks[ABOUT])
        buckets, counts = np.unique(folded_pieces([folded], self._encoder.bits).buckets, return_counts=True)
        weights = ((1 + np.log(counts)) * self._rarity[buckets]).astype(np.float32)
        weights /= max(float(np.linalg.norm(weights)), 1e-9)
        kept = self._starts[buckets + 1] - self._starts[buckets] <= max(size // rare, 20)
        buckets, weights = buckets[kept], weights[kept]
        spans = [slice(*span) for span in zip(self._starts[buckets], self._starts[buckets + 1], strict=True)]
        names = np.concatenate([np.empty(0, np.int32), *(self._postings[span] for span in spans)])
        theirs = np.concatenate([np.empty(0, np.float32), *(self._weights[span] for span in spans)])
        ours = np.repeat(weights, [span.stop - span.start for span in spans])
        cosine, held = np.bincount(names, theirs * ours, size), np.bincount(names, theirs * theirs, size)
        touched = np.flatnonzero(held)
        return self._best_touched(cosine, touched), self._best_touched(held, touched)

    def _best_touched(self, values: NDArray[Any], touched: Integers) -> tuple[Floats, Floats]:
        """Return, by block, each concept's best value among the names that have any."""
        found = []
        for block in (OWN, ENGLISH):
            best = np.full(len(self.uris), ABSENT, np.float32)
            names = touched[slice(*np.searchsorted(touched, self._blocks[block : block + 2]))]
            if len(names):
                concepts = self._concepts[names]
                begins = np.flatnonzero(np.append(True, concepts[1:] != concepts[:-1]))
                best[concepts[begins]] = np.maximum.reduceat(values[names], begins)
            found.append(best)
        return found[OWN], found[ENGLISH]


def _top(values: Floats, count: int) -> Integers:
    """Return the places of the greatest values above nothing, in no order."""
    if len(values) <= count:
        return np.flatnonzero(values > 0)
    places = np.argpartition(-values, count)[:count]
    return places[values[places] > 0]
