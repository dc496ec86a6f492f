"""Which offers ask for a skill, and the best of many offers found without looking at all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import _sparsetools, csr_array

from skillspace.skills.arrays import Floats, Integers
from skillspace.skills.matching.meaning import Look
from skillspace.skills.matching.peaks import Peaks

WEAK = np.float32(0.1)
"""What brings less than this, beside the most, is looked at for those offers alone that could be among the best."""

BLOCK = 512
MOST_CANDIDATES = 50_000
SLACK = np.float32(1e-5)
"""More than what adding up in another order, in 32 bits, can change."""

Exactly = Callable[[NDArray[np.int64]], NDArray[np.float64]]
Rows = tuple[NDArray[np.int64], Integers, Floats]
"""Some offers: where the columns of each begin, the columns, and what each brings."""


@dataclass(frozen=True, kw_only=True)
class Postings:
    """For each column, the positions of the offers that have it and what a full value there adds to their score."""

    starts: NDArray[np.int64]
    positions: Integers
    shares: Floats

    @classmethod
    def of(cls, counts: NDArray[np.int64], parts: Iterable[Rows]) -> Postings:
        """Turn offers as rows of columns into columns of offers, some offers at a time; ``counts`` (columns,) is how
        often each column comes in all, and the shares of one offer add up to one at most."""
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        positions = np.empty(starts[-1], dtype=np.int32)
        shares = np.empty(starts[-1], dtype=np.float32)
        filled, first = starts[:-1].copy(), 0
        for begins, columns, brought in parts:
            size = len(begins) - 1
            matrix = csr_array((brought, columns, begins.astype(np.int32)), shape=(size, len(counts))).tocsc()
            lengths = np.diff(matrix.indptr)
            at = np.repeat(filled - matrix.indptr[:-1], lengths) + np.arange(len(matrix.data))
            positions[at], shares[at] = matrix.indices + first, matrix.data
            filled += lengths
            first += size
        return cls(starts=starts, positions=positions, shares=shares)

    def add(self, columns: Integers, values: Floats, into: Floats) -> None:
        """Add to ``into`` (offers,) what these columns bring at these values."""
        ends = np.zeros(2, dtype=self.positions.dtype)
        one = np.empty(1, dtype=np.float32)
        for column, value in zip(columns.tolist(), values.tolist(), strict=True):
            span = slice(self.starts[column], self.starts[column + 1])
            ends[1], one[0] = span.stop - span.start, value
            # One column at a time in scipy's own loop: picking the columns into a matrix first would copy them all.
            _sparsetools.csc_matvec(len(into), 1, ends, self.positions[span], self.shares[span], one, into)


class Scratch(threading.local):
    """One vector over all offers for each thread, so that a question does not have to ask for memory."""

    def __init__(self, size: int) -> None:
        self._vector = np.zeros(-(-size // BLOCK) * BLOCK, dtype=np.float32)

    def zeroed(self) -> Floats:
        """Return the vector, all zeros; its length is the next multiple of BLOCK."""
        self._vector[:] = 0
        return self._vector

    def filled(self, values: Floats) -> Floats:
        """Return the vector with these values (offers,), and zeros behind them."""
        self._vector[: len(values)] = values
        self._vector[len(values) :] = 0
        return self._vector


def best_of(
    postings: Postings,
    columns: Integers,
    values: Floats,
    k: int,
    scratch: Floats,
    allowed: NDArray[np.bool_] | None,
    exactly: Exactly,
    looking: Callable[[Floats], Look] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return positions and exact scores, above zero, among them every one of the k best and those equal to the last.

    ``scratch`` holds what is brought already; ``columns`` and ``values`` are what is asked; ``allowed`` shuts others
    out; ``looking`` begins to add what offers mean to those that may be among the best by it.

    What is strong is added up first. An offer's shares add up to one at most, so the weak can bring none more than
    the strongest of the weak; whoever is further than that below the k-th best is out (the bound of Turtle and Flood
    1995, on shares). ``exactly`` then gives the scores of those who are left; it may only lower what the shares say,
    and as long as it lowers the k-th best below what others could reach, those are looked at too.
    """
    weak = values < WEAK * values.max(initial=np.float32(0))
    strong_only = True
    reach = values[weak].max(initial=np.float32(0)) + SLACK
    postings.add(columns[~weak], values[~weak], scratch)
    _shut(scratch, allowed)
    look = looking(scratch) if looking is not None else None
    peaks = Peaks(scratch, np.arange(0, len(scratch) + 1, BLOCK)) if look is None else look.peaks
    floor = peaks.floor(k) - reach - SLACK
    is_raised = look is None
    while True:
        if strong_only and (floor <= 0 or len(peaks.above(floor)) > MOST_CANDIDATES):
            strong_only, reach = False, SLACK
            postings.add(columns[weak], values[weak], scratch)
            _shut(scratch, allowed)
            (peaks if look is None else look).again()
            floor = peaks.floor(k) - reach - SLACK
        while look is not None and look.add(floor):
            if not is_raised:  # what was looked at since may be better
                floor = peaks.floor(k) - reach - SLACK
        if not is_raised:  # once, as what is exact may lower it again
            is_raised, floor = True, peaks.floor(k) - reach - SLACK
        found = peaks.above(np.maximum(floor, np.float32(0)))
        scores = np.round(exactly(found), 6)
        found, scores = found[scores > 0], scores[scores > 0]
        if floor <= 0:
            return found, scores
        if len(found) < k:
            floor = floor / 4 if floor > WEAK / 4 else np.float32(0)
            continue
        last = np.float32(np.partition(scores, len(scores) - k)[len(scores) - k])
        if last >= floor + reach:
            return found, scores
        floor = last - reach - SLACK


def _shut(scores: Floats, allowed: NDArray[np.bool_] | None) -> None:
    if allowed is not None:
        scores[: len(allowed)] *= allowed
