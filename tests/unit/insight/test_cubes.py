"""Counting people: once each, at their best level, in every territory around them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.insight.cubes import ALL, ELSEWHERE, LEVELS, Contribution, demand_counts, supply_tables
from skillspace.kernel.errors import BadInput

PARENTS = {"X": None, "X1": "X", "a": "X1", "b": "X1"}


def person(name: str, place: str, *skills: tuple[str, int], by: str | None = None) -> Contribution:
    return Contribution(person=name, territory=place, skills=skills, contributor=by)


def test_a_person_counts_once_at_the_best_level_whoever_contributes() -> None:
    rows = [person("p", "a", ("s1", 1), ("s2", 5), by="uni"), person("p", "a", ("s1", 3), by="work")]
    table = supply_tables(rows, PARENTS, lambda _skill: "theme")["theme"]
    assert table.people["a", ALL] == 1
    assert table.people["a", 5] == 1
    assert table.people["a", 3] == 0
    assert table.people["X", ALL] == 1
    assert table.contributors["X", ALL] == 2


def test_someone_known_by_region_only_gets_a_row_there() -> None:
    table = supply_tables([person("p", "X1", ("s", 2)), person("q", "a", ("s", 2))], PARENTS, str)["s"]
    assert table.people[f"X1{ELSEWHERE}", 2] == 1
    assert table.people["X1", ALL] == 2
    assert all(table.people[line.total] == sum(table.people[part] for part in line.parts) for line in table.lines)


def test_a_territory_nobody_asked_for_is_an_error() -> None:
    with pytest.raises(BadInput, match="nowhere"):
        supply_tables([person("p", "nowhere", ("s", 1))], PARENTS, str)


def test_an_offer_counts_once_a_concept_in_every_territory_around_it() -> None:
    counts = demand_counts([("a", ["s1", "s2"]), ("b", ["s1"]), ("elsewhere", ["s1"])], PARENTS, lambda _skill: "t")
    assert counts == {("a", "t"): 1, ("b", "t"): 1, ("X1", "t"): 2, ("X", "t"): 2}


people = st.lists(
    st.tuples(st.integers(0, 8), st.sampled_from(sorted(PARENTS)), st.sampled_from("st"), st.sampled_from(LEVELS))
)


@given(people)
def test_every_sum_of_a_table_holds(rows: list[tuple[int, str, str, int]]) -> None:
    contributions = [person(str(who), place, (skill, level)) for who, place, skill, level in rows]
    for table in supply_tables(contributions, PARENTS, str).values():
        for line in table.lines:
            assert table.people[line.total] == sum(table.people[part] for part in line.parts)
