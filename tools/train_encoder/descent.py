"""The learning itself: in-batch contrast over sums of hashed pieces, and a step size of its own for every piece."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillspace.skills.encoder import Pieces

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
HEAT = 0.05  # softmax temperature


class Learner:
    """A table of vectors (buckets, width) that pairs of texts improve, batch by batch."""

    def __init__(self, *, bits: int, width: int, rate: float, seed: int, drop: float = 0.0) -> None:
        self._chance = np.random.default_rng(seed)
        self.table: Floats = self._chance.standard_normal((1 << bits, width), np.float32) * np.float32(width**-0.5)
        self._seen = np.full(1 << bits, 1e-12, np.float32)
        self.rate = rate
        self._drop = drop

    def step(self, cut: Pieces, left: Numbers, right: Numbers, concepts: Numbers) -> float:
        """Pull each left text towards its right one and away from the others; return the loss before the step."""
        alike = (concepts[:, None] == concepts) & ~np.eye(len(left), dtype=np.bool_)
        wanted = np.eye(len(left), dtype=np.float32)
        return self._towards(cut, left, right, wanted, wanted, alike)

    def mimic(self, cut: Pieces, left: Numbers, right: Numbers, likeness: Floats) -> float:
        """Bring the likeness of texts (left, right) towards a teacher's; return the loss before the step."""
        told = likeness / np.float32(HEAT)
        return self._towards(cut, left, right, _softmax(told, 1), _softmax(told, 0), np.zeros_like(told, np.bool_))

    def _towards(
        self, cut: Pieces, left: Numbers, right: Numbers, by_row: Floats, by_column: Floats, hidden: NDArray[np.bool_]
    ) -> float:
        """Descend once towards wanted shares of likeness, for each left text and for each right one."""
        size = len(left)
        bags, used = self._bags(cut, np.concatenate([left, right]))
        rows = self.table[used]
        sums: Floats = bags @ rows
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
        units = sums / lengths
        a, b = units[:size], units[size:]
        near = (a @ b.T) / np.float32(HEAT)
        np.copyto(near, np.float32(-1e4), where=hidden)
        pull_rows, pull_columns = _softmax(near, 1), _softmax(near, 0)
        loss = _difference(by_row, pull_rows) + _difference(by_column, pull_columns)
        pull = (pull_rows + pull_columns - by_row - by_column) / np.float32(2)
        slope = np.concatenate([pull @ b, pull.T @ a]) / np.float32(HEAT)
        slope = (slope - (slope * units).sum(1, keepdims=True) * units) / lengths
        change: Floats = bags.T.tocsr() @ slope
        self._seen[used] += np.einsum("ij,ij->i", change, change) / change.shape[1]
        self.table[used] = rows - change * (self.rate / np.sqrt(self._seen[used]))[:, None]
        return loss / 2 / size

    def _bags(self, cut: Pieces, texts: Numbers) -> tuple[csr_array, NDArray[np.int32]]:
        """Return which used bucket each text has how often, some pieces left out at random, and the used buckets."""
        sizes = cut.starts[texts + 1] - cut.starts[texts]
        ends = np.cumsum(sizes)
        places = np.arange(ends[-1]) + np.repeat(cut.starts[texts] - ends + sizes, sizes)
        buckets = cut.buckets[places]
        weights = np.ones(len(buckets), np.float32)
        if self._drop:
            weights = (self._chance.random(len(buckets), np.float32) >= self._drop).astype(np.float32)
        mark = np.zeros(len(self.table), np.bool_)
        mark[buckets] = True
        used = np.flatnonzero(mark)
        where = np.zeros(len(self.table), np.int32)
        where[used] = np.arange(len(used), dtype=np.int32)
        starts = np.concatenate([[0], ends])
        return csr_array((weights, where[buckets], starts), shape=(len(texts), len(used))), used


def _difference(wanted: Floats, told: Floats) -> float:
    """Return how many natural units of information told shares lack of the wanted ones (Kullback-Leibler)."""
    there = wanted > 1e-6
    return float((wanted[there] * np.log(wanted[there] / np.maximum(told[there], 1e-9))).sum())


def _softmax(near: Floats, axis: int) -> Floats:
    powers = np.exp(near - near.max(axis=axis, keepdims=True))
    shares: Floats = powers / powers.sum(axis=axis, keepdims=True)
    return shares
