"""Where many scores may be high: the best of each stretch of offers, so that the others need not be looked through."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats


class Peaks:
    """The best score in each stretch of offers. ``scores`` (offers,) stay the caller's, who tells when they rise;
    ``starts`` (stretches + 1,) says where each stretch begins, none of them empty."""

    def __init__(self, scores: Floats, starts: NDArray[np.int64]) -> None:
        self._scores = scores
        self._starts = starts
        self.best = np.empty(0, dtype=np.float32)
        self.again()

    def again(self) -> None:
        """Look at every score anew."""
        self.best = np.maximum.reduceat(self._scores, self._starts[:-1]) if len(self._starts) > 1 else self.best

    def rose(self, stretches: NDArray[np.int64]) -> None:
        """Look at these stretches anew."""
        if len(stretches):
            positions, lengths = self.inside(stretches)
            self.best[stretches] = np.maximum.reduceat(self._scores[positions], np.cumsum(lengths) - lengths)

    def inside(self, stretches: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the positions of these stretches, one after the other, and how many each has."""
        lengths = np.diff(self._starts)[stretches]
        begins = np.cumsum(lengths) - lengths
        return np.repeat(self._starts[stretches] - begins, lengths) + np.arange(lengths.sum()), lengths

    def above(self, floor: np.float32) -> NDArray[np.int64]:
        """Return the positions whose score is above a floor."""
        positions, _ = self.inside(np.flatnonzero(self.best > floor))
        return positions[self._scores[positions] > floor]

    def floor(self, k: int) -> np.float32:
        """Return a score that at least k offers reach, zero where there are not so many; found on the best of each
        stretch where these are enough."""
        best = self.best if k <= len(self.best) // 2 else self._scores
        if k >= len(best):
            return np.float32(0)
        return np.float32(np.partition(best, len(best) - k)[len(best) - k])
