"""The words of offers: how alike the words of a person's text and of an offer are, common words left out."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers, Strings, apart, rows_of
from skillspace.skills.matching.columns import joined_starts, picked
from skillspace.skills.matching.postings import Postings, Rows
from skillspace.skills.taxonomy.folding import fold

STEM = 7
"""Letters of a word that are looked at: endings differ more than what they end, in every language of Europe."""

COMMON = 0.1
"""A word in more than this share of offers tells nothing, and costs the most time."""

ASKED = 48
"""Words of a question that are looked at, the most telling first."""

SATURATION, BY_LENGTH = 1.2, 0.75
PART = 20_000

_BREAKS = {ord(mark): " " for mark in "!\"$%&'()*,-./:;<=>?@[\\]^_`{|}~«»“”„‘’–—…•·§°"}


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How often the words of some texts stand in them: words of text i at ``starts[i]`` to ``starts[i + 1]``."""

    starts: NDArray[np.int64]
    words: Integers
    times: NDArray[np.uint8]

    @classmethod
    def joined(cls, parts: Sequence[Counted]) -> Counted:
        """Put the texts of several one after the other."""
        return cls(
            starts=joined_starts([part.starts for part in parts]),
            words=np.concatenate([part.words for part in parts]),
            times=np.concatenate([part.times for part in parts]),
        )

    def apart(self) -> Counted:
        """Return the same in memory of its own."""
        return Counted(starts=self.starts, words=apart(self.words), times=apart(self.times))

    def taken(self, entries: NDArray[np.signedinteger]) -> Counted:
        """Return some of the texts."""
        starts, flat = picked(self.starts, entries)
        return Counted(starts=starts, words=self.words[flat], times=self.times[flat])


class _Numbers(dict[str, int]):
    """Written words to the number of their stem, each folded once only, however often it comes; 0 is no word."""

    def __init__(self) -> None:
        super().__init__()
        self.stems: dict[str, int] = {"": 0}

    def __missing__(self, written: str) -> int:
        word = fold(written).partition(" ")[0]
        stem = "" if len(word) < 2 or word.isdigit() else word[:STEM]
        number = self[written] = self.stems.setdefault(stem, len(self.stems))
        return number


