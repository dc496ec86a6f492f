"""Which skills come close to which, and how rare each is: read once from the taxonomies, then only arrays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.skills.arrays import Floats, Integers, Strings, rows_of, string_table, text_at
from skillspace.skills.matching.model import Closeness
from skillspace.skills.taxonomy import Taxonomies
from skillspace.skills.taxonomy.model import SKILL_KINDS, ConceptKind

LARGEST_GROUP = 60
"""A skill group with more members than this says too little about any two of them."""

PATHS = tuple(Closeness)


@dataclass(frozen=True, kw_only=True)
class Proximity:
    """The shared numbering of skills (row of ``uris``) and the links between them.

    ``near_*`` lists, for a held skill, the needs it comes close to; ``served_*`` the same links from the need's
    side, both as (starts, other skill, position in ``Closeness``). ``rarity`` runs from 0 to 1.
    """

    uris: Strings
    rarity: Floats
    near_starts: Integers
    near_skill: Integers
    near_path: NDArray[np.int8]
    served_starts: Integers
    served_skill: Integers
    served_path: NDArray[np.int8]

    @classmethod
    def build(cls, taxonomies: Taxonomies, also: Iterable[str] = ()) -> Proximity:
        """Read skills, groups and relations of ESCO, and of the concepts in ``also`` that any pack knows."""
        skills = set(taxonomies.concepts(kinds=SKILL_KINDS))
        groups = set(taxonomies.concepts(kinds={ConceptKind.SKILL_GROUP}))
        uris = string_table(skills | groups | set(also))
        names = [text_at(uris, row) for row in range(len(uris))]
        row_of = {name: row for row, name in enumerate(names)}
        links = _links(names, row_of, {row_of[group] for group in groups}, taxonomies)
        held, need, path = _strongest(np.array(links, dtype=np.int32).reshape(-1, 3))
        near = _grouped(held, need, path, len(uris))
        served = _grouped(need, held, path, len(uris))
        return cls(
            uris=uris,
            rarity=_rarity(names, skills, taxonomies),
            near_starts=near[0],
            near_skill=near[1],
            near_path=near[2],
            served_starts=served[0],
            served_skill=served[1],
            served_path=served[2],
        )

    def including(self, uris: Iterable[str]) -> Proximity:
        """Return the same with rows for these too; what no taxonomy knew is rare for nobody and near to nothing."""
        table = np.union1d(self.uris, string_table(uris))
        table = table[table != b""] if len(table) > 1 else table
        if len(table) == len(self.uris):
            return self
        moved = np.searchsorted(table, self.uris).astype(np.int32)

        def spread(starts: Integers, other: Integers) -> tuple[Integers, Integers]:
            counts = np.zeros(len(table), dtype=np.int32)
            counts[moved] = np.diff(starts)
            return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), moved[other]

        near, served = spread(self.near_starts, self.near_skill), spread(self.served_starts, self.served_skill)
        rarity = np.zeros(len(table), dtype=np.float32)
        rarity[moved] = self.rarity
        return Proximity(
            uris=table,
            rarity=rarity,
            near_starts=near[0],
            near_skill=near[1],
            near_path=self.near_path,
            served_starts=served[0],
            served_skill=served[1],
            served_path=self.served_path,
        )

    def rows(self, uris: Iterable[str]) -> Integers:
        """Return the row of each URI, -1 for one that no taxonomy and no offer ever named."""
        return rows_of(self.uris, list(uris))

    def uri(self, row: int) -> str:
        """Return the URI of a row."""
        return self._names[row]

    @cached_property
    def _names(self) -> list[str]:
        """Every URI as text: reasons name them by the hundred, and there are only some thousands."""
        return [uri.decode() for uri in self.uris.tolist()]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what has to be written for `Proximity(**arrays)` to give this again."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}


def _links(
    names: list[str], row_of: dict[str, int], groups: set[int], taxonomies: Taxonomies
) -> list[tuple[int, int, int]]:
    """List (held, need, position in Closeness) from hierarchy, skill relations and shared groups."""
    links: list[tuple[int, int, int]] = []
    members: dict[int, list[int]] = {}
    narrower, broader, related, same_group = range(len(PATHS))
    for row, name in enumerate(names):
        if row in groups or not taxonomies.has(name):
            continue
        for parent in (row_of[uri] for uri in taxonomies.broader(name) if uri in row_of):
            links.append((row, parent, narrower))
            if parent in groups:
                members.setdefault(parent, []).append(row)
            else:
                links.append((parent, row, broader))
        links.extend((row, row_of[uri], related) for uri in taxonomies.related(name) if uri in row_of)
    for siblings in members.values():
        if len(siblings) <= LARGEST_GROUP:
            links.extend((one, other, same_group) for one in siblings for other in siblings)
    return links


def _strongest(links: Integers) -> tuple[Integers, Integers, Integers]:
    """Keep one link for each (held, need), the first in the order of Closeness, and none from a skill to itself."""
    links = links[links[:, 0] != links[:, 1]]
    links = links[np.lexsort((links[:, 2], links[:, 1], links[:, 0]))]
    first = np.ones(len(links), dtype=bool)
    first[1:] = np.any(links[1:, :2] != links[:-1, :2], axis=1)
    return links[first, 0], links[first, 1], links[first, 2]


def _grouped(by: Integers, other: Integers, path: Integers, rows: int) -> tuple[Integers, Integers, NDArray[np.int8]]:
    """Return links grouped by their first skill: (starts, other skill, path)."""
    order = np.lexsort((other, by))
    starts = np.zeros(rows + 1, dtype=np.int32)
    starts[1:] = np.cumsum(np.bincount(by, minlength=rows))
    return starts, other[order], path[order].astype(np.int8)


def _rarity(names: list[str], skills: set[str], taxonomies: Taxonomies) -> Floats:
    """Inverse share of occupations that ask for a skill, on a scale of 0 to 1.

    A skill that no occupation is linked to is mostly a transversal one, common rather than rare: it gets 0.
    """
    occupations = max(len(taxonomies.concepts(kinds={ConceptKind.OCCUPATION})), 2)
    asked = np.array([len(taxonomies.occupations_of(name)) if name in skills else 0 for name in names])
    rarity = np.log(occupations / np.clip(asked, 1, occupations)) / np.log(occupations)
    return np.where(asked > 0, rarity, 0).astype(np.float32)
