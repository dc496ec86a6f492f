"""Fitting: weights that were there are found again, none is negative, and the table itself is never a signal."""

from __future__ import annotations

import numpy as np
import pytest

from skillspace.skills.careers import CareerMap, MoveWeights, Signal
from skillspace.skills.careers.fitting import LIKENESS, fit_weights, listed_by, logistic, pairs_of


def test_a_logistic_line_finds_the_weights_that_were_there() -> None:
    rng = np.random.default_rng(1)
    values = rng.random((20_000, 3))
    chance = 1 / (1 + np.exp(-(values @ np.array([4.0, 1.5, -2.0]) - 2)))
    outcomes = (rng.random(len(values)) < chance) * 1.0
    first, second, third, base = logistic(values, outcomes, np.ones(len(values)))
    assert (first, second) == (pytest.approx(4, abs=0.4), pytest.approx(1.5, abs=0.4))
    assert third == 0  # what speaks against is not let in
    assert base < 0


def test_the_table_that_is_fitted_on_is_never_a_signal(world_map: CareerMap) -> None:
    numbers = world_map.occupations
    pairs = pairs_of(numbers, "rome-mobility", ["rome-mobility"])
    assert not pairs.values[:, LIKENESS.index(Signal.OFFICIAL)].any()
    assert pairs.is_listed.sum() == numbers.tables["rome-mobility"].listed().count_nonzero()


def test_signals_left_out_weigh_nothing(world_map: CareerMap) -> None:
    pairs = pairs_of(world_map.occupations, "rome-mobility", ["jobtech-substitutability"])
    fitted = fit_weights(pairs, [Signal.SKILLS])
    assert (fitted.meaning, fitted.field, fitted.interests, fitted.official) == (0, 0, 0, 0)
    assert fitted.demand == MoveWeights().demand
    assert fitted == fit_weights(pairs, [Signal.SKILLS])


def test_several_tables_list_what_any_of_them_lists(world_map: CareerMap) -> None:
    numbers = world_map.occupations
    both = listed_by(numbers, list(numbers.tables)).toarray()
    assert set(np.unique(both)) == {0, 1}
    assert both.sum() == sum(table.listed().count_nonzero() for table in numbers.tables.values())
    assert not listed_by(numbers, []).count_nonzero()
