"""Cells of offers that mean nearly the same: vectors parted in two steps, so that a question looks at few of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers

MEMBERS = 64
"""Vectors a cell has in the mean."""

ROUNDS = 4
TAUGHT_BY = 32
"""Vectors for each middle that it is found with; the others only go to the nearest."""

PART = 50_000


def cells_of(rows: NDArray[np.int8], scales: Floats) -> Integers:
    """Return the cell (n,) of each vector (n, width): groups by k-means (Lloyd 1982), and cells within each group.

    The same vectors always come into the same cells. All are in one where there are few, or of no width.
    """
    cells = np.zeros(len(rows), dtype=np.int32)
    several = round((len(rows) / MEMBERS) ** 0.5)
    if several < 2 or not rows.shape[1]:
        return cells
    groups = _parted(rows, scales, several)
    order = np.argsort(groups, kind="stable")
    for group, members in enumerate(np.split(order, np.searchsorted(groups[order], np.arange(1, several)))):
        cells[members] = group * several + _parted(rows[members], scales[members], several)
    return cells


def _parted(rows: NDArray[np.int8], scales: Floats, several: int) -> Integers:
    """Return which of several middles each vector is nearest to."""
    if not len(rows):
        return np.empty(0, dtype=np.int32)
    some = np.linspace(0, len(rows) - 1, min(several * TAUGHT_BY, len(rows))).astype(np.int64)
    taught = _vectors(rows, scales, some)
    middles = taught[np.linspace(0, len(taught) - 1, several).astype(np.int64)]
    for _ in range(ROUNDS):
        nearest = _nearest(taught, middles)
        order = np.argsort(nearest, kind="stable")
        there, begins = np.unique(nearest[order], return_index=True)
        sums = np.add.reduceat(taught[order], begins, axis=0)
        middles[there] = sums / np.diff([*begins, len(order)])[:, None]
    parts = (_nearest(_vectors(rows, scales, part), middles) for part in _in_parts(len(rows)))
    return np.concatenate([part.astype(np.int32) for part in parts])


def _nearest(vectors: Floats, middles: Floats) -> NDArray[np.int64]:
    nearest: NDArray[np.int64] = (vectors @ middles.T - (middles * middles).sum(axis=1) / 2).argmax(axis=1)
    return nearest


def _vectors(rows: NDArray[np.int8], scales: Floats, chosen: NDArray[np.int64]) -> Floats:
    vectors: Floats = rows[chosen].astype(np.float32)
    vectors *= scales[chosen, None]
    return vectors


def _in_parts(size: int) -> Iterator[NDArray[np.int64]]:
    for begin in range(0, size, PART):
        yield np.arange(begin, min(begin + PART, size))
