"""Next moves: occupations within reach, ranked by what speaks for them, each with its reasons as plain values."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.careers.interests import fit
from skillspace.skills.careers.keeping import keep, kept
from skillspace.skills.careers.model import Move, MoveWeights, Official, Pay, Reason, Signal
from skillspace.skills.careers.occupations import Occupations, Values
from skillspace.skills.careers.pay import change, gains
from skillspace.skills.matching.model import DEFAULT, OfferSkills, PersonSkill, Weights
from skillspace.skills.matching.offers import OfferIndex
from skillspace.skills.matching.shelf import best
from skillspace.skills.taxonomy import ConceptKind, Taxonomies

FITTED = MoveWeights()
MANY = 10_000  # openings that are as much as demand can be; fixed, so that one opening weighs the same everywhere
#: What brings an occupation within reach; all else only ranks what is.
REACHING = (Signal.SKILLS, Signal.OFFICIAL)


class CareerMap:
    """All occupations of a taxonomy: as one offer index, so that a move is explained exactly as a job is, and as
    numbers, so that it can be ranked. Read-only and safe to share between threads."""

    def __init__(self, index: OfferIndex, occupations: Occupations) -> None:
        self.index = index
        self.occupations = occupations

    @classmethod
    def build(cls, taxonomies: Taxonomies, scheme: str = "esco") -> CareerMap:
        """Read what every occupation of a scheme needs; one without skills is not in the map."""
        occupations = taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme=scheme)
        index = OfferIndex.build((occupation_needs(uri, taxonomies) for uri in occupations), taxonomies)
        return cls(index, Occupations.read(index.ids(), taxonomies))

    @classmethod
    def open(cls, folder: Path) -> CareerMap:
        """Map a saved map. Raises UnreadableFile."""
        return cls(OfferIndex.open(folder / "index"), kept(folder / "numbers"))

    def save(self, folder: Path) -> None:
        """Write the map for `open`."""
        self.index.save(folder / "index")
        keep(self.occupations, folder / "numbers")

    def next_moves(
        self,
        skills: Sequence[PersonSkill],
        current: str | None,
        taxonomies: Taxonomies,
        *,
        demand: Mapping[str, int] | None = None,
        interests: Sequence[float] | None = None,
        k: int = 10,
        weights: Weights = DEFAULT,
        moves: MoveWeights = FITTED,
    ) -> list[Move]:
        """Return the k best moves, best first; ties by URI. The current occupation is never one of them.

        ``demand`` counts vacancies, or any other measure of need, per occupation URI. ``interests`` are six shares in
        the order of RIASEC; without them those of the current occupation are taken, and with them an occupation is
        within reach that no skill leads to. An official move is listed even where no skill reaches it yet; what is
        missing says so. A current occupation that is not in the map (retired, or without needs) is left aside.
        """
        here = self.occupations.row_of.get(current) if current is not None else None
        held = self.occupations.held((one.uri for one in skills), taxonomies)
        official = self.official(here)
        signals = self.signals(held if skills else None, here, official, interests)
        reaching = REACHING if interests is None else (*REACHING, Signal.INTERESTS)
        signals |= self.wishes(here, demand)
        scores = self.weighed(signals, moves)
        scores[~self._reached(signals, reaching)] = 0
        if here is not None:
            scores[here] = 0
        return self._explained(best(scores, k), scores, signals, official, here, skills, demand, weights, moves)

    def signals(
        self,
        held: Values | None,
        here: int | None,
        official: Mapping[int, tuple[Official, ...]],
        interests: Sequence[float] | None = None,
    ) -> dict[Signal, Values]:
        """Return what speaks for each occupation (n,), by signal, without wishes; only signals anything is known of.

        ``held`` is what `Occupations.held` gives, ``here`` the row of the occupation one has.
        """
        numbers = self.occupations
        found = {} if here is None else numbers.from_occupation(here)
        if held is not None:
            found[Signal.SKILLS] = numbers.covered(held)
        if interests is not None:
            found[Signal.INTERESTS] = fit(np.array(interests, np.float32), numbers.shares)
        if here is not None and numbers.tables:
            found[Signal.OFFICIAL] = np.zeros(len(numbers.uris), np.float32)
            found[Signal.OFFICIAL][list(official)] = 1
        return found

    def official(self, here: int | None) -> dict[int, tuple[Official, ...]]:
        """Return which published tables list a move from an occupation (a row), by the row it leads to."""
        found: dict[int, tuple[Official, ...]] = {}
        if here is not None:
            for table in self.occupations.tables.values():
                for row, entry in table.moves_from(here).items():
                    found[row] = (*found.get(row, ()), entry)
        return found

    def wishes(self, here: int | None, demand: Mapping[str, int] | None) -> dict[Signal, Values]:
        """Return how much each occupation is asked for and how much more it pays (n,), where anything is known."""
        numbers, found = self.occupations, dict[Signal, Values]()
        if demand is not None:
            counts = np.array([max(demand.get(uri, 0), 0) for uri in numbers.uris], np.float64)
            found[Signal.DEMAND] = in_demand(counts)
        if here is not None and numbers.pay[here]:
            found[Signal.PAY] = gains(numbers.pay[here], numbers.pay)
        return found

    def _reached(self, signals: Mapping[Signal, Values], reaching: Collection[Signal]) -> NDArray[np.bool_]:
        reached = np.zeros(len(self.occupations.uris), bool)
        for signal in reaching:
            if signal in signals:
                reached |= signals[signal] > 0
        return reached

    def _explained(
        self,
        rows: Sequence[int],
        scores: NDArray[np.float64],
        signals: Mapping[Signal, Values],
        official: Mapping[int, tuple[Official, ...]],
        here: int | None,
        skills: Sequence[PersonSkill],
        demand: Mapping[str, int] | None,
        weights: Weights,
        moves: MoveWeights,
    ) -> list[Move]:
        numbers = self.occupations
        gaps = self.index.explain_all([numbers.uris[row] for row in rows], skills, weights)
        present = numbers.pay[here] if here is not None else {}
        return [
            Move(
                occupation=numbers.uris[row],
                score=float(scores[row]),
                coverage=gap.coverage,
                have=gap.have,
                close=gap.close,
                missing=gap.missing,
                reasons=self.reasons(row, signals, present, moves),
                official=official.get(row, ()),
                demand=None if demand is None else demand.get(numbers.uris[row], 0),
                pay=_shown(present, numbers.pay[row]),
                pay_change=change(present, numbers.pay[row]),
                interests=numbers.interests[row],
            )
            for row, gap in zip(rows, gaps, strict=True)
        ]

    def weighed(self, signals: Mapping[Signal, Values], moves: MoveWeights) -> NDArray[np.float64]:
        """Return the score (0 to 1) of every occupation: the weighed sum over the most it could be."""
        total = np.zeros(len(self.occupations.uris))
        for signal, values in signals.items():
            total += moves.of(signal) * values.astype(np.float64)
        return np.round(total / _most(signals, moves), 6)

    def reasons(
        self, row: int, signals: Mapping[Signal, Values], present: Mapping[str, Pay], moves: MoveWeights
    ) -> tuple[Reason, ...]:
        """Return what each signal adds for one occupation, the most first."""
        most = _most(signals, moves)
        found = []
        for signal, values in signals.items():
            weight, value = moves.of(signal), float(values[row])
            known = self._knows(signal, row, present)
            contribution = round(weight * value / most, 6)
            found.append(
                Reason(signal=signal, value=value if known else None, weight=weight, contribution=contribution)
            )
        return tuple(sorted(found, key=lambda one: (-one.contribution, one.signal)))

    def _knows(self, signal: Signal, row: int, present: Mapping[str, Pay]) -> bool:
        if signal is Signal.PAY:
            return change(present, self.occupations.pay[row]) is not None
        return signal is not Signal.INTERESTS or self.occupations.interests[row] is not None


def in_demand(counts: NDArray[np.float64]) -> Values:
    """Return how much each of these counts of openings is, 0 to 1: the logarithm against that of MANY."""
    return np.minimum(np.log1p(counts) / math.log1p(MANY), 1).astype(np.float32)


def occupation_needs(occupation: str, taxonomies: Taxonomies) -> OfferSkills:
    """Return what the taxonomy says an occupation needs, as an offer of that occupation. Raises UnknownConcept."""
    links = taxonomies.skills_of(occupation)
    needs = tuple((link.uri, 1.0, link.need) for link in links)
    return OfferSkills(id=occupation, occupation=occupation, needs=needs)


def _most(signals: Mapping[Signal, Values], moves: MoveWeights) -> float:
    return max(sum(moves.of(signal) for signal in signals), 1e-9)


def _shown(present: Mapping[str, Pay], known: Mapping[str, Pay]) -> Pay | None:
    """Choose the figures that can be compared with the present ones, else the first there are."""
    return next((known[scheme] for scheme in [*sorted(present), *sorted(known)] if scheme in known), None)
