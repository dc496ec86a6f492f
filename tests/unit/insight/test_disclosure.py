"""Disclosure control under attack: whatever is published, no hidden count can be worked out from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from skillspace.insight.cubes import ALL, COLUMNS, LEVELS, Contribution, Key, Table, supply_tables
from skillspace.insight.disclosure import Protected, Reason, Rule, protect

DAY = dt.date(2026, 11, 21)
NEXT_DAY = dt.date(2026, 11, 22)
TERRITORIES: Mapping[str, str | None] = {
    "X": None,
    "X1": "X",
    "X2": "X",
    "a": "X1",
    "b": "X1",
    "c": "X1",
    "d": "X2",
    "e": "X2",
}
ELSEWHERE: Mapping[Key, int] = {("d", 1): 30, ("e", 1): 40}
TOWNS = ("a", "b", "c", "d", "e")


def table_of(counts: Mapping[Key, int], contributors: int | None = None) -> Table:
    """Build a table from the counts of towns by level."""
    rows = [
        Contribution(
            person=f"{town}{level}{number}",
            territory=town,
            skills=(("s", level),),
            contributor=None if contributors is None else f"org{number % contributors}",
        )
        for (town, level), count in counts.items()
        for number in range(count)
    ]
    return supply_tables(rows, TERRITORIES, lambda skill: skill, ["s"])["s"]


def ranges(table: Table, published: Mapping[Key, int | None]) -> dict[Key, tuple[float, float]]:
    """Attack without any shortcut: least and largest value of every hidden cell, by one dense program each."""
    keys = list(published)
    sums = [((place, ALL), [(place, level) for level in LEVELS]) for place in table.parents]
    for around in {parent for parent in table.parents.values() if parent}:
        inside = [place for place, parent in table.parents.items() if parent == around]
        sums.extend(((around, column), [(place, column) for place in inside]) for column in COLUMNS)
    matrix = np.zeros((len(sums), len(keys)))
    for row, (total, parts) in enumerate(sums):
        matrix[row, keys.index(total)] = 1
        for part in parts:
            matrix[row, keys.index(part)] = -1
    bounds = [(0, 100_000) if value is None else (value, value) for value in published.values()]
    found = {}
    for position, key in enumerate(keys):
        if published[key] is None:
            ends = []
            for sign in (1, -1):
                aim = np.zeros(len(keys))
                aim[position] = sign
                answer = linprog(aim, A_eq=matrix, b_eq=np.zeros(len(sums)), bounds=bounds, method="highs")
                assert answer.status == 0
                ends.append(sign * answer.fun)
            found[key] = (ends[0], ends[1])
    return found


def shown(protected: Protected, day: dt.date | None = None) -> dict[Key, int | None]:
    """What the public sees, or of it only what was counted on one day."""
    return {key: cell.value if day is None or cell.as_of == day else None for key, cell in protected.cells.items()}


towns_by_level = st.dictionaries(
    st.tuples(st.sampled_from(TOWNS), st.sampled_from(LEVELS)),
    st.one_of(st.integers(0, 12), st.integers(0, 60)),
    max_size=18,
)


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(towns_by_level)
def test_no_sum_narrows_a_hidden_count_below_the_threshold_or_to_a_point(counts: dict[Key, int]) -> None:
    table = table_of(counts)
    protected = protect(table, DAY)
    for key, (least, most) in ranges(table, shown(protected)).items():
        assert most >= 10 - 0.001, (key, least, most)
        assert most - least >= 10 - 0.001, (key, least, most)
        assert least <= max(table.people[key] - 1, 0) + 0.001


@settings(max_examples=30, deadline=None)
@given(towns_by_level)
def test_every_shown_count_is_true_and_large_enough(counts: dict[Key, int]) -> None:
    table = table_of(counts)
    for key, value in shown(protect(table, DAY)).items():
        assert value is None or (value == table.people[key] and value >= 10)


@settings(max_examples=30, deadline=None)
@given(towns_by_level)
def test_what_a_total_leaves_over_beside_shown_parts_is_never_a_few_people(counts: dict[Key, int]) -> None:
    table = table_of(counts)
    published = shown(protect(table, DAY))
    for line in table.lines:
        rest = [part for part in line.parts if published[part] is None]
        if published[line.total] is not None and rest:
            assert sum(table.people[part] for part in rest) >= 10
            assert len(rest) > 1


@settings(max_examples=30, deadline=None)
@given(towns_by_level, st.sampled_from(TOWNS), st.sampled_from(LEVELS))
def test_a_person_who_comes_between_two_publications_changes_nothing_that_is_published(
    counts: dict[Key, int], town: str, level: int
) -> None:
    first = protect(table_of(counts), DAY)
    more = dict(counts) | {(town, level): counts.get((town, level), 0) + 1}
    assert protect(table_of(more), NEXT_DAY, before=first).cells == first.cells


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(towns_by_level, towns_by_level)
def test_a_cell_changes_only_with_ten_people_and_the_new_day_alone_gives_nothing_away(
    counts: dict[Key, int], later: dict[Key, int]
) -> None:
    first = protect(table_of(counts), DAY)
    table = table_of(later)
    second = protect(table, NEXT_DAY, before=first)
    for key, cell in second.cells.items():
        if cell.as_of == NEXT_DAY:
            assert abs(table.people[key] - first.counted[key]) >= 10
        else:
            assert cell == first.cells[key]
    fresh = shown(second, NEXT_DAY)
    for key, (least, most) in ranges(table, fresh).items():
        assert most - least >= 10 - 0.001, (key, least, most)


@settings(max_examples=30, deadline=None)
@given(towns_by_level, towns_by_level)
def test_sums_of_two_days_do_not_tell_that_a_few_people_came(counts: dict[Key, int], later: dict[Key, int]) -> None:
    first = protect(table_of(counts), DAY)
    table = table_of(later)
    second = protect(table, NEXT_DAY, before=first)
    fresh = shown(second, NEXT_DAY)
    for line in table.lines:
        rest = [part for part in line.parts if fresh[part] is None]
        if fresh[line.total] is not None and rest and len(rest) < len(line.parts):
            assert abs(sum(table.people[part] - first.counted[part] for part in rest)) >= 10


def test_a_lone_small_town_takes_a_neighbour_into_hiding() -> None:
    published = protect(table_of({("a", 1): 4, ("b", 1): 30, ("c", 1): 50, **ELSEWHERE}), DAY).cells
    assert published["a", ALL].reason is Reason.FEW_PEOPLE
    assert published["b", ALL].reason is Reason.PROTECTS_ANOTHER
    assert published["c", ALL].value == 50
    assert published["X1", ALL].value == 84


def test_a_count_of_one_organisation_alone_is_not_shown() -> None:
    counts = {("a", 1): 40, ("b", 1): 40, ("c", 1): 40, **ELSEWHERE}
    alone = protect(table_of(counts, contributors=1), DAY)
    assert all(cell.value is None for cell in alone.cells.values())
    assert alone.cells["a", ALL].reason is Reason.ONE_CONTRIBUTOR
    two = protect(table_of(counts, contributors=2), DAY)
    assert two.cells["a", ALL].value == 40


def test_where_everybody_is_few_nothing_is_shown() -> None:
    assert all(cell.value is None for cell in protect(table_of({("a", 1): 3, ("d", 2): 4}), DAY).cells.values())


def test_a_higher_threshold_hides_more() -> None:
    counts = {("a", 1): 15, ("b", 1): 40, ("c", 1): 60, **ELSEWHERE}
    usual, strict = protect(table_of(counts), DAY), protect(table_of(counts), DAY, Rule(people=20))
    assert usual.cells["a", ALL].value == 15
    assert strict.cells["a", ALL].value is None


def test_towns_that_show_nothing_are_attacked_as_one_and_still_safe() -> None:
    counts: dict[Key, int] = {("a", 1): 3, ("b", 1): 4, ("c", 1): 5, ("d", 2): 30, ("e", 2): 30}
    table = table_of(counts)
    protected = protect(table, DAY)
    assert protected.cells["X1", ALL].value == 12
    for least, most in ranges(table, shown(protected)).values():
        assert most - least >= 10 - 0.001
