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
    rng = np.random.default_rng(SEED)
    shares = right[rng.integers(0, len(right), (RESAMPLED, len(right)))].mean(axis=1)
    return [round(float(share), 3) for share in np.percentile(shares, [2.5, 97.5])]


def least_error(chances: NDArray[np.float64]) -> float:
    """Return the calibration error that chances exactly right would show on so few cases, by luck alone (simulated)."""
    rng = np.random.default_rng(SEED)
    drawn = (rng.random((200, len(chances))) < chances).astype(float)
    return round(float(np.mean([calibration_error(chances, one) for one in drawn])), 3)
