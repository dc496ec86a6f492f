"""What speaks for a concept of one scheme being a concept of another, as numbers: the linker both ways, and names.

A concept goes to the other scheme by its name; each of the nearest comes back by its own. Two that choose each other
mean alike; one whose whole name the other's holds is wider; one that several crowd around is wide as well.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput
from skillspace.skills.linking import Linker
from skillspace.skills.linking.model import scope_of
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.taxonomies import public_name

FEATURES = (
    "chance",
    "odds",
    "behind best",
    "is best",
    "chance back",
    "odds back",
    "is best back",
    "holds target",
    "held by target",
    "same name",
    "longer",
    "crowd",
    "crowd back",
    "source has parts",
    "target has parts",
    "same sort",
    "above another",
    "below another",
    "share a language",
)
LOOKED, BACK = 5, 10  # candidates taken from the linker on the way out, and on the way back
NAMES = 6  # names of a concept that are compared
GRAM, WHOLE = 4, 0.95
LEAST_ODDS = 0.001
KNOWN = frozenset({ConceptKind.KNOWLEDGE, ConceptKind.LANGUAGE})
Rows = NDArray[np.float64]


class Likeness:
    """Lays the nearest concepts of another scheme beside one concept. Read-only; answers of the linker are kept."""

    def __init__(self, taxonomies: Taxonomies, linker: Linker) -> None:
        self.taxonomies = taxonomies
        self._linker = linker
        self._languages = {pack.scheme: pack.languages for pack in taxonomies.schemes}
        self._near = lru_cache(maxsize=1 << 15)(self._linked)
        self._uris = cache(self._by_name)

    def beside(self, source: str, to: str) -> tuple[list[str], Rows]:
        """Return the nearest concepts of ``to``, nearest first, and their FEATURES (concepts, features).

        None where the two schemes hold nothing of the concept's sort, or one of them is not loaded.
        """
        frm = self.taxonomies.scheme(source) or ""
        sort = self.sort_of(source)
        if not {frm, to} <= set(self._languages) or sort is None:
            return [], np.empty((0, len(FEATURES)))
        language, shared = self.language(source, to)
        out = self._near(source, f"{to}-{sort}", language)[:LOOKED]
        if not out:
            return [], np.empty((0, len(FEATURES)))
        family = {above for target, _ in out for above in self.taxonomies.broader(target)}
        rows = []
        for target, chance in out:
            back = self._near(target, f"{frm}-{sort}", language if shared else self.language(target, frm)[0])
            rows.append(
                [
                    *_standing(chance, out[0][1]),
                    *_standing_back(source, back),
                    *self._names(source, target, language if shared else ""),
                    _crowd(out),
                    _crowd(back),
                    *self._places(source, target, family, {one for one, _ in out}),
                    float(shared),
                ]
            )
        return [target for target, _ in out], np.array(rows)

    def sort_of(self, uri: str) -> str | None:
        """Return ``skill`` or ``occupation``, or None for a group of skills, which the linker does not read."""
        kind = self.taxonomies.kind(uri) if self.taxonomies.has(uri) else None
        if kind in SKILL_KINDS:
            return "skill"
        return "occupation" if kind in {ConceptKind.OCCUPATION, ConceptKind.OCCUPATION_GROUP} else None

    def language(self, source: str, to: str) -> tuple[str, bool]:
        """Return the language to read a concept in, and whether the other scheme has names in it: English if it can."""
        ours = self.taxonomies.concept(source).labels
        theirs = self._languages[to]
        shared = [tag for tag in ("en", *sorted(ours)) if tag in ours and tag in theirs]
        return (shared[0], True) if shared else (next(iter(sorted(ours)), "en"), False)

    def _linked(self, uri: str, scope: str, language: str) -> list[tuple[str, float]]:
        try:
            found = self._linker.link(self.taxonomies.label(uri, language), scope, language=language, k=BACK)
        except BadInput:  # a scheme without anything of this sort
            return []
        uris = self._uris(scope)
        return [(uris[one.concept], one.score) for one in found]

    def _by_name(self, scope: str) -> dict[str, str]:
        there = scope_of(scope, self.taxonomies)
        uris = self.taxonomies.concepts(kinds=there.kinds, scheme=there.scheme)
        return {public_name(uri): uri for uri in reversed(uris)}

    def _names(self, source: str, target: str, language: str) -> list[float]:
        """Return how much of the target's name the source's holds, the reverse, whether both do, and which is longer.

        Told of the two names, one of each, that share most.
        """
        if not language:
            return [0.0, 0.0, 0.0, 0.0]
        best = (0.0, 0.0, 0.0)
        for ours in self._texts(source, language):
            for theirs in self._texts(target, language):
                common = len(ours & theirs)
                pair = (common / len(theirs), common / len(ours), log(len(ours) / len(theirs)))
                best = max(best, pair, key=lambda one: one[0] + one[1])
        return [best[0], best[1], float(min(best[:2]) >= WHOLE), best[2]]

    def _texts(self, uri: str, language: str) -> list[frozenset[str]]:
        concept = self.taxonomies.concept(uri)
        labels = [concept.labels.get(language, ""), *concept.alternatives.get(language, ())]
        parts = [fold(part) for label in labels[:NAMES] for part in label.split("/")]
        return [_grams(text) for text in dict.fromkeys(parts) if text]

    def _places(self, source: str, target: str, family: set[str], looked: set[str]) -> list[float]:
        known = self.taxonomies
        same = (known.kind(source) in KNOWN) == (known.kind(target) in KNOWN)
        above = any(one in looked for one in known.broader(target))
        return [
            float(bool(known.narrower(source))),
            float(bool(known.narrower(target))),
            float(same),
            float(target in family),
            float(above),
        ]


def _standing(chance: float, best: float) -> list[float]:
    return [chance, _odds(chance), best - chance, float(chance == best)]


def _standing_back(source: str, back: list[tuple[str, float]]) -> list[float]:
    chance = dict(back).get(source, 0.0)
    return [chance, _odds(chance), float(bool(back) and chance == back[0][1] > 0)]


def _odds(chance: float) -> float:
    kept = min(max(chance, LEAST_ODDS), 1 - LEAST_ODDS)
    return log(kept / (1 - kept)) / 5


def _crowd(found: list[tuple[str, float]]) -> float:
    """Return which share of those looked at is at least half as likely as the best."""
    return sum(chance >= found[0][1] / 2 for _, chance in found[:LOOKED]) / LOOKED if found else 0.0


@lru_cache(maxsize=1 << 16)
def _grams(text: str) -> frozenset[str]:
    padded = f" {text} "
    return frozenset(padded[at : at + GRAM] for at in range(max(1, len(padded) - GRAM + 1)))
