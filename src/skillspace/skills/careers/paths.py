"""Paths: the easiest ways of up to three moves to an occupation, or to those that only open up on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from skillspace.kernel.errors import BadInput
from skillspace.skills.careers.interests import fit
from skillspace.skills.careers.model import CareerPath, MoveWeights, Official, Signal, Step
from skillspace.skills.careers.moves import FITTED, CareerMap
from skillspace.skills.careers.occupations import HIGHEST, Values
from skillspace.skills.matching.model import PersonSkill
from skillspace.skills.taxonomy import Taxonomies

EDGES = 60  # moves that are kept from each occupation: the easiest
MOST_STEPS = 3


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where somebody stands: their skills, the occupation they have, the interests (shares of RIASEC) they told of.

    Any may be absent. With an occupation and no skills they are taken to have what the occupation needs.
    """

    skills: tuple[PersonSkill, ...] = ()
    occupation: str | None = None
    interests: tuple[float, ...] | None = None


class PathFinder:
    """The easiest moves between all occupations as a graph. Read-only and safe to share between threads."""

    def __init__(self, career_map: CareerMap, efforts: csr_array, moves: MoveWeights) -> None:
        self._map = career_map
        self._efforts = efforts
        self._moves = moves

    @classmethod
    def build(cls, career_map: CareerMap, moves: MoveWeights = FITTED) -> PathFinder:
        """Weigh every move between two occupations of a map and keep the easiest; seconds for all of ESCO."""
        numbers = career_map.occupations
        count = len(numbers.uris)
        listed = sum((table.listed() for table in numbers.tables.values()), csr_array((count, count)))
        kept = min(EDGES, max(count - 1, 0))
        targets, efforts = np.empty((count, kept), np.int32), np.empty((count, kept), np.float32)
        for rows, signals in numbers.blocks():
            if numbers.tables:
                signals[Signal.OFFICIAL] = (listed[rows].toarray() > 0).astype(np.float32)
            block = _effort(sum_of(signals, moves), moves)
            block[np.arange(len(block)), np.arange(rows.start, rows.stop)] = np.inf
            targets[rows] = np.sort(np.argsort(block, axis=1, kind="stable")[:, :kept], axis=1)
            efforts[rows] = np.take_along_axis(block, targets[rows], axis=1)
        starts = np.arange(count + 1) * kept
        return cls(career_map, csr_array((efforts.ravel(), targets.ravel(), starts), shape=(count, count)), moves)

    def to(
        self, target: str, start: Start, taxonomies: Taxonomies, *, k: int = 3, steps: int = MOST_STEPS
    ) -> list[CareerPath]:
        """Return up to k ways to one occupation, the easiest first, no stop shared by two; one of them goes directly.

        Raises UnknownConcept for an occupation that is not in the map, BadInput for a start that is the target and
        for steps that are not one to three.
        """
        row, steps = self._map.occupations.row(target), _checked(steps)
        journey = self._journey(start, taxonomies)
        if row == journey.here:
            raise BadInput("That is the occupation one has already; choose another to find a way to.")
        found: list[CareerPath] = [self._measured((row,), journey, taxonomies)]
        closed = {row}
        while len(found) < k and steps > 1:
            distances, before = self._search(journey, steps, stops_closed=closed - {row}, direct_closed=row)
            way = self._cheapest(row, distances, before)
            if way is None:
                break
            found.append(self._measured(way, journey, taxonomies))
            closed |= set(way)
        return sorted(found, key=lambda path: (path.effort, [step.occupation for step in path.steps]))

    def beyond(
        self,
        start: Start,
        taxonomies: Taxonomies,
        *,
        demand: Mapping[str, int] | None = None,
        k: int = 5,
        steps: int = MOST_STEPS,
    ) -> list[CareerPath]:
        """Return up to k ways to occupations that are easier to reach in several moves than in one, best first.

        Best is the least effort less what the end is worth by the weights of demand (openings per occupation), of
        pay where the present one is known, and of interests that were told. No two begin with the same move, and no
        two end in the same occupation. Raises UnknownConcept and BadInput, as `to`.
        """
        journey = self._journey(start, taxonomies)
        distances, before = self._search(journey, steps)
        count = len(self._map.occupations.uris)
        layers = distances[1:].reshape(-1, count)
        nearest = layers.argmin(axis=0)
        worth = self._worth(start, journey, demand)
        merit = np.where(nearest > 0, layers.min(axis=0) - worth, np.inf)
        found: list[tuple[float, CareerPath]] = []
        begun: set[int] = set()
        for row in np.argsort(merit, kind="stable").tolist():
            if len(found) == k or not np.isfinite(merit[row]):
                break
            way = _way(int(nearest[row]) * count + row + 1, before, count)
            if way[0] not in begun:
                begun.add(way[0])
                path = self._measured(way, journey, taxonomies, float(worth[row]))
                found.append((path.effort - path.worth, path))
        found.sort(key=lambda one: (one[0], [step.occupation for step in one[1].steps]))
        return [path for _, path in found]

    def _journey(self, start: Start, taxonomies: Taxonomies) -> _Journey:
        """Read a start: what is held, where one stands, and the effort of every first move."""
        numbers = self._map.occupations
        here = numbers.row(start.occupation) if start.occupation is not None else None
        is_assumed = here is not None and not start.skills
        skills = start.skills
        if is_assumed and start.occupation is not None:
            skills = tuple(PersonSkill(uri=link.uri) for link in taxonomies.skills_of(start.occupation))
        held = numbers.held((one.uri for one in skills), taxonomies)
        first = self._first(held, here, self._map.official(here))
        return _Journey(skills=skills, held=held, here=here, first=first, is_assumed=is_assumed)

    def _first(
        self, held: Values, here: int | None, official: Mapping[int, tuple[Official, ...]]
    ) -> NDArray[np.float64]:
        """Return the effort of every move from one occupation, or from none.

        Who has none yet prepares for one: that takes the less effort the lower its ISCO skill level.
        """
        numbers = self._map.occupations
        signals = self._map.signals(held, here, official)
        efforts = _effort(sum_of(signals, self._moves), self._moves).astype(np.float64)
        if here is None:
            return efforts * numbers.level / HIGHEST
        efforts[here] = np.inf
        return efforts

    def _search(
        self, journey: _Journey, steps: int, stops_closed: set[int] | None = None, direct_closed: int | None = None
    ) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Return effort and predecessor of every node: 0 is the start, then a layer of all occupations for each step.

        ``stops_closed`` may not be passed, ``direct_closed`` not be reached by the first move.
        """
        from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 - large, and only who looks for paths needs it

        count = len(journey.first)
        first = journey.first.copy()
        later = self._efforts.data.astype(np.float64)
        shut = np.zeros(count, bool)
        shut[list(stops_closed or ())] = True
        if journey.here is not None:
            shut[journey.here] = True
        first[shut] = np.inf
        later[shut[self._efforts.indices]] = np.inf
        if direct_closed is not None:
            first[direct_closed] = np.inf
        hops = _checked(steps) - 1
        widths = np.diff(self._efforts.indptr)
        starts = np.cumsum([0, count, *np.tile(widths, hops), *([0] * count)])
        targets = np.concatenate(
            [np.arange(1, count + 1), *(self._efforts.indices + 1 + count * hop for hop in range(1, hops + 1))]
        )
        weights = np.concatenate([first, *([later] * hops)])
        nodes = 1 + count * (hops + 1)
        open_ones = np.isfinite(weights)
        kept = np.concatenate([[0], np.cumsum(open_ones)])[starts]
        graph = csr_array((weights[open_ones], targets[open_ones], kept), shape=(nodes, nodes))
        distances, before = dijkstra(graph, indices=0, return_predecessors=True)
        return distances, before

    def _cheapest(self, row: int, distances: NDArray[np.float64], before: NDArray[np.int32]) -> tuple[int, ...] | None:
        count = len(self._map.occupations.uris)
        nodes = np.arange(1 + row, len(distances), count)
        node = int(nodes[distances[nodes].argmin()])
        return _way(node, before, count) if np.isfinite(distances[node]) else None

    def _worth(self, start: Start, journey: _Journey, demand: Mapping[str, int] | None) -> NDArray[np.float64]:
        numbers = self._map.occupations
        total = np.zeros(len(numbers.uris))
        for signal, values in self._map.wishes(journey.here, demand).items():
            total += self._moves.of(signal) * values
        if start.interests is not None:
            total += self._moves.told * fit(np.array(start.interests, np.float32), numbers.shares)
        return total

    def _measured(
        self, way: Sequence[int], journey: _Journey, taxonomies: Taxonomies, worth: float = 0.0
    ) -> CareerPath:
        """Explain a way step by step, each with all that was learned before it."""
        numbers = self._map.occupations
        here, held, skills = journey.here, journey.held, {one.uri: one for one in journey.skills}
        steps = []
        for row in way:
            official = self._map.official(here)
            gap = self._map.index.explain(numbers.uris[row], tuple(skills.values()))
            effort = self._first(held, here, official)[row]
            steps.append(
                Step(
                    occupation=numbers.uris[row],
                    effort=round(float(effort), 4),
                    coverage=gap.coverage,
                    have=gap.have,
                    close=gap.close,
                    learn=gap.missing,
                    official=official.get(row, ()),
                )
            )
            here, held = row, np.maximum(held, numbers.held_by([row]))
            for link in taxonomies.skills_of(numbers.uris[row]):
                skills.setdefault(link.uri, PersonSkill(uri=link.uri))
        total = round(sum(step.effort for step in steps), 4)
        return CareerPath(steps=tuple(steps), effort=total, worth=round(worth, 4), is_assumed=journey.is_assumed)


@dataclass(frozen=True, kw_only=True)
class _Journey:
    """A start as rows and numbers; ``first`` is the effort of the first move to every occupation (n,)."""

    skills: tuple[PersonSkill, ...]
    held: Values
    here: int | None
    first: NDArray[np.float64]
    is_assumed: bool


def sum_of(signals: Mapping[Signal, Values], moves: MoveWeights) -> Values:
    """Return the share of the most that these signals could say, of the same shape as each."""
    most = sum(moves.of(signal) for signal in signals)
    total = sum(np.float32(moves.of(signal)) * values for signal, values in signals.items())
    return np.asarray(total / max(most, 1e-9), np.float32)


def _effort(score: Values, moves: MoveWeights) -> Values:
    """Return the negative logarithm of the chance that a published table lists a move with this score."""
    return np.asarray(np.logaddexp(0, -(moves.base + moves.likeness * score)), np.float32)


def _checked(steps: int) -> int:
    if not 1 <= steps <= MOST_STEPS:
        raise BadInput(f"A path has one to {MOST_STEPS} steps, not {steps}.")
    return steps


def _way(node: int, before: NDArray[np.int32], count: int) -> tuple[int, ...]:
    """Return the occupations (rows) on the way to a node."""
    way: list[int] = []
    while node > 0:
        way.append((node - 1) % count)
        node = int(before[node])
    return tuple(reversed(way))
