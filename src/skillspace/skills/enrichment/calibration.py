"""From how a mention was found to the chance that it is right, as measured on texts in which people marked skills.

A named skill counts as right where people marked its words as a skill asked for; a candidate where its concept was
among the labels given; an occupation in a national job title where a published table says so. Learnt and judged by
`tools/calibrate_enrichment.py`; the counts stand in `calibration.json`.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

NAMED, QUICK, SIMILAR, JOB = "named", "quick", "similar", "job"
"""Ways of finding that are measured apart: with the sentence around, without it, loosely; and occupations."""

OCCUPATION = "occupation"
PRIOR = 3.0
"""Mentions of a concept that weigh as much as what is known of all others."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What was measured: ``weights`` of features by way, ``steps`` from their sum to chances by way and kind, and how
    often each concept was right when it was named (right, of), by URI; how often facts were, by `fact_sort`."""

    weights: Mapping[str, Mapping[str, float]]
    steps: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    met: Mapping[str, tuple[int, int]]
    base: float
    facts: Mapping[str, tuple[int, int]]

    def fact_chance(self, sort: str) -> float:
        """Return the chance that a fact of this sort is right (rule of succession, so that few counts claim little)."""
        right, of = self.facts.get(sort, (0, 0))
        return (right + 1) / (of + 2)

    def chance(
        self, way: str, *, kind: str, score: float, is_variant: bool, asks: float, words: int, concept: str
    ) -> float | None:
        """Return the chance that a mention is right, None where nothing was measured."""
        way = JOB if kind == OCCUPATION else way
        steps = self.steps.get(f"{way}.{kind}") or self.steps.get(f"{way}.*")
        if steps is None:
            return None
        named = features(way, kind, score, is_variant, asks, words, self.rate(concept))
        weights = self.weights[way]
        total = sum(weights.get(name, 0.0) * value for name, value in named.items())
        return stepped(total, *steps)

    def rate(self, concept: str) -> float:
        """Return how often a concept is right when it is named, drawn to the mean where it was met seldom."""
        right, of = self.met.get(concept, (0, 0))
        return (right + PRIOR * self.base) / (of + PRIOR)


def features(
    way: str, kind: str, score: float, is_variant: bool, asks: float, words: int, rate: float
) -> dict[str, float]:
    """Return what the chance is learnt from, by name."""
    if way == SIMILAR:
        return {"": 1.0, "score": score}
    if way == JOB:
        return {"": 1.0, "score": score, "long": float(words > 1), "variant": float(is_variant)}
    known = {"": 1.0, "score": score, "rate": log_odds(rate), "long": float(words > 1), f"kind {kind}": 1.0}
    if way == NAMED:
        known |= {"asks": log_odds(asks), "variant": float(is_variant)}
    return known


def fact_sort(value: str, level: str | None) -> str:
    """Return what the chance of a fact depends on: its kind, and whether it says more than a name alone would."""
    kind = value.partition(":")[0]
    if kind == "language":
        return "language with level" if level else "language"
    return "certificate" if kind in ("driving-licence", "forklift-licence") else kind


def stepped(value: float, edges: Sequence[float], chances: Sequence[float]) -> float:
    """Return the chance of a value on a line through (edge, chance), flat beyond its ends."""
    at = bisect_right(edges, value)
    if at == 0:
        return chances[0]
    if at == len(edges):
        return chances[-1]
    share = (value - edges[at - 1]) / (edges[at] - edges[at - 1])
    return chances[at - 1] + share * (chances[at] - chances[at - 1])


def log_odds(chance: float) -> float:
    """Return the logarithm of odds, with chances kept off 0 and 1."""
    kept = min(max(chance, 0.01), 0.99)
    return math.log(kept / (1 - kept))


@cache
def calibration() -> Calibration:
    """Return what was measured, as shipped with the program."""
    file = resources.files("skillspace.skills.enrichment").joinpath("calibration.json")
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Calibration(
        weights=kept["weights"],
        steps={name: (one["edges"], one["chances"]) for name, one in kept["steps"].items()},
        met={uri: (right, of) for uri, (right, of) in kept["met"].items()},
        base=kept["base"],
        facts={sort: (right, of) for sort, (right, of) in kept["facts"].items()},
    )
