"""What many offers need, as rows and turned around: exact scores of some, the best of all, and reasons."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers, text_at
from skillspace.skills.matching.columns import Columns, picked
from skillspace.skills.matching.meaning import Look
from skillspace.skills.matching.model import DEFAULT, Gap, Weights
from skillspace.skills.matching.needs import WeighedNeeds, effective
from skillspace.skills.matching.postings import Postings, Rows, Scratch, best_of
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.worth import Worth
from skillspace.skills.taxonomy.model import Need

PART = 50_000
TINY = float(np.finfo(np.float32).tiny)
"""Stands for zero where something is divided: needs may weigh nothing."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What signals beside skills bring: ``spread`` (offers,) to all, ``at`` to some positions with what they mean, and
    ``look`` what finds, of those allowed, who may be among the best by it, None where nothing is asked of that."""

    spread: Floats
    at: Callable[[NDArray[np.int64]], Floats]
    look: Callable[[NDArray[np.bool_] | None, Floats], Look] | None = None


class Needed:
    """The needs of offers by position. Read-only, safe to share by threads."""

    def __init__(
        self,
        *,
        proximity: Proximity,
        starts: NDArray[np.int64],
        needs: Integers,
        given: Floats,
        essential: NDArray[np.bool_],
        asked_level: NDArray[np.int8],
        asked_proof: NDArray[np.int8],
        postings: Postings | None = None,
    ) -> None:
        self.proximity = proximity
        self._starts = starts
        self._needs = needs
        self._given = given
        self._essential = essential
        self._asked_level = asked_level
        self._asked_proof = asked_proof
        self._asks_proof = bool(asked_proof.any())
        self._scratch = Scratch(len(starts) - 1)
        self._usual = postings or self._post(DEFAULT)
        self._own: tuple[Weights, Postings] = (DEFAULT, self._usual)

    @classmethod
    def of(cls, columns: Columns, proximity: Proximity) -> Needed:
        """Read the needs of offers that stand in the order of their positions; ``proximity`` knows every concept."""
        rows = proximity.rows(
            text_at(columns.needs.members.table, row) for row in range(len(columns.needs.members.table))
        )
        return cls(
            proximity=proximity,
            starts=columns.needs.starts,
            needs=rows[columns.needs.members.rows],
            given=columns.given,
            essential=columns.essential,
            asked_level=columns.asked_level,
            asked_proof=columns.asked_proof,
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what has to be written, beside the proximity, for `Needed` to be opened again."""
        own: dict[str, NDArray[Any]] = {
            "starts": self._starts,
            "needs": self._needs,
            "given": self._given,
            "essential": self._essential,
            "asked_level": self._asked_level,
            "asked_proof": self._asked_proof,
        }
        return own | {f"postings.{name}": array for name, array in vars(self._usual).items()}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def sizes(self) -> NDArray[np.int64]:
        """Return how many skills each offer needs."""
        return np.diff(self._starts)

    def asking_for(self, skill: int) -> int:
        """Return how many offers need the skill of a row."""
        starts = self._usual.starts
        return int(starts[skill + 1] - starts[skill])

    def shared(self, skills: Integers) -> NDArray[np.int64]:
        """Return how many of these very skills each offer needs."""
        postings, found = self._usual, np.zeros(len(self), dtype=np.int64)
        for row in skills.tolist():
            found[postings.positions[postings.starts[row] : postings.starts[row + 1]]] += 1
        return found

    def asking_any(self, skills: Integers) -> NDArray[np.int64]:
        """Return the positions of the offers that need any of these skills."""
        _, flat = picked(self._usual.starts, skills)
        return np.unique(self._usual.positions[flat]).astype(np.int64)

    def missing_most(self, positions: NDArray[np.int64], worth: Worth, weights: Weights) -> Integers:
        """Return the skills that these offers need and nothing held touches, the heaviest in all of them first."""
        _, flat = picked(self._starts, positions)
        rows = self._needs[flat]
        is_touched = np.zeros(len(self.proximity.uris), dtype=bool)
        is_touched[worth.needs] = True
        missed = ~is_touched[rows]
        weight = np.bincount(rows[missed], self._effective(flat, weights)[missed], minlength=len(self.proximity.uris))
        found = np.flatnonzero(weight)
        return found[np.lexsort((found, -weight[found]))].astype(np.int32)

    def stated(self, position: int) -> list[tuple[str, float, Need]]:
        """Return what an offer asks for, as it was stated."""
        span = self._span(position)
        return [
            (self.proximity.uri(row), float(given), Need.ESSENTIAL if essential else Need.OPTIONAL)
            for row, given, essential in zip(
                self._needs[span].tolist(), self._given[span], self._essential[span], strict=True
            )
        ]

    def best(
        self,
        worth: Worth,
        k: int,
        weights: Weights,
        *,
        allowed: NDArray[np.bool_] | None = None,
        share: float = 1.0,
        beside: Beside | None = None,
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return positions and exact scores, above zero, among them all of the k best and those equal to the last.

        ``beside`` is what other signals bring; skills bring ``share`` of the whole.
        """

        def exactly(positions: NDArray[np.int64]) -> NDArray[np.float64]:
            return self.scores(positions, worth, weights, share=share, beside=beside)

        scratch = self._scratch.filled(beside.spread) if beside is not None else self._scratch.zeroed()
        values = worth.value * np.float32(share)
        looking = partial(beside.look, allowed) if beside is not None and beside.look else None
        return best_of(self.postings(weights), worth.needs, values, k, scratch, allowed, exactly, looking)

    def scores(
        self,
        positions: NDArray[np.int64],
        worth: Worth,
        weights: Weights,
        *,
        share: float = 1.0,
        beside: Beside | None = None,
    ) -> NDArray[np.float64]:
        """Return the exact scores of some offers, see `best`; 0 where proof that the offer demands is not there."""
        starts, flat = picked(self._starts, positions)
        owner = np.repeat(np.arange(len(positions)), np.diff(starts))
        rows, weight = self._needs[flat], self._effective(flat, weights)
        brought = np.bincount(owner, weight * worth.values(rows, self._asked_level[flat]), minlength=len(positions))
        most = np.bincount(owner, weight, minlength=len(positions)) * weights.ceiling + weights.caution
        scores: NDArray[np.float64] = brought / np.maximum(most, TINY) * share
        if beside is not None:
            scores = scores + beside.at(positions)
        if self._asks_proof:
            lacking = np.bincount(owner, worth.lacks_proof(rows, self._asked_proof[flat]), minlength=len(positions))
            scores = np.where(lacking > 0, 0.0, scores)
        return scores

    def reasons(self, positions: NDArray[np.int64], worth: Worth, weights: Weights) -> list[Gap]:
        """Part the needs of each offer into have, close and missing."""
        starts, flat = picked(self._starts, positions)
        rows = self._needs[flat]
        needs = WeighedNeeds(
            starts=starts,
            uris=tuple(map(self.proximity.uri, rows.tolist())),
            rows=rows,
            weight=self._effective(flat, weights),
            essential=self._essential[flat],
        )
        return worth.reasons(needs, self.proximity, weights)

    def postings(self, weights: Weights) -> Postings:
        """Return the postings for these weights: the usual ones stay, and of others those last asked are kept.

        Weights that only change what a person brings, or what counts beside skills, need none of their own.
        """
        asked = _in_postings(weights)
        if asked == _in_postings(DEFAULT):
            return self._usual
        own = self._own
        if _in_postings(own[0]) != asked:
            self._own = own = (weights, self._post(weights))
        return own[1]

    def _post(self, weights: Weights) -> Postings:
        """Turn needs around: each brings its weight over the most that its offer can be brought."""
        counts = np.bincount(self._needs, minlength=len(self.proximity.uris))
        return Postings.of(counts, (self._shares(begin, weights) for begin in range(0, len(self), PART)))

    def _shares(self, begin: int, weights: Weights) -> Rows:
        starts = self._starts[begin : begin + PART + 1]
        flat, sizes = slice(int(starts[0]), int(starts[-1])), np.diff(starts)
        weight = self._effective(flat, weights)
        total = np.bincount(np.repeat(np.arange(len(sizes)), sizes), weight, minlength=len(sizes))
        shares = weight / np.repeat(np.maximum(total * weights.ceiling + weights.caution, TINY), sizes)
        return starts - starts[0], self._needs[flat], shares.astype(np.float32)

    def _effective(self, flat: NDArray[np.int64] | slice, weights: Weights) -> Floats:
        """Return what the needs at these entries weigh."""
        rarity = self.proximity.rarity[self._needs[flat]]
        return effective(self._given[flat], self._essential[flat], rarity, weights)

    def _span(self, position: int) -> slice:
        return slice(int(self._starts[position]), int(self._starts[position + 1]))


def _in_postings(weights: Weights) -> tuple[float, ...]:
    """Return the numbers that `Needed._shares` reads of weights; postings of equal ones are equal."""
    return (weights.essential, weights.optional, weights.rarity, weights.ceiling, weights.caution)
