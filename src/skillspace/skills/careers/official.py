"""Official tables of moves, carried to the occupations of a map through the published crosswalks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from skillspace.skills.careers.model import Nearness, Official
from skillspace.skills.taxonomy import ConceptKind, Correspondence, Taxonomies

#: scheme → name of its table, and the mark up to which its moves are near
TABLES = {"rome": ("rome-mobility", 99), "jobtech": ("jobtech-substitutability", 25), "onet": ("onet-related", 10)}
Statements = Sequence[Sequence[Correspondence]]


@dataclass(frozen=True, kw_only=True)
class OfficialTable:
    """One table: ``carriers`` (occupations of the map, its own occupations) and ``moves`` among its own, as marks + 1.

    An occupation of the map stands for each of its own taxonomy's to which an exact, close, broad or narrow match
    leads; two that share one are the same to this table, which says nothing of moves between them.
    """

    name: str
    near_up_to: int
    carriers: csr_array
    carried: csr_array
    moves: csr_array

    @classmethod
    def read(
        cls, scheme: str, uris: Sequence[str], statements: Statements, taxonomies: Taxonomies
    ) -> OfficialTable | None:
        """Read the table of a scheme; ``statements`` are the crosswalks' about each of ``uris``. None without one."""
        own = taxonomies.concepts(kinds={ConceptKind.OCCUPATION}, scheme=scheme)
        row_of = {uri: row for row, uri in enumerate(own)}
        moves = [(row_of[a], row_of[b], mark + 1) for a in own for b, mark in taxonomies.similar(a) if b in row_of]
        carriers = [
            (row, row_of[target], 1)
            for row, uri in enumerate(uris)
            for target in dict.fromkeys([uri, *(one.target for one in statements[row])])
            if target in row_of
        ]
        if not moves or not carriers:
            return None
        shape = len(uris), len(own)
        matrix = _sparse(carriers, shape)
        name, near = TABLES[scheme]
        return cls(
            name=name,
            near_up_to=near,
            carriers=matrix,
            carried=csr_array(matrix.T),
            moves=_sparse(moves, (len(own), len(own))),
        )

    def moves_from(self, row: int) -> dict[int, Official]:
        """Return what the table lists from one occupation of the map: row → its entry, the nearest where it has two."""
        here = set(_members(self.carriers, row))
        itself = {other for own in here for other in _members(self.carried, own)}
        marks: dict[int, int] = {}
        for own in here:
            for target, mark in zip(_members(self.moves, own), self._marks(own), strict=True):
                for other in _members(self.carried, target):
                    marks[other] = min(mark, marks.get(other, mark))
        return {other: self._entry(mark - 1) for other, mark in marks.items() if other not in itself}

    def listed(self) -> csr_array:
        """Return every pair of occupations it lists, as ones (n, n)."""
        pairs = csr_array(self.carriers @ self.moves @ self.carried)
        pairs.data = np.ones_like(pairs.data)
        pairs = csr_array(pairs - pairs.multiply(self.same()))
        pairs.eliminate_zeros()
        return pairs

    def same(self) -> csr_array:
        """Return every pair that is one occupation to this table, as ones (n, n)."""
        pairs = csr_array(self.carriers @ self.carried)
        pairs.data = np.ones_like(pairs.data)
        return pairs

    def _marks(self, own: int) -> list[int]:
        return [int(mark) for mark in self.moves.data[self.moves.indptr[own] : self.moves.indptr[own + 1]]]

    def _entry(self, mark: int) -> Official:
        kind = Nearness.NEAR if mark <= self.near_up_to else Nearness.FARTHER
        return Official(table=self.name, kind=kind, place=mark)


def read_tables(uris: Sequence[str], statements: Statements, taxonomies: Taxonomies) -> Mapping[str, OfficialTable]:
    """Return every table that is loaded, by its name."""
    found = (OfficialTable.read(scheme, uris, statements, taxonomies) for scheme in TABLES)
    return {table.name: table for table in found if table is not None}


def _sparse(entries: Sequence[tuple[int, int, int]], shape: tuple[int, int]) -> csr_array:
    rows, columns, marks = np.array(entries, np.int32).reshape(-1, 3).T
    return csr_array((marks, (rows, columns)), shape=shape)


def _members(matrix: Any, row: int) -> list[int]:
    return [int(column) for column in matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]]
