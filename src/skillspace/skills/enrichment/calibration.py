"""From how a mention was found to the chance that it is right, as measured on texts in which people marked skills.

A named skill counts as right where people marked its words as a skill asked for; a candidate where its concept was
among the labels given; an occupation that is a whole national job title where a published table says so; an occupation
or a fact inside a text where a reader said that the words mean it there. Learnt and judged by
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

from skillspace.skills.enrichment.facts import Fact, FactKind

NAMED, QUICK, SIMILAR, JOB, TOLD = "named", "quick", "similar", "job", "told"
"""Ways of finding that are measured apart: with the sentence around, without it, loosely; occupations that are the
whole text, as a title is, and those inside one."""

OCCUPATION = "occupation"
VARIANT = 0.85
"""How sure another form of a name is at most, where the name itself is at most 1."""

PRIOR = 3.0
"""Mentions of a concept, or of a sort of fact, that weigh as much as what is known of all others."""


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What was measured: ``weights`` of features by way, ``steps`` from their sum to chances by way and kind, and how
    often each concept was right when it was named (right, of), by URI; how often facts were, by `fact_keys`, all of
    them by the empty one."""

    weights: Mapping[str, Mapping[str, float]]
    steps: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    met: Mapping[str, tuple[int, int]]
    base: float
    facts: Mapping[str, tuple[int, int]]

    def fact_chance(self, keys: Sequence[str]) -> float:
        """Return the chance that a fact is right: that of all, drawn by each of its `fact_keys` to what is known of
        such facts, the more the more of them were judged."""
        right, of = self.facts[""]
        chance = right / of
        for key in keys:
            right, of = self.facts.get(key, (0, 0))
            chance = (right + PRIOR * chance) / (of + PRIOR)
        return chance

    def chance(
        self,
        way: str,
        *,
        kind: str,
        score: float,
        is_variant: bool,
        asks: float,
        words: int,
        concept: str,
        is_alone: bool = False,
    ) -> float | None:
        """Return the chance that a mention is right, None where nothing was measured; ``is_alone``: it is the text."""
        if kind == OCCUPATION:
            way = JOB if is_alone else TOLD
        if way == TOLD:
            return self._line(features(way, kind, score, is_variant, asks, words, self.base))
        steps = self.steps.get(f"{way}.{kind}") or self.steps.get(f"{way}.*")
        if steps is None:
            return None
        named = features(way, kind, score, is_variant, asks, words, self.rate(concept))
        weights = self.weights[way]
        total = sum(weights.get(name, 0.0) * value for name, value in named.items())
        return stepped(total, *steps)

    def _line(self, named: Mapping[str, float]) -> float:
        """Return the chance where too little was judged to bend the line."""
        return 1 / (1 + math.exp(-sum(self.weights[TOLD].get(name, 0.0) * value for name, value in named.items())))

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
    if way == TOLD:
        told = score / VARIANT if is_variant else score
        best = float(told > 0.99)  # the concept's preferred name, and no other's
        kept = {"": 1.0, "score": told, "best": best, "long": float(words > 1), "variant": float(is_variant)}
        return kept | {"best variant": best * is_variant}
    if way == JOB:
        return {"": 1.0, "score": score, "long": float(words > 1), "variant": float(is_variant)}
    known = {"": 1.0, "score": score, "rate": log_odds(rate), "long": float(words > 1), f"kind {kind}": 1.0}
    if way == NAMED:
        known |= {"asks": log_odds(asks), "variant": float(is_variant)}
    return known


def fact_keys(fact: Fact, language: str | None) -> tuple[str, ...]:
    """Return what the chance of a fact depends on, from wide to narrow: its sort, of languages the word as well, of
    words of seniority the language of the text.

    A word of seniority written large is mostly a title's ("Senior Engineer"), a small one often speaks of others. Of
    places too few were judged to tell them from all facts. Chosen by `tools/compare_fact_scores.py`.
    """
    if fact.kind is FactKind.PLACE:
        return ()
    if fact.kind is FactKind.CERTIFICATE:
        return ("certificate",)
    if fact.value.startswith("experience-years"):
        return ("experience-years",)
    if fact.kind is FactKind.LANGUAGE:
        sort = "language with level" if fact.level else "language"
        return sort, f"{sort}, {language}: {fact.words.lower()}"
    sort = "seniority in a title" if fact.words[:1].isupper() else "seniority"
    return sort, f"{sort}, {language}"


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
