"""Interests of occupations: Holland's six (RIASEC), as ROME gives them, carried to another taxonomy or inferred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

LETTERS = "RIASEC"
"""Realistic, investigative, artistic, social, enterprising, conventional (J. L. Holland, 1959)."""

NEIGHBOURS = 10
Vectors = NDArray[np.float32]


class Ground(StrEnum):
    """How the interests of an occupation are known, the surest first.

    STATED: its own taxonomy says so, or one that has the same occupation by an exact or close match. CARRIED: one that
    has a broader or narrower occupation. INFERRED: nobody says so; it is the mean of the occupations whose needs are
    most alike.
    """

    STATED = "stated"
    CARRIED = "carried"
    INFERRED = "inferred"


@dataclass(frozen=True, kw_only=True, slots=True)
class InterestsOf:
    """What an occupation is for: a share for each of the six letters, adding up to 1, and how that is known.

    ``via`` are the concepts that say so, empty where it is inferred.
    """

    shares: tuple[float, ...]
    ground: Ground
    via: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """The one or two leading letters, such as ``RC``: those with at least a quarter."""
        order = sorted(range(6), key=lambda at: (-self.shares[at], at))
        return "".join(LETTERS[at] for at in order[:2] if self.shares[at] >= 0.25) or LETTERS[order[0]]


def shares_of(letters: Sequence[str]) -> Vectors:
    """Return the shares of one or two letters, the leading one twice the other; (6,), all zeros for none."""
    vector = np.zeros(6, np.float32)
    for letter, weight in zip(letters, (2, 1), strict=False):
        vector[LETTERS.index(letter)] += weight
    return vector / max(float(vector.sum()), 1.0)


def inferred(known: Vectors, is_known: NDArray[np.bool_], likeness: Vectors) -> Vectors:
    """Return the mean interests of the most alike occupations that are known, weighed by their likeness.

    ``known`` is (n, 6), ``likeness`` (m, n) of the m occupations asked about; a row without any likeness stays zero.
    """
    likeness = np.where(is_known[None, :], likeness, 0)
    kept = min(NEIGHBOURS, likeness.shape[1])
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :kept]
    weight = np.take_along_axis(likeness, nearest, axis=1)
    sums = (weight[:, :, None] * known[nearest]).sum(axis=1)
    return np.asarray(sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-9), np.float32)


def fit(profile: Vectors, shares: Vectors) -> Vectors:
    """Return the cosine (0 to 1) of one profile (6,) with many shares (n, 6); 0 where nothing is known."""
    lengths = np.linalg.norm(shares, axis=1) * np.linalg.norm(profile)
    return np.asarray(shares @ profile / np.maximum(lengths, 1e-9), np.float32)
