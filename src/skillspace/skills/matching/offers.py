"""Many offers against one person: a memory-mapped index that scores all of them and explains the best."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers, read_folder, write_folder
from skillspace.skills.matching.model import Match, OfferSkills, PersonSkill, Weights
from skillspace.skills.matching.needs import WeighedNeeds, effective, merged
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.shelf import Shelf, best
from skillspace.skills.matching.worth import Held, Worth
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.model import Need

LAYOUT = "offers-1"
DEFAULT = Weights()


class OfferIndex:
    """Offers as rows of weighted needs over a shared numbering of skills; read-only and safe to share by threads."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        proximity: Proximity,
        starts: Integers,
        needs: Integers,
        given: Floats,
        essential: NDArray[np.bool_],
    ) -> None:
        self._shelf = shelf
        self.proximity = proximity
        self._starts = starts
        self._needs = needs
        self._given = given
        self._essential = essential
        self._weighed: tuple[Weights, Floats, NDArray[np.float64]] | None = None

    @classmethod
    def build(cls, offers: Iterable[OfferSkills], taxonomies: Taxonomies) -> OfferIndex:
        """Index the offers that state at least one need. Raises BadInput on a repeated id or a bad weight."""
        listed = sorted((offer for offer in offers if offer.needs), key=lambda offer: offer.id.encode())
        shelf = Shelf.of(listed)
        proximity = Proximity.build(taxonomies, {uri for offer in listed for uri, _, _ in offer.needs})
        needs = [merged(offer.needs, f"The offer {offer.id}") for offer in listed]
        rows = proximity.rows(uri for stated in needs for uri in stated)
        values = [pair for stated in needs for pair in stated.values()]
        return cls(
            shelf=shelf,
            proximity=proximity,
            starts=np.cumsum([0, *map(len, needs)], dtype=np.int32),
            needs=rows,
            given=np.array([weight for weight, _ in values], dtype=np.float32),
            essential=np.array([is_essential for _, is_essential in values], dtype=bool),
        )

    def save(self, folder: Path) -> None:
        """Write the index; whoever has the older one open keeps reading that."""
        arrays: dict[str, NDArray[Any]] = {
            "starts": self._starts,
            "needs": self._needs,
            "given": self._given,
            "essential": self._essential,
        }
        arrays |= {f"shelf.{name}": array for name, array in self._shelf.arrays().items()}
        arrays |= {f"proximity.{name}": array for name, array in self.proximity.arrays().items()}
        write_folder(folder, LAYOUT, arrays)

    @classmethod
    def open(cls, folder: Path) -> OfferIndex:
        """Map an index into memory. Raises UnreadableFile when there is none of this layout."""
        arrays = read_folder(folder, LAYOUT)
        own = {name: array for name, array in arrays.items() if "." not in name}
        return cls(shelf=Shelf(**part(arrays, "shelf")), proximity=Proximity(**part(arrays, "proximity")), **own)

    def __len__(self) -> int:
        return len(self._shelf)

    def __contains__(self, offer_id: str) -> bool:
        return bool(self._shelf.allowed(None, None, {offer_id}).any())

    def ids(self) -> list[str]:
        """Return every offer's identifier, in the order of `scores`."""
        return [self._shelf.id(row) for row in range(len(self))]

    def places(self) -> dict[str, int]:
        """Return how many offers each place has."""
        return self._shelf.counts()

    def asking_for(self, skill: str) -> int:
        """Return how many offers need a skill."""
        row = int(self.proximity.rows([skill])[0])
        return int((self._needs == row).sum()) if row >= 0 else 0

    def sizes(self) -> NDArray[np.int64]:
        """Return how many skills each offer needs, in the order of `ids`."""
        return np.diff(self._starts).astype(np.int64)

    def shared(self, skills: Collection[str]) -> NDArray[np.int64]:
        """Return how many of these very skills each offer needs, in the order of `ids`."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        rows = self.proximity.rows(skills)
        is_wanted = np.zeros(len(self.proximity.uris), dtype=np.int64)
        is_wanted[rows[rows >= 0]] = 1
        return np.add.reduceat(is_wanted[self._needs], self._starts[:-1])

    def needs_of(self, offer_id: str) -> tuple[tuple[str, float, Need], ...]:
        """Return what an offer asks for, as it was stated. Raises NotFound."""
        span = self._span(self._shelf.row(offer_id))
        return tuple(
            (self.proximity.uri(row), float(given), Need.ESSENTIAL if essential else Need.OPTIONAL)
            for row, given, essential in zip(
                self._needs[span].tolist(), self._given[span], self._essential[span], strict=True
            )
        )

    def scores(self, skills: Sequence[PersonSkill], weights: Weights = DEFAULT) -> NDArray[np.float64]:
        """Return the score (0 to 1) of every offer for these skills."""
        return self._scores(self._worth(skills, weights), weights)

    def match(
        self,
        skills: Sequence[PersonSkill],
        *,
        k: int = 50,
        places: Collection[str] | None = None,
        languages: Collection[str] | None = None,
        only: Collection[str] | None = None,
        weights: Weights = DEFAULT,
    ) -> list[Match]:
        """Return the k best offers with their reasons, best first; equal scores in the order of identifiers.

        ``places`` keeps offers in one of these places, ``languages`` those one can do in one of them, ``only``
        those named. Offers that nothing held comes near are left out.
        """
        worth = self._worth(skills, weights)
        scores = self._scores(worth, weights)
        scores[~self._shelf.allowed(places, languages, only)] = 0
        return [self._explained(row, float(scores[row]), worth, weights) for row in best(scores, k)]

    def explain(self, offer_id: str, skills: Sequence[PersonSkill], weights: Weights = DEFAULT) -> Match:
        """Return the match with one offer, whatever its score. Raises NotFound."""
        return self.explain_all([offer_id], skills, weights)[0]

    def explain_all(
        self, offer_ids: Sequence[str], skills: Sequence[PersonSkill], weights: Weights = DEFAULT
    ) -> list[Match]:
        """Return the match with each of these offers, in the order given. Raises NotFound."""
        worth = self._worth(skills, weights)
        scores = self._scores(worth, weights)
        rows = [self._shelf.row(offer_id) for offer_id in offer_ids]
        return [self._explained(row, float(scores[row]), worth, weights) for row in rows]

    def _worth(self, skills: Sequence[PersonSkill], weights: Weights) -> Worth:
        return Worth.of(Held.of(skills, self.proximity, weights), self.proximity, weights)

    def _scores(self, worth: Worth, weights: Weights) -> NDArray[np.float64]:
        if not len(self):
            return np.empty(0)
        weight, ceiling = self._weigh(weights)
        brought = weight * worth.spread(len(self.proximity.uris))[self._needs]
        return np.round(np.add.reduceat(brought, self._starts[:-1], dtype=np.float64) / ceiling, 6)

    def _weigh(self, weights: Weights) -> tuple[Floats, NDArray[np.float64]]:
        """Return the weight of every need and the most each offer can be brought; kept for the weights last asked."""
        kept = self._weighed
        if kept is None or kept[0] != weights:
            weight = effective(self._given, self._essential, self.proximity.rarity[self._needs], weights)
            total = np.add.reduceat(weight, self._starts[:-1], dtype=np.float64)
            kept = (weights, weight, total * weights.ceiling + weights.caution)
            self._weighed = kept
        return kept[1], kept[2]

    def _explained(self, row: int, score: float, worth: Worth, weights: Weights) -> Match:
        span = self._span(row)
        rows = self._needs[span]
        needs = WeighedNeeds(
            uris=tuple(self.proximity.uri(need) for need in rows.tolist()),
            rows=rows,
            weight=self._weigh(weights)[0][span],
            essential=self._essential[span],
        )
        gap = worth.reasons(needs, self.proximity, weights)
        return Match(
            offer_id=self._shelf.id(row),
            score=score,
            coverage=gap.coverage,
            have=gap.have,
            close=gap.close,
            missing=gap.missing,
        )

    def _span(self, row: int) -> slice:
        return slice(int(self._starts[row]), int(self._starts[row + 1]))


def part(arrays: dict[str, NDArray[Any]], prefix: str) -> dict[str, Any]:
    """Return the arrays saved under a prefix, without it."""
    return {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith(f"{prefix}.")}
