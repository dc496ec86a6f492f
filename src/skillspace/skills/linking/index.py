"""The prepared names of one scope in one language, and how near a text is to each of its concepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import lines
from skillspace.skills.encoder import Encoder, folded_pieces, words
from skillspace.skills.linking.model import ABOUT, ENGLISH, OWN
from skillspace.skills.taxonomy.taxonomies import public_name

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]
ABSENT = np.float32(0.0)
NEAREST = 150  # concepts kept for the middle of their names
POOL = 60  # concepts kept by each way of letters
MEANT = 40  # concepts kept where meaning alone is looked at
RARE = 1000  # of a sentence, pieces that stand in more than one of so many names are left out: they cost the most time


@dataclass(frozen=True, kw_only=True)
class Nearness:
    """How near one text is to each of some concepts (concepts,), by block and way; 0 where a block has no name of it.

    ``dense`` compares meaning: ``parts`` that of the text's nearest part, ``middle`` with all names of a concept at
    once, ``preferred`` with the preferred one alone; ``lexical`` compares letters, and ``held`` says which share of a
    name the text holds.
    """

    concepts: Integers
    dense: tuple[Floats, Floats, Floats]
    parts: Floats
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
        self._across = np.ascontiguousarray(self._middles.T)  # all of them against few texts is faster this way round
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
        near: Floats = vectors @ self._across
        return near

    def like(self, name: str, k: int) -> list[tuple[int, float]]:
        """Return the k concepts whose middles lie nearest to that of one, with their cosines; nothing if it is none."""
        if name not in self._positions:
            return []
        cosines = self._middles @ self._middles[self._positions[name]]
        cosines /= np.maximum(self._lengths * self._lengths[self._positions[name]], 1e-9)
        best = np.lexsort((np.arange(len(cosines)), -cosines))[:k]
        return list(zip(best.tolist(), cosines[best].round(4).tolist(), strict=True))

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: at for at, name in enumerate(self.names)}

    @cached_property
    def _lengths(self) -> Floats:
        lengths: Floats = np.linalg.norm(self._middles, axis=1)
        return lengths

    def nearness(self, folded: str | None, vectors: Floats, middles: Floats) -> Nearness:
        """Return how near the concepts worth a look are to one folded text; None looks at its meaning alone.

        ``vectors`` (1 + parts, width) are those of the text and of each of its parts, ``middles`` (concepts,) is how
        near the text is to the middle of each concept.
        """
        if folded is None:
            concepts = np.sort(_top(middles, MEANT))
            lexical = held = (np.zeros(len(concepts), np.float32),) * 2
        else:
            known, shares = self._letters(folded, RARE if len(vectors) > 1 else 1)
            letters = np.maximum(*known)
            looked = [_top(middles, NEAREST), _top(letters, POOL), _top(np.maximum(*shares) + letters, POOL)]
            concepts = np.unique(np.concatenate(looked))
            lexical = known[OWN][concepts], known[ENGLISH][concepts]
            held = shares[OWN][concepts], shares[ENGLISH][concepts]
        (own, parts), (english, english_parts) = (self._closest(vectors, concepts, block) for block in (OWN, ENGLISH))
        about, _ = self._closest(vectors[:1], concepts, ABOUT)
        return Nearness(
            concepts=concepts,
            dense=(own, english, about),
            parts=np.maximum(parts, english_parts),
            middle=self._middles[concepts] @ vectors[0],
            preferred=self._preferred[concepts] @ vectors[0],
            lexical=lexical,
            held=held,
        )

    def _closest(self, vectors: Floats, concepts: Integers, block: int) -> tuple[Floats, Floats]:
        """Return for each concept how near its nearest text in a block is to the first vector, and to any other."""
        best = np.full((len(concepts), 2), ABSENT, np.float32)
        if self._spans[block][0] == self._spans[block][-1]:
            return best[:, 0], best[:, 1]
        begins = self._spans[block][concepts]
        sizes = self._spans[block][concepts + 1] - begins
        there = np.flatnonzero(sizes)
        if len(there):
            stops = np.cumsum(sizes)
            rows = np.arange(stops[-1]) + np.repeat(begins - stops + sizes, sizes)
            near = self._vectors[rows] @ vectors.T
            near = np.stack([near[:, 0], near[:, 1:].max(axis=1, initial=ABSENT)], axis=1)
            best[there] = np.maximum.reduceat(near, (stops - sizes)[there])
        return best[:, 0], best[:, 1]

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
        sizes = self._starts[buckets + 1] - self._starts[buckets]
        places = np.arange(sizes.sum()) + np.repeat(self._starts[buckets] - np.cumsum(sizes) + sizes, sizes)
        names, theirs, ours = self._postings[places], self._weights[places], np.repeat(weights, sizes)
        held = np.bincount(names, theirs * theirs, size)
        touched = np.flatnonzero(held > 0)  # of truth values: five times as fast as of numbers
        both = np.stack([np.bincount(names, theirs * ours, size)[touched], held[touched]], axis=1)
        own, english = (self._best_touched(both, touched, block) for block in (OWN, ENGLISH))
        return (own[:, 0], english[:, 0]), (own[:, 1], english[:, 1])

    def _best_touched(self, values: NDArray[Any], touched: Integers, block: int) -> Floats:
        """Return each concept's best values (concepts, columns of ``values``) among its names of a block."""
        best = np.full((len(self.uris), values.shape[1]), ABSENT, np.float32)
        inside = slice(*np.searchsorted(touched, self._blocks[block : block + 2]))
        concepts = self._concepts[touched[inside]]
        if len(concepts):
            begins = np.flatnonzero(np.append(True, concepts[1:] != concepts[:-1]))
            best[concepts[begins]] = np.maximum.reduceat(values[inside], begins)
        return best


def _top(values: Floats, count: int) -> Integers:
    """Return the places of the greatest values above nothing, in no order."""
    if len(values) <= count:
        return np.flatnonzero(values > 0)
    places = np.argpartition(-values, count)[:count]
    return places[values[places] > 0]
