"""How rankings are judged, and the plainest ranking there is to judge them against: BM25 over words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from bench.figures import Figure, figure

K1, B = 1.2, 0.75
RESAMPLED = 1_000
_WORD = re.compile(r"\w+")
Scores = NDArray[np.float64]


class Bm25:
    """BM25 (Robertson and Zaragoza 2009; k1 1.2, b .75) over plain lower-case words, nothing left out."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index texts by position."""
        counts = [Counter(words(text)) for text in texts]
        spread = Counter(word for one in counts for word in one)
        self._rows = {word: row for row, word in enumerate(sorted(spread))}
        lengths = np.array([sum(one.values()) for one in counts], dtype=np.float64)
        owner = np.repeat(np.arange(len(counts)), [len(one) for one in counts])
        row = np.array([self._rows[word] for one in counts for word in one], dtype=np.int64)
        times = np.array([number for one in counts for number in one.values()], dtype=np.float64)
        rarity = np.array(
            [math.log(1 + (len(texts) - spread[word] + 0.5) / (spread[word] + 0.5)) for word in self._rows]
        )
        limit = K1 * (1 - B + B * lengths / lengths.mean())
        weight = rarity[row] * times * (K1 + 1) / (times + limit[owner])
        self._words = csr_array((weight, (row, owner)), shape=(len(self._rows), len(texts)))

    def scores(self, text: str) -> Scores:
        """Return the score of every text for a question."""
        asked = Counter(word for word in words(text) if word in self._rows)
        times = np.array(list(asked.values()), dtype=np.float64)
        return np.asarray(times @ self._words[[self._rows[word] for word in asked]])


def words(text: str) -> list[str]:
    """Return the words of a text, in lower case."""
    return _WORD.findall(text.lower())


def best(scores: Scores, k: int) -> list[int]:
    """Return the k positions that score most, above zero; equal ones in their order."""
    return [at for at in np.argsort(-scores, kind="stable")[:k].tolist() if scores[at] > 0]


def shared_rank(scores: Scores, right: int) -> float:
    """Return the rank of one position; those that are level share the middle of their ranks."""
    level = int((scores == scores[right]).sum())
    return int((scores > scores[right]).sum()) + (level + 1) / 2


def average_precision(found: Sequence[str], relevant: Collection[str]) -> float:
    """Return the mean, over what is relevant, of the precision where it is found; 0 for what is not found."""
    hits = 0
    total = 0.0
    for rank, one in enumerate(found, 1):
        if one in relevant:
            hits += 1
            total += hits / rank
    return total / len(relevant)


def overlap(one: Sequence[str], other: Sequence[str], depth: int = 10, p: float = 0.9) -> float:
    """Return the rank-biased overlap of two rankings to a depth, extrapolated: 1 where they are the same.

    Source: Webber, Moffat and Zobel 2010, equation 32; a rank weighs ``p`` times the one before it.
    """
    common = [len({*one[:at]} & {*other[:at]}) / at for at in range(1, depth + 1)]
    if not one and not other:
        return 1.0
    return common[-1] * p**depth + (1 - p) / p * sum(share * p**at for at, share in enumerate(common, 1))


def judged(
    name: str,
    values: Sequence[float],
    peer: str | None = None,
    peers: Sequence[float] = (),
    limit: float | None = None,
    more: Mapping[str, float | str] | None = None,
) -> Figure:
    """Return the mean of a value for each question, its bootstrap interval (95 %), and that of the gain over a peer."""
    own = np.array(values, dtype=np.float64)
    facts: dict[str, float | str] = {"n": len(own)}
    facts |= _interval("", own)
    if len(peers):
        facts |= _interval("gain_", own - np.array(peers, dtype=np.float64))
    peer_value = float(np.mean(peers)) if len(peers) else None
    return figure(name, float(own.mean()), "share", peer, peer_value, limit, facts | dict(more or {}))


def _interval(name: str, values: Scores) -> dict[str, float | str]:
    chance = np.random.default_rng(7)
    means = [float(values[chance.integers(0, len(values), len(values))].mean()) for _ in range(RESAMPLED)]
    return {f"{name}low": float(np.quantile(means, 0.025)), f"{name}high": float(np.quantile(means, 0.975))}
