"""The words of offers: how alike the words of a person's text and of an offer are, common words left out."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers, Strings, rows_of
from skillspace.skills.matching.columns import joined_starts, picked
from skillspace.skills.matching.postings import Postings
from skillspace.skills.taxonomy.folding import fold

STEM = 7
"""Letters of a word that are looked at: endings differ more than what they end, in every language of Europe."""

COMMON = 0.1
"""A word in more than this share of offers tells nothing, and costs the most time."""

ASKED = 48
"""Words of a question that are looked at, the most telling first."""

SATURATION, BY_LENGTH = 1.2, 0.75
PART = 50_000

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

    def taken(self, entries: NDArray[np.signedinteger]) -> Counted:
        """Return some of the texts."""
        parts = [Counted(starts=np.zeros(1, np.int64), words=self.words[:0], times=self.times[:0])]
        for some in in_parts(entries):
            starts, flat = picked(self.starts, some)
            parts.append(Counted(starts=starts, words=self.words[flat], times=self.times[flat]))
        return Counted.joined(parts)


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

    def vocabulary(self, *parts: Counted) -> tuple[Vocabulary, Counted]:
        """Return the words of counted texts that are worth keeping, sorted, and all the counts by them."""
        texts = sum(len(part.starts) - 1 for part in parts)
        stems = self.stems
        spread = np.sum([np.bincount(part.words, minlength=len(stems)) for part in parts], axis=0)
        kept = (spread >= (2 if texts > 1000 else 1)) & (spread <= max(COMMON * texts, 50))
        words = np.array([word.encode() for word in stems], dtype=np.bytes_)
        order = np.flatnonzero(kept)[np.argsort(words[kept], kind="stable")]
        rows = np.full(len(spread), -1, dtype=np.int32)
        rows[order] = np.arange(len(order), dtype=np.int32)
        rarity = np.log(1 + (texts - spread[order] + 0.5) / (spread[order] + 0.5)).astype(np.float32)
        usual = np.array([sum(part.times.sum(dtype=float) for part in parts) / (texts or 1)], dtype=np.float32)
        counted = Counted.joined([_renumbered(part, rows) for part in parts])
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
        parts = [np.empty(0, dtype=np.float32)]
        for texts in in_parts(np.arange(len(counted.starts) - 1)):
            starts = counted.starts[texts[0] : texts[-1] + 2]
            span = slice(int(starts[0]), int(starts[-1]))
            parts.append(self._weighed(np.diff(starts), counted.words[span], counted.times[span]))
        return np.concatenate(parts)

    def _weighed(self, sizes: NDArray[np.int64], words: Integers, times: NDArray[np.uint8]) -> Floats:
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
    def of(cls, counted: Counted, vocabulary: Vocabulary) -> Words:
        """Turn counted words around."""
        shares = vocabulary.weighed(counted)
        postings = Postings.of(counted.starts, counted.words, shares, len(vocabulary.words))
        return cls(postings, len(counted.starts) - 1)

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


def in_parts(entries: NDArray[np.signedinteger]) -> Iterator[NDArray[np.signedinteger]]:
    """Give entries some at a time: the words of a million texts should not be in memory several times over."""
    for begin in range(0, len(entries), PART):
        yield entries[begin : begin + PART]


def _renumbered(counted: Counted, rows: Integers) -> Counted:
    words = rows[counted.words] if len(counted.words) else counted.words
    kept = words >= 0
    owner = np.repeat(np.arange(len(counted.starts) - 1), np.diff(counted.starts))[kept]
    order = np.lexsort((words[kept], owner))
    starts = np.searchsorted(owner, np.arange(len(counted.starts)))
    return Counted(starts=starts.astype(np.int64), words=words[kept][order], times=counted.times[kept][order])
