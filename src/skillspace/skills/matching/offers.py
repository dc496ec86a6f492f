"""Many offers against one person: a memory-mapped index that scores all of them and explains the best."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers, read_folder, text_at, write_folder
from skillspace.skills.matching.model import Match, OfferSkills, PersonSkill, Weights
from skillspace.skills.matching.needs import WeighedNeeds, effective, merged
from skillspace.skills.matching.postings import Postings, Scratch, candidates
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.shelf import Shelf
from skillspace.skills.matching.worth import Held, Worth, spans
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.model import Need

LAYOUT = "offers-2"
DEFAULT = Weights()


class OfferIndex:
    """Offers as rows of weighted needs over a shared numbering of skills; read-only and safe to share by threads.

    Offers of one occupation stand side by side, so that what a skill touches lies together in memory.
    """

    def __init__(
        self,
        *,
        shelf: Shelf,
        proximity: Proximity,
        starts: NDArray[np.int64],
        needs: Integers,
        given: Floats,
        essential: NDArray[np.bool_],
        postings: Postings | None = None,
    ) -> None:
        self._shelf = shelf
        self.proximity = proximity
        self._starts = starts
        self._needs = needs
        self._given = given
        self._essential = essential
        self._scratch = Scratch(len(shelf))
        self._posted = (DEFAULT, postings or self._post(DEFAULT))

    @classmethod
    def build(cls, offers: Iterable[OfferSkills], taxonomies: Taxonomies) -> OfferIndex:
        """Index the offers that state at least one need. Raises BadInput on a repeated id or a bad weight."""
        listed = sorted((offer for offer in offers if offer.needs), key=lambda offer: offer.id.encode())
        proximity = Proximity.build(taxonomies, {uri for offer in listed for uri, _, _ in offer.needs})
        order = _side_by_side(listed)
        needs = [merged(listed[at].needs, f"The offer {listed[at].id}") for at in order]
        rows = proximity.rows(uri for stated in needs for uri in stated)
        values = [pair for stated in needs for pair in stated.values()]
        return cls(
            shelf=Shelf.of(listed, np.argsort(order).astype(np.int32)),
            proximity=proximity,
            starts=np.cumsum([0, *map(len, needs)], dtype=np.int64),
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
        postings = self._postings(DEFAULT)
        for prefix, held in (("shelf", self._shelf), ("proximity", self.proximity), ("postings", postings)):
            arrays |= {f"{prefix}.{name}": array for name, array in vars(held).items()}
        write_folder(folder, LAYOUT, arrays)

    @classmethod
    def open(cls, folder: Path) -> OfferIndex:
        """Map an index into memory. Raises UnreadableFile when there is none of this layout."""
        arrays = read_folder(folder, LAYOUT)
        return cls(
            shelf=Shelf(**part(arrays, "shelf")),
            proximity=Proximity(**part(arrays, "proximity")),
            postings=Postings(**part(arrays, "postings")),
            **{name: array for name, array in arrays.items() if "." not in name},
        )

    def __len__(self) -> int:
        return len(self._shelf)

    def __contains__(self, offer_id: str) -> bool:
        return bool(self._shelf.allowed(None, None, {offer_id}).any())

    def ids(self) -> list[str]:
        """Return every offer's identifier, in the order of `scores`: sorted."""
        return [text_at(self._shelf.ids, row) for row in range(len(self))]

    def places(self) -> dict[str, int]:
        """Return how many offers each place has."""
        return self._shelf.counts()

    def asking_for(self, skill: str) -> int:
        """Return how many offers need a skill."""
        row = int(self.proximity.rows([skill])[0])
        return int((self._needs == row).sum()) if row >= 0 else 0

    def sizes(self) -> NDArray[np.int64]:
        """Return how many skills each offer needs, in the order of `ids`."""
        return np.diff(self._starts)[self._shelf.order]

    def shared(self, skills: Collection[str]) -> NDArray[np.int64]:
        """Return how many of these very skills each offer needs, in the order of `ids`."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        rows = self.proximity.rows(skills)
        is_wanted = np.zeros(len(self.proximity.uris), dtype=np.int64)
        is_wanted[rows[rows >= 0]] = 1
        return np.add.reduceat(is_wanted[self._needs], self._starts[:-1])[self._shelf.order]

    def needs_of(self, offer_id: str) -> tuple[tuple[str, float, Need], ...]:
        """Return what an offer asks for, as it was stated. Raises NotFound."""
        span = self._span(self._shelf.at(offer_id))
        return tuple(
            (self.proximity.uri(row), float(given), Need.ESSENTIAL if essential else Need.OPTIONAL)
            for row, given, essential in zip(
                self._needs[span].tolist(), self._given[span], self._essential[span], strict=True
            )
        )

    def scores(self, skills: Sequence[PersonSkill], weights: Weights = DEFAULT) -> NDArray[np.float64]:
        """Return the score (0 to 1) of every offer for these skills."""
        return self._scores(self._shelf.order.astype(np.int64), self._worth(skills, weights), weights)

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
        is_free = places is None and languages is None and only is None
        found, scores = candidates(
            self._postings(weights),
            worth.needs,
            worth.value,
            k,
            self._scratch.zeroed(),
            None if is_free else self._shelf.allowed(places, languages, only),
            lambda positions: self._scores(positions, worth, weights),
        )
        best = np.lexsort((self._shelf.row[found], -scores))[: max(k, 0)]
        return self._explained(found[best], scores[best], worth, weights) if len(best) else []

    def explain(self, offer_id: str, skills: Sequence[PersonSkill], weights: Weights = DEFAULT) -> Match:
        """Return the match with one offer, whatever its score. Raises NotFound."""
        return self.explain_all([offer_id], skills, weights)[0]

    def explain_all(
        self, offer_ids: Sequence[str], skills: Sequence[PersonSkill], weights: Weights = DEFAULT
    ) -> list[Match]:
        """Return the match with each of these offers, in the order given. Raises NotFound."""
        worth = self._worth(skills, weights)
        positions = np.array([self._shelf.at(offer_id) for offer_id in offer_ids], dtype=np.int64)
        return self._explained(positions, self._scores(positions, worth, weights), worth, weights)

    def _worth(self, skills: Sequence[PersonSkill], weights: Weights) -> Worth:
        return Worth.of(Held.of(skills, self.proximity, weights), self.proximity, weights)

    def _scores(self, positions: NDArray[np.int64], worth: Worth, weights: Weights) -> NDArray[np.float64]:
        """Return the exact scores of some offers."""
        if not len(positions):
            return np.empty(0)
        lengths, flat = spans(self._starts, positions)
        begins = np.cumsum(lengths) - lengths
        weight = self._effective(flat, weights)
        brought = np.add.reduceat(
            weight * worth.spread(len(self.proximity.uris))[self._needs[flat]], begins, dtype=float
        )
        most = np.add.reduceat(weight, begins, dtype=float) * weights.ceiling + weights.caution
        return np.round(brought / most, 6)

    def _effective(self, flat: NDArray[np.int64] | slice, weights: Weights) -> Floats:
        """Return what the needs at these entries weigh."""
        rarity = self.proximity.rarity[self._needs[flat]]
        return effective(self._given[flat], self._essential[flat], rarity, weights)

    def _postings(self, weights: Weights) -> Postings:
        """Return the postings for these weights, kept for those last asked."""
        posted = self._posted
        if posted[0] != weights:
            self._posted = posted = (weights, self._post(weights))
        return posted[1]

    def _post(self, weights: Weights) -> Postings:
        """Turn needs around: each brings its weight over the most that its offer can be brought."""
        weight = self._effective(slice(None), weights)
        total = np.add.reduceat(weight, self._starts[:-1], dtype=float) if len(self) else np.empty(0)
        shares = weight / np.repeat(total * weights.ceiling + weights.caution, np.diff(self._starts))
        return Postings.of(self._starts, self._needs, shares.astype(np.float32), len(self.proximity.uris))

    def _explained(
        self, positions: NDArray[np.int64], scores: NDArray[np.float64], worth: Worth, weights: Weights
    ) -> list[Match]:
        return [
            self._reasons(int(position), float(score), worth, weights)
            for position, score in zip(positions, scores, strict=True)
        ]

    def _reasons(self, position: int, score: float, worth: Worth, weights: Weights) -> Match:
        span = self._span(position)
        rows = self._needs[span]
        needs = WeighedNeeds(
            uris=tuple(self.proximity.uri(need) for need in rows.tolist()),
            rows=rows,
            weight=self._effective(span, weights),
            essential=self._essential[span],
        )
        gap = worth.reasons(needs, self.proximity, weights)
        return Match(
            offer_id=self._shelf.id(position),
            score=score,
            coverage=gap.coverage,
            have=gap.have,
            close=gap.close,
            missing=gap.missing,
        )

    def _span(self, position: int) -> slice:
        return slice(int(self._starts[position]), int(self._starts[position + 1]))


def _side_by_side(offers: Sequence[OfferSkills]) -> list[int]:
    """Return the order in which offers of one occupation, and then of one first need, stand together."""
    return sorted(range(len(offers)), key=lambda at: (offers[at].occupation or "", offers[at].needs[0][0], at))


def part(arrays: dict[str, NDArray[Any]], prefix: str) -> dict[str, Any]:
    """Return the arrays saved under a prefix, without it."""
    return {name.partition(".")[2]: array for name, array in arrays.items() if name.startswith(f"{prefix}.")}
