"""Next moves: occupations that someone's skills already reach, with what official sources and demand add."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.matching.model import Close, Have, Missing, OfferSkills, PersonSkill, Weights
from skillspace.skills.matching.offers import DEFAULT, OfferIndex
from skillspace.skills.matching.shelf import best
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.model import ConceptKind


@dataclass(frozen=True, kw_only=True)
class MoveWeights:
    """How a move ranks: the skill score, plus ``official`` when a published mobility table names it, plus
    ``demand`` for the occupation most asked for (less on a logarithmic scale), over the sum of the three."""

    official: float = 0.15
    demand: float = 0.10


@dataclass(frozen=True, kw_only=True)
class Move:
    """One occupation within reach. ``official`` names the mobility tables that list it from the current one."""

    occupation: str
    score: float
    coverage: float
    have: tuple[Have, ...]
    close: tuple[Close, ...]
    missing: tuple[Missing, ...]
    official: tuple[str, ...]
    demand: int | None


class CareerMap:
    """All occupations as one offer index, so that a next move is explained exactly as a job is."""

    def __init__(self, index: OfferIndex) -> None:
        self.index = index
        self._row_of = {occupation: row for row, occupation in enumerate(index.ids())}

    @classmethod
    def build(cls, taxonomies: Taxonomies, scheme: str = "esco") -> CareerMap:
        """Read what every occupation of a scheme needs; one without skills is not in the map."""
        occupations = taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme=scheme)
        return cls(OfferIndex.build((occupation_needs(uri, taxonomies) for uri in occupations), taxonomies))

    @classmethod
    def open(cls, folder: Path) -> CareerMap:
        """Map a saved map. Raises UnreadableFile."""
        return cls(OfferIndex.open(folder))

    def save(self, folder: Path) -> None:
        """Write the map for `open`."""
        self.index.save(folder)

    def next_moves(
        self,
        skills: Sequence[PersonSkill],
        current: str | None,
        taxonomies: Taxonomies,
        *,
        demand: Mapping[str, int] | None = None,
        k: int = 10,
        weights: Weights = DEFAULT,
        moves: MoveWeights = MoveWeights(),
    ) -> list[Move]:
        """Return the k best moves, best first; ties by URI. The current occupation is never one of them.

        ``demand`` counts vacancies, or any other measure of need, per occupation URI. An official move is listed
        even where no skill reaches it yet; what is missing says so.
        """
        official = _official(current, taxonomies)
        scores = self._ranked(self.index.scores(skills, weights), official, demand or {}, moves)
        if current in self._row_of:
            scores[self._row_of[current]] = 0
        occupations = list(self._row_of)
        chosen = [(occupations[row], float(scores[row])) for row in best(scores, k)]
        gaps = self.index.explain_all([occupation for occupation, _ in chosen], skills, weights)
        return [
            Move(
                occupation=occupation,
                score=score,
                coverage=gap.coverage,
                have=gap.have,
                close=gap.close,
                missing=gap.missing,
                official=official.get(occupation, ()),
                demand=None if demand is None else demand.get(occupation, 0),
            )
            for (occupation, score), gap in zip(chosen, gaps, strict=True)
        ]

    def _ranked(
        self,
        scores: NDArray[np.float64],
        official: Mapping[str, tuple[str, ...]],
        demand: Mapping[str, int],
        moves: MoveWeights,
    ) -> NDArray[np.float64]:
        """Add what official tables and demand say; demand alone brings no occupation within reach."""
        for occupation in official.keys() & self._row_of.keys():
            scores[self._row_of[occupation]] += moves.official
        reached = scores > 0
        most = max(demand.values(), default=0)
        for occupation in demand.keys() & self._row_of.keys():
            scores[self._row_of[occupation]] += moves.demand * _share(demand[occupation], most)
        return np.where(reached, np.round(scores / (1 + moves.official + moves.demand), 6), 0)


def occupation_needs(occupation: str, taxonomies: Taxonomies) -> OfferSkills:
    """Return what the taxonomy says an occupation needs, as an offer of that occupation. Raises UnknownConcept."""
    links = taxonomies.skills_of(occupation)
    needs = tuple((link.uri, 1.0, link.need) for link in links)
    return OfferSkills(id=occupation, occupation=occupation, needs=needs)


def _official(current: str | None, taxonomies: Taxonomies) -> dict[str, tuple[str, ...]]:
    origins: dict[str, set[str]] = {}
    if current is not None and taxonomies.has(current):
        for occupation, origin in taxonomies.mobility(current):
            origins.setdefault(occupation, set()).add(origin)
    return {occupation: tuple(sorted(named)) for occupation, named in origins.items()}


def _share(count: int, most: int) -> float:
    return math.log1p(max(count, 0)) / math.log1p(most) if most > 0 else 0.0
