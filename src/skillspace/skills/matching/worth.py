"""What a set of held skills is worth for every need at once: the one place where credit and proof meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers
from skillspace.skills.matching.model import Close, Gap, Have, Missing, PersonSkill, Weights
from skillspace.skills.matching.needs import WeighedNeeds
from skillspace.skills.matching.proximity import PATHS, Proximity
from skillspace.skills.taxonomy.model import Need

ITSELF = -1
"""Stands where a link's path would stand when the held skill is the needed one."""

FRESH_YEARS = 5.0


def held_value(validation: Floats, years_since: Floats, weights: Weights) -> Floats:
    """Return what held skills bring to their own need; years that are not a number mean unknown."""
    proof = (validation - 1) / 5
    fresh = np.nan_to_num(np.clip(1 - years_since / FRESH_YEARS, 0, 1), nan=0.0)
    value: Floats = (1 + weights.proof * proof + weights.recency * fresh).astype(np.float32)
    return value


@dataclass(frozen=True, kw_only=True)
class Held:
    """Skills as rows of a Proximity, strongest first where one skill came twice, with what each brings."""

    rows: Integers
    validation: NDArray[np.int8]
    value: Floats

    @classmethod
    def of(cls, skills: Sequence[PersonSkill], proximity: Proximity, weights: Weights) -> Held:
        """Find the rows; a skill that no taxonomy and no offer names can meet nothing and is left out."""
        rows = proximity.rows(skill.uri for skill in skills)
        years = [np.nan if skill.years_since is None else max(skill.years_since, 0.0) for skill in skills]
        validation = np.array([skill.validation for skill in skills], dtype=np.int8)
        value = held_value(validation.astype(np.float32), np.array(years, dtype=np.float32), weights)
        known = rows >= 0
        return cls(rows=rows[known], validation=validation[known], value=value[known])


@dataclass(frozen=True, kw_only=True)
class Worth:
    """For each need that something held touches (``needs``, sorted rows): the best value, and by which skill and path.

    ``path`` is a position in ``Closeness`` or ITSELF; ``validation`` is that of the held skill.
    """

    needs: Integers
    value: Floats
    by: Integers
    path: NDArray[np.int8]
    validation: NDArray[np.int8]

    @classmethod
    def of(cls, held: Held, proximity: Proximity, weights: Weights) -> Worth:
        """Follow the links of every held skill and keep the best for each need; ties go to the lower row."""
        lengths, flat = spans(proximity.near_starts, held.rows)
        source = np.repeat(np.arange(len(held.rows)), lengths)
        path = proximity.near_path[flat]
        credit = np.array(weights.credits, dtype=np.float32)[path]
        itself = np.arange(len(held.rows))
        needs = np.concatenate([held.rows, proximity.near_skill[flat]])
        source = np.concatenate([itself, source])
        path = np.concatenate([np.full(len(itself), ITSELF, dtype=np.int8), path])
        value = held.value[source] * np.concatenate([np.ones(len(itself), dtype=np.float32), credit])
        by = held.rows[source]
        order = np.lexsort((by, path, -value, needs))
        order = order[value[order] > 0]
        first = np.ones(len(order), dtype=bool)
        first[1:] = needs[order][1:] != needs[order][:-1]
        best = order[first]
        return cls(
            needs=needs[best], value=value[best], by=by[best], path=path[best], validation=held.validation[source[best]]
        )

    def spread(self, columns: int) -> Floats:
        """Return the values as one dense vector over all rows."""
        dense = np.zeros(columns, dtype=np.float32)
        dense[self.needs] = self.value
        return dense

    def reasons(self, needs: WeighedNeeds, proximity: Proximity, weights: Weights) -> Gap:
        """Part the needs into have, close and missing, heaviest first; ties go by URI."""
        spots = self._spots(needs.rows)
        shares = needs.weight / needs.weight.sum()
        have: list[Have] = []
        close: list[Close] = []
        missing: list[Missing] = []
        coverage = 0.0
        for index in sorted(range(len(shares)), key=lambda at: (-float(shares[at]), needs.uris[at])):
            uri, share, spot = needs.uris[index], round(float(shares[index]), 6), int(spots[index])
            path = int(self.path[spot]) if spot >= 0 else None
            if path is None:
                need = Need.ESSENTIAL if needs.essential[index] else Need.OPTIONAL
                missing.append(Missing(need_uri=uri, weight=share, need=need))
            elif path == ITSELF:
                coverage += share
                have.append(Have(need_uri=uri, validation=int(self.validation[spot]), weight=share))
            else:
                credit, by_uri = weights.credits[path], proximity.uri(int(self.by[spot]))
                coverage += share * credit
                close.append(Close(need_uri=uri, by_uri=by_uri, path=PATHS[path], credit=credit, weight=share))
        return Gap(coverage=min(round(coverage, 6), 1.0), have=tuple(have), close=tuple(close), missing=tuple(missing))

    def _spots(self, rows: Integers) -> NDArray[np.int64]:
        """Return where each needed row stands in this worth, -1 where nothing held touches it."""
        if not len(self.needs):
            return np.full(len(rows), -1, dtype=np.int64)
        spots = np.minimum(np.searchsorted(self.needs, rows), len(self.needs) - 1)
        return np.where(self.needs[spots] == rows, spots, -1)


def spans(starts: Integers, rows: Integers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for rows of a grouped array, the length of each row's group and the positions of all their members."""
    begin = starts[rows].astype(np.int64)
    lengths = starts[rows + 1].astype(np.int64) - begin
    before = np.cumsum(lengths) - lengths
    return lengths, np.repeat(begin - before, lengths) + np.arange(lengths.sum())
