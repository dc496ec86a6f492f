"""Cuts texts into the pieces the encoder has a vector for: whole words, pairs of words and parts of words, hashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.taxonomy.folding import fold

SHORTEST, LONGEST = 3, 5  # letters of a part of a word, its edges counted
LETTERS = 2_000  # of a text that are read: a sentence, not a book
_BREAK, _SPACE = 10, 32
_WORD, _PAIR = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_STEP = np.random.default_rng(20_260).integers(1 << 62, size=LETTERS + 2, dtype=np.uint64) | np.uint64(1)


@dataclass(frozen=True, kw_only=True)
class Pieces:
    """Pieces of several texts: those of text i are ``buckets[starts[i]:starts[i + 1]]``, each below ``2**bits``."""

    buckets: NDArray[np.int32]
    starts: NDArray[np.int64]


def pieces(texts: Sequence[str], bits: int) -> Pieces:
    """Return the pieces of each text; case, accents and punctuation do not count, an empty text has none."""
    return folded_pieces([fold(text[:LETTERS])[:LETTERS] for text in texts], bits)


def folded_pieces(texts: Sequence[str], bits: int) -> Pieces:
    """Return the pieces of texts that are folded already."""
    if not texts:
        return Pieces(buckets=np.empty(0, np.int32), starts=np.zeros(1, np.int64))
    # a text stands between two breaks, so a part can start or end at an edge and never reach into the next text
    codes = np.frombuffer(("\n" + "\n\n".join(texts) + "\n").encode("utf-32-le", "replace"), np.uint32)
    edges = (codes == _BREAK) | (codes == _SPACE)
    lines = (np.cumsum(codes == _BREAK) - 1) // 2
    letters = np.where(edges, _SPACE, codes).astype(np.uint64)
    found = [_words(letters, edges, lines), *(_parts(letters, edges, lines, n) for n in range(SHORTEST, LONGEST + 1))]
    hashes, owners = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.argsort(owners, kind="stable")
    counts = np.bincount(owners, minlength=len(texts))
    return Pieces(buckets=_mixed(hashes[order], bits), starts=np.concatenate([[0], np.cumsum(counts)]))


def words(folded: str, bits: int) -> NDArray[np.int32]:
    """Return the buckets of a folded text's whole words alone, without their parts and pairs."""
    codes = np.frombuffer(f"\n{folded}\n".encode("utf-32-le", "replace"), np.uint32)
    edges = (codes == _BREAK) | (codes == _SPACE)
    hashes, _ = _words(np.where(edges, _SPACE, codes).astype(np.uint64), edges, np.zeros(len(codes), np.int64))
    return _mixed(hashes[: (len(hashes) + 1) // 2], bits)


def pair_buckets(
    folded: Sequence[str], first: NDArray[np.int64], second: NDArray[np.int64], bits: int
) -> NDArray[np.int32]:
    """Return the bucket of each pair of words that stand beside each other, by their numbers among some words."""
    codes = np.frombuffer(("\n" + "\n".join(folded) + "\n").encode("utf-32-le", "replace"), np.uint32)
    edges = codes == _BREAK
    hashes, _ = _words(np.where(edges, _SPACE, codes).astype(np.uint64), edges, np.cumsum(edges))
    return _mixed(hashes[first] * _PAIR + hashes[second], bits)


Found = tuple[NDArray[np.uint64], NDArray[np.int64]]


def _parts(letters: NDArray[np.uint64], edges: NDArray[np.bool_], lines: NDArray[np.int64], n: int) -> Found:
    """Return every run of n letters inside a word, where the edge of the word counts as a letter."""
    size = len(letters) - n + 1
    if size <= 0:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    broken = np.zeros(size, np.bool_)
    hashes = np.full(size, _STEP[n], np.uint64)
    for place in range(n):
        hashes += letters[place : place + size] * _STEP[LONGEST + 1 + place]
        if 0 < place < n - 1:
            broken |= edges[place : place + size]
    return hashes[~broken], lines[:size][~broken]


def _words(letters: NDArray[np.uint64], edges: NDArray[np.bool_], lines: NDArray[np.int64]) -> Found:
    """Return every word, and every two words that stand beside each other."""
    begins = np.flatnonzero(~edges[1:] & edges[:-1]) + 1
    if not begins.size:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    ends = np.flatnonzero(edges[1:] & ~edges[:-1]) + 1
    inside = np.arange(len(letters)) - np.repeat(np.append(0, begins), np.diff([0, *begins, len(letters)]))
    values = np.where(edges, np.uint64(0), letters * _STEP[np.minimum(inside, LETTERS)])
    words = np.add.reduceat(values, begins) + (ends - begins).astype(np.uint64) * _WORD
    owners = lines[begins]
    beside = owners[1:] == owners[:-1]
    pairs = (words[:-1] * _PAIR + words[1:])[beside]
    return np.concatenate([words, pairs]), np.concatenate([owners, owners[1:][beside]])


def _mixed(hashes: NDArray[np.uint64], bits: int) -> NDArray[np.int32]:
    hashes = (hashes ^ (hashes >> np.uint64(31))) * _WORD
    hashes ^= hashes >> np.uint64(29)
    return ((hashes * _PAIR) >> np.uint64(64 - bits)).astype(np.int32)
