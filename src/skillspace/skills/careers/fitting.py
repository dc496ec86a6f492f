"""Fits the weights of moves on one official table; only measurements do, and they test on another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillspace.skills.careers.model import MoveWeights, Signal
from skillspace.skills.careers.occupations import Occupations

LIKENESS = (Signal.SKILLS, Signal.MEANING, Signal.FIELD, Signal.INTERESTS, Signal.OFFICIAL)
PULL = 1.0
SEED = 7
DRAWN = 400_000  # pairs that are not listed, drawn once; each stands for as many as were left out
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Pairs of occupations that a table could list: ``values`` (p, s) of ``signals``, whether it does list each, and
    how many pairs each stands for."""

    signals: tuple[Signal, ...]
    values: Floats
    is_listed: Floats
    stands_for: Floats


def pairs_of(numbers: Occupations, label: str, beside: Sequence[str]) -> Pairs:
    """Return the pairs of a table: all it lists, and as many others, drawn once, as can be worked with.

    Only pairs count that the table knows as two occupations. The signal OFFICIAL is what the tables ``beside`` list;
    the table itself is never among them.
    """
    table = numbers.tables[label]
    known = np.diff(table.carriers.indptr) > 0
    same, listed = table.same(), table.listed()
    official = listed_by(numbers, [name for name in beside if name != label])
    share = min(DRAWN / max(int(known.sum()) ** 2, 1), 1.0)
    rng = np.random.default_rng(SEED)
    values: list[Floats] = []
    outcomes: list[Floats] = []
    for rows, signals in numbers.blocks():
        signals[Signal.OFFICIAL] = official[rows].toarray().astype(np.float32)
        outcome = listed[rows].toarray() > 0
        counts = known[rows][:, None] & known[None, :] & (same[rows].toarray() == 0)
        counts &= outcome | (rng.random(outcome.shape) < share)
        values.append(np.column_stack([signals[one][counts] for one in LIKENESS]).astype(np.float64))
        outcomes.append(outcome[counts].astype(np.float64))
    is_listed = np.concatenate(outcomes)
    stands_for = np.where(is_listed > 0, 1.0, 1 / share)
    return Pairs(signals=LIKENESS, values=np.concatenate(values), is_listed=is_listed, stands_for=stands_for)


def fit_weights(pairs: Pairs, signals: Sequence[Signal] = LIKENESS) -> MoveWeights:
    """Return the weights that tell best which pairs the table lists, by logistic regression with these signals.

    Signals left out weigh 0, no weight is negative, and wishes stay as they are.
    """
    used = [one for one in pairs.signals if one in signals]
    columns = pairs.values[:, [pairs.signals.index(one) for one in used]]
    found = logistic(columns, pairs.is_listed, pairs.stands_for)
    weights = {one.value: 0.0 for one in LIKENESS} | {one.value: x for one, x in zip(used, found, strict=False)}
    return MoveWeights(**weights, base=found[-1])


def logistic(values: Floats, outcomes: Floats, stands_for: Floats) -> list[float]:
    """Return the weight of each column, zero or more, and at the end the base, of the likeliest logistic line."""
    from scipy.optimize import minimize  # noqa: PLC0415 - only measurements fit, and it takes a while to read

    values = np.column_stack([values, np.ones(len(values))])
    total = stands_for.sum()

    def loss(weights: Floats) -> tuple[float, Floats]:
        sums = values @ weights
        cost = (stands_for * (np.logaddexp(0, sums) - outcomes * sums)).sum() + PULL / 2 * (weights[:-1] ** 2).sum()
        slope = values.T @ (stands_for * (1 / (1 + np.exp(-sums)) - outcomes))
        slope[:-1] += PULL * weights[:-1]
        return float(cost / total), slope / total

    bounds = [(0.0, None)] * (values.shape[1] - 1) + [(None, None)]
    exact = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-9}
    start = np.zeros(values.shape[1])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=exact)
    return [round(float(weight), 2) for weight in found.x]


def listed_by(numbers: Occupations, tables: Sequence[str]) -> csr_array:
    """Return every pair that at least one of these tables lists, as ones (n, n)."""
    count = len(numbers.uris)
    pairs = csr_array((count, count), dtype=np.int32)
    for name in tables:
        pairs = csr_array(pairs + numbers.tables[name].listed())
    pairs.data = np.ones_like(pairs.data)
    return pairs
