"""How sure a mapping is: shares measured on the published tables, never set by hand.

``confidence.json`` holds counts, written by ``tools/measure_translation.py``: of the mappings of one kind, how many
does a table made apart from them confirm? That table is the ISCO-08 code each classification gives its own occupations;
a mapping is confirmed when the codes of both its ends meet. The check errs itself, so two more counts are kept: how
often it confirms mappings that cannot be in doubt (exact, and of one name), and how often it confirms ends put together
at random. From the three follows the share that is right (Rogan and Gladen's estimate of a prevalence):

    right = (confirmed - by chance) / (certain - by chance), each share smoothed as (n + 1) / (of + 2) (Laplace)

It is kept between 0.01 and 0.99. A statement and its reverse are one, so relations are counted as they are read from
ESCO: that ESCO's concept is the narrower one errs at another rate than that it is the wider one.

Two limits: the check cannot tell two occupations of one group apart, and skills have no such codes. Of skills, a random
sample of official statements was judged instead (``bench/judged``), and ``skills`` counts those that hold at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from math import prod
from typing import Any

import orjson

from skillspace.skills.taxonomy import MatchKind

ENOUGH = 30  # fewer cases than this say less about an author than all authors together do
LEAST, MOST = 0.01, 0.99


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many mappings were checked, and how many of them the check confirmed."""

    confirmed: int = 0
    seen: int = 0

    @property
    def share(self) -> float:
        """The share of confirmed ones, with Laplace smoothing: no cases give one half."""
        return (self.confirmed + 1) / (self.seen + 2)


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """The measured counts: official ones by author and relation, composed ones by the relations of their steps.

    Relations of ``official``, ``pooled`` and ``skills`` are those read from ESCO.
    """

    by_chance: Count = Count()
    certain: dict[str, Count] = field(default_factory=dict)
    certain_composed: Count = Count()
    official: dict[tuple[str, MatchKind], Count] = field(default_factory=dict)
    pooled: dict[MatchKind, Count] = field(default_factory=dict)
    skills: dict[MatchKind, Count] = field(default_factory=dict)
    composed: dict[tuple[MatchKind, ...], Count] = field(default_factory=dict)
    within: dict[MatchKind, Count] = field(default_factory=dict)

    def of_official(self, author: str, relation: MatchKind) -> float:
        """Return how sure a published statement about occupations is, by its relation as read from ESCO.

        It is its author's figure, or that of all where there are too few.
        """
        own = self.official.get((author, relation), Count())
        if own.seen >= ENOUGH and author in self.certain:
            return self._right(own, self.certain[author])
        return self._right(self.pooled.get(relation, Count()), self.certain.get("", Count()))

    def of_skills(self, relation: MatchKind) -> float:
        """Return how sure a published statement about skills is, by its relation as read from ESCO."""
        return self.skills.get(relation, Count()).share

    def of_composed(self, relations: Sequence[MatchKind], steps: Sequence[float]) -> float:
        """Return how sure a path through another scheme is; one seldom seen, as sure as its ``steps`` together."""
        known = self.composed.get(tuple(relations), Count())
        return self._right(known, self.certain_composed) if known.seen >= ENOUGH else max(LEAST, prod(steps))

    def of_climbed(self, relation: MatchKind) -> float:
        """Return how sure it is that what has ``relation`` to a broader concept tells of the concept below it."""
        return self.within.get(relation, Count()).share  # both sides have ESCO's own codes, which need no correction

    def _right(self, found: Count, certain: Count) -> float:
        chance, most = self.by_chance.share, min(1.0, certain.share)
        if self.by_chance.seen < ENOUGH or most <= chance:
            return found.share
        return min(MOST, max(LEAST, (found.share - chance) / (most - chance)))


@cache
def measured() -> Confidence:
    """Return the counts that come with the program."""
    text = resources.files("skillspace.skills.translation").joinpath("confidence.json").read_bytes()
    return read_counts(orjson.loads(text))


def read_counts(document: dict[str, Any]) -> Confidence:
    """Return counts from their JSON form."""

    def count(cell: dict[str, int]) -> Count:
        return Count(confirmed=cell["confirmed"], seen=cell["seen"])

    return Confidence(
        by_chance=count(document["by_chance"]),
        certain={author: count(cell) for author, cell in document["certain"].items()},
        certain_composed=count(document["certain_composed"]),
        official={
            (author, MatchKind(relation)): count(cell)
            for author, cells in document["official"].items()
            for relation, cell in cells.items()
        },
        pooled={MatchKind(relation): count(cell) for relation, cell in document["pooled"].items()},
        skills={MatchKind(relation): count(cell) for relation, cell in document["skills"].items()},
        composed={
            tuple(MatchKind(part) for part in relations.split("+")): count(cell)
            for relations, cell in document["composed"].items()
        },
        within={MatchKind(relation): count(cell) for relation, cell in document["within"].items()},
    )
