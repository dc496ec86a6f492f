"""From stated needs to weighted rows: checking, merging and weighing, the same for offers, targets and trainings."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput
from skillspace.skills.arrays import Floats, Integers
from skillspace.skills.matching.model import Weights
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.taxonomy.model import Need

Stated = tuple[str, float, Need]


def merged(needs: Iterable[Stated], whose: str) -> dict[str, tuple[float, bool]]:
    """Return URI → (given weight, is essential); a need stated twice keeps its larger weight.

    Raises BadInput for a weight that is not a positive number; ``whose`` names the offer in the message.
    """
    result: dict[str, tuple[float, bool]] = {}
    for uri, weight, need in needs:
        if not (math.isfinite(weight) and weight > 0):
            raise BadInput(f"{whose}: the need {uri} weighs {weight}; give a positive number.")
        before, was_essential = result.get(uri, (0.0, False))
        result[uri] = (max(weight, before), need is Need.ESSENTIAL or was_essential)
    return result


def effective(given: Floats, essential: NDArray[np.bool_], rarity: Floats, weights: Weights) -> Floats:
    """Weigh needs as `Weights` says."""
    kind = np.where(essential, np.float32(weights.essential), np.float32(weights.optional))
    return (given * kind * (1 + np.float32(weights.rarity) * rarity)).astype(np.float32)


@dataclass(frozen=True, kw_only=True)
class WeighedNeeds:
    """The needs of one target, or of several one after the other: rows of a Proximity (-1 where it knows no such
    skill), URIs and effective weights; those of target i stand at ``starts[i]`` to ``starts[i + 1]``."""

    starts: NDArray[np.int64]
    uris: tuple[str, ...]
    rows: Integers
    weight: Floats
    essential: NDArray[np.bool_]

    @classmethod
    def of(cls, needs: Iterable[Stated], whose: str, proximity: Proximity, weights: Weights) -> WeighedNeeds:
        """Merge, find and weigh the needs; raises BadInput as `merged` does."""
        stated = merged(needs, whose)
        rows = proximity.rows(stated)
        given = np.array([weight for weight, _ in stated.values()], dtype=np.float32)
        essential = np.array([is_essential for _, is_essential in stated.values()], dtype=bool)
        rarity = np.where(rows >= 0, proximity.rarity[rows], 0) if len(rows) else np.empty(0, dtype=np.float32)
        weight = effective(given, essential, rarity.astype(np.float32), weights)
        return cls(starts=np.array([0, len(stated)]), uris=tuple(stated), rows=rows, weight=weight, essential=essential)
