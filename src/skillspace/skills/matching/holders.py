"""Many people, or trainings, against one set of needs: the same engine from the other side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers, part, read_folder, write_folder
from skillspace.skills.matching.around import Where
from skillspace.skills.matching.model import DEFAULT, Holder, HolderMatch, OfferSkills, PersonSkill, Weights
from skillspace.skills.matching.needs import Stated, WeighedNeeds
from skillspace.skills.matching.proximity import Proximity
from skillspace.skills.matching.shelf import Shelf, best
from skillspace.skills.matching.worth import Held, Worth, held_value, spans
from skillspace.skills.taxonomy import Taxonomies

LAYOUT = "holders-2"


class HolderIndex:
    """Holders as rows of skills, and skills as rows of holders; read-only and safe to share by threads.

    ``holder_*`` lists the skills of each holder with validation and years; ``skill_*`` lists, for each skill, the
    positions of those same entries.
    """

    def __init__(
        self,
        *,
        shelf: Shelf,
        proximity: Proximity,
        starts: Integers,
        skills: Integers,
        validation: NDArray[np.int8],
        years: Floats,
    ) -> None:
        self._shelf = shelf
        self.proximity = proximity
        self._starts = starts
        self._skills = skills
        self._validation = validation
        self._years = years
        self._owner = np.repeat(np.arange(len(starts) - 1, dtype=np.int32), np.diff(starts))
        self._by_skill = np.argsort(skills, kind="stable").astype(np.int32)
        counts = np.bincount(skills, minlength=len(proximity.uris))
        self._skill_starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    @classmethod
    def build(cls, holders: Iterable[Holder], taxonomies: Taxonomies) -> HolderIndex:
        """Index the holders that hold at least one skill. Raises BadInput on a repeated identifier."""
        listed = sorted((holder for holder in holders if holder.skills), key=lambda holder: holder.id.encode())
        entries = [skill for holder in listed for skill in holder.skills]
        proximity = Proximity.build(taxonomies, {skill.uri for skill in entries})
        years = [np.nan if skill.years_since is None else max(skill.years_since, 0.0) for skill in entries]
        return cls(
            shelf=Shelf.of(listed),
            proximity=proximity,
            starts=np.cumsum([0, *(len(holder.skills) for holder in listed)], dtype=np.int32),
            skills=proximity.rows(skill.uri for skill in entries),
            validation=np.array([skill.validation for skill in entries], dtype=np.int8),
            years=np.array(years, dtype=np.float32),
        )

    def save(self, folder: Path) -> None:
        """Write the index; whoever has the older one open keeps reading that."""
        arrays: dict[str, NDArray[Any]] = {
            "starts": self._starts,
            "skills": self._skills,
            "validation": self._validation,
            "years": self._years,
        }
        arrays |= {f"shelf.{name}": array for name, array in self._shelf.arrays().items()}
        arrays |= {f"proximity.{name}": array for name, array in self.proximity.arrays().items()}
        write_folder(folder, LAYOUT, arrays)

    @classmethod
    def open(cls, folder: Path) -> HolderIndex:
        """Map an index into memory. Raises UnreadableFile when there is none of this layout."""
        arrays = read_folder(folder, LAYOUT)
        own = {name: array for name, array in arrays.items() if "." not in name}
        return cls(shelf=Shelf(**part(arrays, "shelf")), proximity=Proximity(**part(arrays, "proximity")), **own)

    def __len__(self) -> int:
        return len(self._shelf)

    def sizes(self) -> Integers:
        """Return how many skills each holder holds, in the order of `ids`."""
        sizes: Integers = np.diff(self._starts)
        return sizes

    def places(self) -> dict[str, int]:
        """Return how many holders each place has."""
        return self._shelf.counts()

    def ids(self) -> list[str]:
        """Return every holder's identifier, in the order of `shared`."""
        return [self._shelf.id(row) for row in range(len(self))]

    def shared(self, skills: Collection[str]) -> NDArray[np.int64]:
        """Return how many of these very skills each holder holds, in the order of `ids`."""
        rows = self.proximity.rows(dict.fromkeys(skills))
        _, flat = spans(self._skill_starts, rows[rows >= 0])
        return np.bincount(self._owner[self._by_skill[flat]], minlength=len(self)).astype(np.int64)

    def match(
        self,
        needs: Iterable[Stated],
        *,
        k: int = 50,
        places: Where | None = None,
        languages: Collection[str] | None = None,
        only: Collection[str] | None = None,
        weights: Weights = DEFAULT,
    ) -> list[HolderMatch]:
        """Return the k best holders for the needs, with reasons; the score is the one `OfferIndex.match` gives."""
        weighed = WeighedNeeds.of(needs, "This search", self.proximity, weights)
        return self.match_weighed(weighed, k=k, places=places, languages=languages, only=only, weights=weights)

    def match_weighed(
        self,
        needs: WeighedNeeds,
        *,
        k: int,
        already: Sequence[float] | None = None,
        places: Where | None = None,
        languages: Collection[str] | None = None,
        only: Collection[str] | None = None,
        weights: Weights = DEFAULT,
        focused: bool = False,
    ) -> list[HolderMatch]:
        """Do the same for needs whose weights are final, counting only what goes beyond ``already`` for each need.

        ``focused``: of equal ones who holds fewer skills in all comes first.
        """
        scores = self.scores_weighed(
            needs, already=already, places=places, languages=languages, only=only, weights=weights
        )
        return [
            self._explained(row, float(scores[row]), needs, weights)
            for row in best(scores, k, self.sizes() if focused else None)
        ]

    def scores_weighed(
        self,
        needs: WeighedNeeds,
        *,
        already: Sequence[float] | None = None,
        places: Where | None = None,
        languages: Collection[str] | None = None,
        only: Collection[str] | None = None,
        weights: Weights = DEFAULT,
    ) -> NDArray[np.float64]:
        """Return those scores of all holders, in the order of `ids`; 0 where nothing is brought or one is shut out."""
        if not len(self) or not needs.uris:
            return np.zeros(len(self))
        brought, last = np.zeros(len(self)), np.zeros(len(self), dtype=np.int32)
        floors = already if already is not None else [0.0] * len(needs.uris)
        for row, weight, floor in zip(needs.rows.tolist(), needs.weight.tolist(), floors, strict=True):
            if row >= 0:
                holders, most = self._best_for(row, weights, last)
                brought[holders] += weight * np.maximum(most - floor, 0)
        ceiling = float(needs.weight.sum(dtype=np.float64)) * weights.ceiling + weights.caution
        scores: NDArray[np.float64] = np.round(brought / ceiling, 6)
        scores[~self._shelf.allowed(places, languages, only)] = 0
        return scores

    def _best_for(self, need: int, weights: Weights, last: Integers) -> tuple[Integers, NDArray[np.float64]]:
        """Return who brings something to one need, by the skill itself or one that comes close, and the most of each.

        ``last`` (holders,) is written over: going through a million holders for each need took most of the time.
        """
        near = slice(int(self.proximity.served_starts[need]), int(self.proximity.served_starts[need + 1]))
        credits = np.array(weights.credits, dtype=np.float32)[self.proximity.served_path[near]]
        skills = np.concatenate([[need], self.proximity.served_skill[near]])
        lengths, flat = spans(self._skill_starts, skills)
        entries = self._by_skill[flat]
        credit = np.repeat(np.concatenate([[np.float32(1)], credits]), lengths)
        value = credit * held_value(self._validation[entries].astype(np.float32), self._years[entries], weights)
        order = np.argsort(value, kind="stable")
        holders, at = self._owner[entries[order]], np.arange(len(order), dtype=np.int32)
        last[holders] = at
        is_most = last[holders] == at
        return holders[is_most], value[order[is_most]].astype(np.float64)

    def _explained(self, row: int, score: float, needs: WeighedNeeds, weights: Weights) -> HolderMatch:
        span = slice(int(self._starts[row]), int(self._starts[row + 1]))
        validation = self._validation[span]
        value = held_value(validation.astype(np.float32), self._years[span], weights)
        level = np.zeros_like(validation)
        held = Held.best(rows=self._skills[span], validation=validation, level=level, value=value)
        (gap,) = Worth.of(held, self.proximity, weights).reasons(needs, self.proximity, weights)
        return HolderMatch(
            holder_id=self._shelf.id(row),
            score=score,
            coverage=gap.coverage,
            have=gap.have,
            close=gap.close,
            missing=gap.missing,
        )


def match_people(
    offer: OfferSkills,
    people: HolderIndex,
    *,
    k: int = 50,
    places: Where | None = None,
    only: Collection[str] | None = None,
    weights: Weights = DEFAULT,
) -> list[HolderMatch]:
    """Return who fits an offer, with reasons. The index holds people who said yes to this use, and nobody else."""
    languages = offer.languages or None
    return people.match(offer.needs, k=k, places=places, languages=languages, only=only, weights=weights)


def holder(
    holder_id: str,
    skills: Iterable[str],
    place: str | None = None,
    languages: tuple[str, ...] = (),
    where: tuple[float, float] | None = None,
) -> Holder:
    """Return a training, or any other holder, from the URIs it gives: no validation beyond the lowest."""
    held = tuple(PersonSkill(uri=uri) for uri in skills)
    return Holder(id=holder_id, skills=held, place=place, languages=languages, where=where)
