"""Official tables: carried through crosswalks pair by pair, the same row by row and all at once."""

from __future__ import annotations

import numpy as np
import pytest

from skillspace.skills.careers import CareerMap, Nearness
from skillspace.skills.careers.official import read_tables
from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from tests.unit.skills.careers.conftest import called, metier


def test_a_row_lists_what_the_whole_table_lists(world_map: CareerMap) -> None:
    for table in world_map.occupations.tables.values():
        whole = table.listed().toarray() > 0
        for row in range(len(whole)):
            assert set(table.moves_from(row)) == set(np.flatnonzero(whole[row]).tolist())


def test_nothing_moves_to_itself(world_map: CareerMap) -> None:
    for table in world_map.occupations.tables.values():
        assert not table.listed().multiply(table.same()).count_nonzero()


def test_the_kind_follows_the_tables_own_mark(world: Taxonomies, world_map: CareerMap) -> None:
    numbers = world_map.occupations
    row, welder = numbers.row(called(world, "baker")), numbers.row(called(world, "welder"))
    entry = numbers.tables["jobtech-substitutability"].moves_from(row)[welder]
    assert (entry.kind, entry.place) == (Nearness.FARTHER, 75)


def test_without_tables_or_crosswalks_there_is_none(starter: Taxonomies, career_map: CareerMap) -> None:
    assert career_map.occupations.tables == {}


def test_a_taxonomy_with_a_table_of_its_own_needs_no_crosswalk(world: Taxonomies) -> None:
    uris = world.concepts(kinds={ConceptKind.OCCUPATION}, scheme="rome")
    tables = read_tables(uris, [[] for _ in uris], world)
    moves = tables["rome-mobility"].moves_from(list(uris).index(metier("B1")))
    assert {uris[row]: entry.place for row, entry in moves.items()} == {metier("C1"): 1, metier("L1"): 7}


@pytest.mark.parametrize("name", ["rome-mobility", "jobtech-substitutability"])
def test_every_table_of_the_world_is_read(world_map: CareerMap, name: str) -> None:
    assert world_map.occupations.tables[name].listed().count_nonzero()
