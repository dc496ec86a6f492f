"""From what two skills share to how likely they are one: a small logistic model, fitted on pairs people judged."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from skillspace.skills.taxonomy import MatchKind
from skillspace.skills.translation.competences import Pair

FEATURES = ("letters", "covers", "covered", "work", "same_sort", "contains", "contained")
WHOLE = 0.95  # a label counts as contained in the other from this share of its words on
ROUNDS, STEP, PULL = 4000, 0.3, 0.01

Weights = Mapping[str, float]
"""A weight for every one of FEATURES, and ``bias``."""


def probability(pair: Pair, weights: Weights) -> float:
    """Return how likely the two are exact, close, or one broader than the other."""
    total = weights["bias"] + sum(weights[name] * value for name, value in zip(FEATURES, features(pair), strict=True))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def features(pair: Pair) -> list[float]:
    """Return what the model sees, in the order of FEATURES; that a label is whole in the other counts by itself."""
    shares = [pair.letters, pair.covers, pair.covered, pair.work, float(pair.same_sort)]
    return [*shares, float(pair.covered >= WHOLE), float(pair.covers >= WHOLE)]


def relation(pair: Pair) -> MatchKind:
    """Return the SKOS relation, from which label holds the words of which."""
    if not pair.same_sort:
        return MatchKind.RELATED
    has_all, is_whole = pair.covers >= WHOLE, pair.covered >= WHOLE
    if has_all and is_whole:
        return MatchKind.EXACT
    if is_whole:
        return MatchKind.BROAD
    return MatchKind.NARROW if has_all else MatchKind.CLOSE


def fit(pairs: Sequence[Pair], are_one: Sequence[bool]) -> dict[str, float]:
    """Return the weights that fit judged pairs best, held back a little (ridge); deterministic, no seed."""
    rows = np.array([[*features(pair), 1.0] for pair in pairs])
    wanted = np.array(are_one, float)
    weights = np.zeros(rows.shape[1])
    pull = np.full(rows.shape[1], PULL)
    pull[-1] = 0.0
    for _ in range(ROUNDS):
        guessed = 1 / (1 + np.exp(-rows @ weights))
        weights -= STEP * (rows.T @ (guessed - wanted) / len(wanted) * 4 + pull * weights)
    return {name: round(float(weight), 4) for name, weight in zip((*FEATURES, "bias"), weights, strict=True)}
