"""What a set of held skills is worth for every need at once: the one place where credit and proof meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers
from skillspace.skills.matching.model import Close, Gap, Have, Missing, PersonSkill, Weights
from skillspace.skills.matching.needs import WeighedNeeds
from skillspace.skills.matching.proximity import PATHS, Proximity
from skillspace.skills.taxonomy.model import Need

ITSELF = -1
"""Stands where a link's path would stand when the held skill is the needed one."""

NOTHING = -2
"""Stands there when nothing held touches the need."""

FRESH_YEARS = 5.0
LEVELS = 9
"""The levels of EQF, and 0 for none."""


def held_value(validation: Floats, years_since: Floats, weights: Weights) -> Floats:
    """Return what held skills bring to their own need; years that are not a number mean unknown."""
    proof = (validation - 1) / 5
    fresh = np.nan_to_num(np.clip(1 - years_since / FRESH_YEARS, 0, 1), nan=0.0)
    value: Floats = (1 + weights.proof * proof + weights.recency * fresh).astype(np.float32)
    return value


@dataclass(frozen=True, kw_only=True)
class Held:
    """Skills as rows of a Proximity, with what each brings."""

    rows: Integers
    validation: NDArray[np.int8]
    level: NDArray[np.int8]
    value: Floats

    @classmethod
    def of(cls, skills: Sequence[PersonSkill], proximity: Proximity, weights: Weights) -> Held:
        """Find the rows; a skill that no taxonomy and no offer names can meet nothing and is left out."""
        years = [np.nan if skill.years_since is None else max(skill.years_since, 0.0) for skill in skills]
        validation = np.array([skill.validation for skill in skills], dtype=np.int8)
        return cls.best(
            rows=proximity.rows(skill.uri for skill in skills),
            validation=validation,
            level=np.array([skill.reached or 0 for skill in skills], dtype=np.int8),
            value=held_value(validation.astype(np.float32), np.array(years, dtype=np.float32), weights),
        )

    @classmethod
    def best(cls, *, rows: Integers, **said: NDArray[Any]) -> Held:
        """Keep of each skill the best that was said of it: people bring the same one from several places."""
        order = np.argsort(rows, kind="stable")[np.count_nonzero(rows < 0) :]
        found, begins = np.unique(rows[order], return_index=True)
        if not len(found):
            return cls(rows=found, **{name: column[:0] for name, column in said.items()})
        return cls(rows=found, **{name: np.maximum.reduceat(said[name][order], begins) for name in said})


@dataclass(frozen=True, kw_only=True)
class Worth:
    """For each need that something held touches (``needs``, sorted rows): the best value, and by which skill and path.

    ``path`` is a position in ``Closeness`` or ITSELF; ``validation`` is that of the held skill. ``by_level`` (needs, 9)
    is the best value where a level is asked for, which may be that of another skill; 0 asks for none.
    """

    needs: Integers
    value: Floats
    by: Integers
    path: NDArray[np.int8]
    validation: NDArray[np.int8]
    by_level: Floats

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
        by_level = np.broadcast_to(value[best][:, None], (len(best), LEVELS))
        if held.level.any() and len(best):
            kept = _kept(held.level, weights)[source[order]]
            by_level = np.maximum.reduceat(value[order][:, None] * kept, np.flatnonzero(first))
        return cls(
            needs=needs[best],
            value=value[best],
            by=by[best],
            path=path[best],
            validation=held.validation[source[best]],
            by_level=by_level,
        )

    def values(self, rows: Integers, asked: NDArray[np.int8]) -> Floats:
        """Return what is brought to needed rows at the levels asked for."""
        known = np.concatenate([self.by_level, np.zeros((1, LEVELS), dtype=np.float32)])
        brought: Floats = known[self._spots(rows), asked]
        return brought

    def lacks_proof(self, rows: Integers, asked: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Return where an offer demands a proof and the very skill is not held with it."""
        spots = self._spots(rows)
        if not len(self.needs):
            return asked > 0
        proven = (spots >= 0) & (self.path[spots] == ITSELF) & (self.validation[spots] >= asked)
        lacks: NDArray[np.bool_] = (asked > 0) & ~proven
        return lacks

    def reasons(self, needs: WeighedNeeds, proximity: Proximity, weights: Weights) -> list[Gap]:
        """Part the needs of each target into have, close and missing, heaviest first; ties go by URI."""
        owner = np.repeat(np.arange(len(needs.starts) - 1), np.diff(needs.starts))
        weight = needs.weight.astype(np.float64)  # so that the order of needs changes no digit
        total = np.bincount(owner, weight)[owner] if len(owner) else weight
        shares = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
        spots = self._spots(needs.rows)
        order = np.lexsort((np.array(needs.uris, dtype=object), -shares, owner)) if len(owner) else owner
        paths = np.where(spots >= 0, np.append(self.path, NOTHING)[spots], NOTHING)[order].tolist()
        by = np.append(self.by, 0)[spots][order].tolist()
        validation = np.append(self.validation, 0)[spots][order].tolist()
        essential, rounded = needs.essential[order].tolist(), np.round(shares[order], 6).tolist()
        uris = [needs.uris[at] for at in order.tolist()]
        gaps = []
        for begin, end in pairwise(needs.starts.tolist()):
            have: list[Have] = []
            close: list[Close] = []
            missing: list[Missing] = []
            coverage = 0.0
            for at in range(begin, end):
                path, uri, share = paths[at], uris[at], rounded[at]
                if path == NOTHING:
                    need = Need.ESSENTIAL if essential[at] else Need.OPTIONAL
                    missing.append(Missing(need_uri=uri, weight=share, need=need))
                elif path == ITSELF:
                    coverage += share
                    have.append(Have(need_uri=uri, validation=validation[at], weight=share))
                else:
                    credit = weights.credits[path]
                    coverage += share * credit
                    by_uri = proximity.uri(by[at])
                    close.append(Close(need_uri=uri, by_uri=by_uri, path=PATHS[path], credit=credit, weight=share))
            coverage = min(round(coverage, 6), 1.0)
            gaps.append(Gap(coverage=coverage, have=tuple(have), close=tuple(close), missing=tuple(missing)))
        return gaps

    def _spots(self, rows: Integers) -> NDArray[np.int64]:
        """Return where each needed row stands in this worth, -1 where nothing held touches it."""
        if not len(self.needs):
            return np.full(len(rows), -1, dtype=np.int64)
        spots = np.minimum(np.searchsorted(self.needs, rows), len(self.needs) - 1)
        return np.where(self.needs[spots] == rows, spots, -1)


def spans(
    starts: NDArray[np.signedinteger], rows: NDArray[np.signedinteger]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, for rows of a grouped array, the length of each row's group and the positions of all their members."""
    begin = starts[rows].astype(np.int64)
    lengths = starts[rows + 1].astype(np.int64) - begin
    before = np.cumsum(lengths) - lengths
    return lengths, np.repeat(begin - before, lengths) + np.arange(lengths.sum())


def _kept(levels: NDArray[np.int8], weights: Weights) -> Floats:
    """Return the part of its value (held, LEVELS) that a level held keeps where a higher one is asked for."""
    short = np.maximum(np.arange(LEVELS) - levels[:, None].astype(np.float32), 0) * (levels > 0)[:, None]
    kept: Floats = np.maximum(1 - np.float32(weights.level) * short / (LEVELS - 2), 0).astype(np.float32)
    return kept
