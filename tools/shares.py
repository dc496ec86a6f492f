"""Shares with their intervals, and how far chances are off: what tools that measure have in common."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BINS, RESAMPLED, SEED = 10, 1_000, 20261122


def calibration_error(chances: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return the expected calibration error (ECE) over bins of equal width: chances told beside what came true."""
    bins = np.minimum((chances * BINS).astype(int), BINS - 1)
    there = set(bins.tolist())
    off = [abs(chances[bins == one].mean() - right[bins == one].mean()) * (bins == one).mean() for one in there]
    return round(float(sum(off)), 3)


def interval(right: NDArray[np.float64]) -> list[float]:
    """Return the 95 % interval of a share of zeros and ones (bootstrap)."""
    return _ends(right[_drawn(len(right))].mean(axis=1))


def error_interval(chances: NDArray[np.float64], right: NDArray[np.float64]) -> list[float]:
    """Return the 95 % interval of the calibration error (bootstrap; drawing again adds luck, so it lies a bit high)."""
    return _ends(np.array([calibration_error(chances[rows], right[rows]) for rows in _drawn(len(right))]))


def _drawn(size: int) -> NDArray[np.int64]:
    return np.random.default_rng(SEED).integers(0, size, (RESAMPLED, size))


def _ends(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), 3) for value in np.percentile(values, [2.5, 97.5])]


def least_error(chances: NDArray[np.float64]) -> float:
    """Return the calibration error that chances exactly right would show on so few cases, by luck alone (simulated)."""
    rng = np.random.default_rng(SEED)
    drawn = (rng.random((200, len(chances))) < chances).astype(float)
    return round(float(np.mean([calibration_error(chances, one) for one in drawn])), 3)
