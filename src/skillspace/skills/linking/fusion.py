"""How the ways of being near are weighed into one score: a small learned model for each kind of question."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.linking.index import Nearness
from skillspace.skills.linking.model import ENGLISH, OWN

LEARNT = Path(__file__).with_name("fusion.json")
SAME = 0.995  # agreement in letters from which two texts are the same words
Floats = NDArray[np.float32]
FEATURES = (
    "dense own",
    "dense english",
    "dense about",
    "letters own",
    "letters english",
    "held own",
    "held english",
    "same words",
    "closest part",
    "dense best",
    "letters best",
    "is group",
    "dense middle",
    "wanted",
    "dense preferred",
    "same as preferred",
)


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """What one kind of question has learnt: a weight for each feature, and how the sum becomes a chance.

    The chance is the logistic of ``slope * sum + gap * (sum - best sum) + base``.
    """

    weights: tuple[float, ...]
    slope: float
    gap: float
    base: float

    def sums(self, features: Floats) -> Floats:
        """Return one sum a candidate from features (candidates, features)."""
        return features @ np.array(self.weights, np.float32)

    def chances(self, sums: Floats) -> Floats:
        """Return the chance of each candidate of one question; a higher sum never has a lower chance."""
        odds = self.slope * sums + self.gap * (sums - sums.max(initial=-1e9)) + self.base
        chances: Floats = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        return chances


def features(near: Nearness, groups: Floats, wanted: Floats) -> Floats:
    """Return (concepts, FEATURES) of the concepts looked at.

    ``groups`` is 1 (concepts,) for each that is a group and not one job,
    ``wanted`` how many jobs ask for it.
    """
    dense, letters, held = near.dense, near.lexical, near.held
    best = np.maximum(*letters)
    columns = [
        *dense,
        *letters,
        *held,
        (best > SAME).astype(np.float32),
        near.parts,
        np.maximum(dense[OWN], dense[ENGLISH]),
        best,
        groups,
        near.middle,
        wanted,
        near.preferred,
        (near.preferred > SAME).astype(np.float32),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def read_weighings(path: Path = LEARNT) -> dict[str, Weighing]:
    """Return the weighings by kind of question. Raises UnreadableFile when the file is absent or broken."""
    try:
        learnt = json.loads(path.read_text(encoding="utf-8"))["weighings"]
        found = {name: Weighing(**one | {"weights": tuple(one["weights"])}) for name, one in learnt.items()}
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise UnreadableFile(f"{path} holds no readable weighings ({fault}); put the file back.") from fault
    if any(len(one.weights) != len(FEATURES) for one in found.values()):
        raise UnreadableFile(f"{path} does not weigh {len(FEATURES)} features; put the file back.")
    return found