class Counter:
    """Counts words of texts, giving each new word the next number."""

    def __init__(self) -> None:
        self._numbers = _Numbers()

    @property
    def stems(self) -> list[str]:
        """The words counted so far, in the order of their numbers; the first is no word."""
        return list(self._numbers.stems)

    def count(self, texts: Sequence[str]) -> Counted:
        """Count the words of some texts; numbers and single letters are none."""
        number, found, lengths = self._numbers.__getitem__, array("i"), []
        for text in texts:
            before = len(found)
            found.extend(map(number, text.translate(_BREAKS).split()))
            lengths.append(len(found) - before)
        owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
        numbers = np.frombuffer(found, dtype=np.int32) if found else np.empty(0, dtype=np.int32)
        is_word = numbers > 0
        keys, times = np.unique((owner[is_word] << 32) | numbers[is_word], return_counts=True)
        starts = np.searchsorted(keys >> 32, np.arange(len(texts) + 1))
        return Counted(
            starts=starts.astype(np.int64),
            words=(keys & 0xFFFFFFFF).astype(np.int32),
            times=np.minimum(times, 255).astype(np.uint8),
        )

    def vocabulary(self, parts: list[Counted]) -> tuple[Vocabulary, Counted]:
        """Return the words of counted texts that are worth keeping, sorted, and all the counts by them.

        Takes the parts away one after the other, so that the words of a million texts are in memory once.
        """
        texts = sum(len(part.starts) - 1 for part in parts)
        stems = self.stems
        spread = np.zeros(len(stems), dtype=np.int64)
        for part in parts:
            spread += np.bincount(part.words, minlength=len(stems))
        kept = (spread >= (2 if texts > 1000 else 1)) & (spread <= max(COMMON * texts, 50))
        words = np.array([word.encode() for word in stems], dtype=np.bytes_)
        order = np.flatnonzero(kept)[np.argsort(words[kept], kind="stable")]
        rows = np.full(len(spread), -1, dtype=np.int32)
        rows[order] = np.arange(len(order), dtype=np.int32)
        rarity = np.log(1 + (texts - spread[order] + 0.5) / (spread[order] + 0.5)).astype(np.float32)
        usual = np.array([sum(part.times.sum(dtype=float) for part in parts) / (texts or 1)], dtype=np.float32)
        counted = _renumbered_all(parts, rows, int(spread[kept].sum()))
        if not len(order):  # a table is never empty: no word then stands for all
            order, rarity = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.float32)
        return Vocabulary(words=words[order], rarity=rarity, usual_length=usual), counted


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Words (words,), sorted, how rare each is, and how many words a usual text has (1,)."""

    words: Strings
    rarity: Floats
    usual_length: Floats

    def counted(self, texts: Sequence[str]) -> Counted:
        """Count the words of texts, those outside the vocabulary left out."""
        counter = Counter()
        counted = counter.count(texts)
        return _renumbered(counted, rows_of(self.words, counter.stems))

    def weighed(self, counted: Counted) -> Floats:
        """Weigh every count as BM25 does (Robertson and Zaragoza 2009), and bring each text to length one."""
        sizes, words, times = np.diff(counted.starts), counted.words, counted.times
        owner = np.repeat(np.arange(len(sizes)), sizes)
        lengths = np.bincount(owner, times, minlength=len(sizes))
        limit = SATURATION * (1 - BY_LENGTH + BY_LENGTH * lengths / np.maximum(self.usual_length[0], 1))
        counts = times.astype(np.float32)
        weight = self.rarity[words] * counts / (counts + np.repeat(limit, sizes).astype(np.float32))
        norm = np.sqrt(np.bincount(owner, weight * weight, minlength=len(sizes)))
        unit: Floats = (weight / np.repeat(np.maximum(norm, 1e-9), sizes)).astype(np.float32)
        return unit

    def question(self, text: str) -> tuple[Integers, Floats]:
        """Return the most telling words of a text, sorted, and their weights, of length one together."""
        counted = self.counted([text])
        weights = self.weighed(counted)
        most = np.sort(np.lexsort((counted.words, -weights))[:ASKED])
        kept = weights[most]
        return counted.words[most], (kept / max(float(np.linalg.norm(kept)), 1e-9)).astype(np.float32)


class Words:
    """The words of offers by position."""

    def __init__(self, postings: Postings, size: int) -> None:
        self._postings = postings
        self._size = size

    @classmethod
    def of(cls, counted: Counted, vocabulary: Vocabulary, order: NDArray[np.int64] | None = None) -> Words:
        """Turn counted words around, of the texts in ``order``, or of all as they stand."""
        if order is None:
            order = np.arange(len(counted.starts) - 1)
        parts = [order[begin : begin + PART] for begin in range(0, len(order), PART)]
        counts = np.zeros(len(vocabulary.words), dtype=np.int64)
        for part in parts:
            counts += np.bincount(counted.taken(part).words, minlength=len(counts))
        return cls(Postings.of(counts, (_rows(counted.taken(part), vocabulary) for part in parts)), len(order))

    def alike(self, words: Integers, weights: Floats) -> Floats:
        """Return the cosine (offers,) between the words of a question and those of each offer."""
        found = np.zeros(self._size, dtype=np.float32)
        self.add(words, weights, found)
        return found

    def add(self, words: Integers, weights: Floats, into: Floats) -> None:
        """Add the same to ``into`` (offers,)."""
        self._postings.add(words, weights, into)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what has to be written for `Words(Postings(**arrays), size)` to give this again."""
        return dict(vars(self._postings))


def _rows(counted: Counted, vocabulary: Vocabulary) -> Rows:
    return counted.starts, counted.words, vocabulary.weighed(counted)


def _renumbered_all(parts: list[Counted], rows: Integers, size: int) -> Counted:
    starts = [np.zeros(1, dtype=np.int64)]
    words, times = np.empty(size, dtype=np.int32), np.empty(size, dtype=np.uint8)
    filled = 0
    while parts:
        part = _renumbered(parts.pop(0), rows)
        span = slice(filled, filled + len(part.words))
        words[span], times[span] = part.words, part.times
        starts.append(part.starts[1:] + filled)
        filled = span.stop
    return Counted(starts=np.concatenate(starts), words=words, times=times)


def _renumbered(counted: Counted, rows: Integers) -> Counted:
    words = rows[counted.words] if len(counted.words) else counted.words
    kept = words >= 0
    owner = np.repeat(np.arange(len(counted.starts) - 1), np.diff(counted.starts))[kept]
    order = np.lexsort((words[kept], owner))
    starts = np.searchsorted(owner, np.arange(len(counted.starts)))
    return Counted(starts=starts.astype(np.int64), words=words[kept][order], times=counted.times[kept][order])
