"""Every answer held against trying all plans of a small catalogue."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.skills.matching import Gap
from skillspace.skills.planning import Ability, Bounds, Kind, Training, plan
from skillspace.skills.planning.planner import ENOUGH
from tests.unit.skills.planning.conftest import Stock
from tests.unit.skills.planning.small import (
    CONCEPTS,
    Measure,
    abilities,
    bounds,
    catalogues,
    coverage,
    every_plan,
    faults,
    gaps,
    taken_in,
)

CLOSE = 0.003
"""What the measures that only break ties can come to."""

levels_needed = st.dictionaries(st.sampled_from(CONCEPTS[:4]), st.sampled_from([2, 4]), max_size=2)
trying_all = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@given(trainings=catalogues(), within=bounds, found=gaps, held=st.lists(abilities, max_size=1), levels=levels_needed)
@trying_all
def test_every_plan_keeps_every_bound_and_adds_up(
    stock: Stock, trainings: list[Training], within: Bounds, found: Gap, held: list[Ability], levels: dict[str, int]
) -> None:
    planning = plan(found, stock(trainings), within, held=held, levels=levels)
    for choice in planning.choices:
        taken = taken_in(choice.plan, trainings)
        assert faults(taken, within, held) == []
        assert len({one.id for one, _ in taken}) == len(taken)
        assert all(session in (one.sessions or (session,)) for one, session in taken)
        starts = [session.starts for _, session in taken]
        assert all(later is None or (earlier is not None and earlier <= later) for earlier, later in pairwise(starts))
        for at, step in enumerate(choice.plan.steps, start=1):
            assert step.coverage == pytest.approx(coverage(taken[:at], found, levels), abs=1e-5)
        assert planning.before <= choice.plan.coverage <= planning.reachable + 1e-6
        assert choice.proof.is_best
        left = {one.need_uri: one for one in choice.plan.open}
        assert choice.plan.coverage == pytest.approx(
            1 - sum(one.weight * (1 - one.met) for one in left.values()), abs=1e-5
        )


@given(trainings=catalogues(), within=bounds, found=gaps, held=st.lists(abilities, max_size=1), levels=levels_needed)
@trying_all
def test_no_plan_covers_more_and_none_is_better_in_everything(
    stock: Stock, trainings: list[Training], within: Bounds, found: Gap, held: list[Ability], levels: dict[str, int]
) -> None:
    planning = plan(found, stock(trainings), within, held=held, levels=levels)
    every = [Measure.of(taken, found, levels, within.currency) for taken in every_plan(trainings, within, held)]
    assert 1 - planning.best.coverage <= min(one.uncovered for one in every) + CLOSE
    for choice in planning.choices:
        own = Measure.of(taken_in(choice.plan, trainings), found, levels, within.currency)
        assert not any(other.is_clearly_better(own) for other in every)
    assert 1 <= len(planning.choices) <= len(Kind)


@given(trainings=catalogues(), within=bounds, found=gaps, levels=levels_needed)
@trying_all
def test_each_kind_of_plan_is_the_best_of_its_kind(
    stock: Stock, trainings: list[Training], within: Bounds, found: Gap, levels: dict[str, int]
) -> None:
    trainings = [one for one in trainings if one.price is not None and one.currency == within.currency]
    planning = plan(found, stock(trainings), within, levels=levels)
    enough = planning.before + ENOUGH * (planning.best.coverage - planning.before) - 1e-6
    rivals = [one for one in every_plan(trainings, within, ()) if coverage(one, found, levels) >= enough]
    by_kind = {kind: choice.plan for choice in planning.choices for kind in choice.kinds}
    if Kind.CHEAPEST not in by_kind:
        assert planning.best.coverage == pytest.approx(planning.before)
        return
    cost = min(sum(float(one.price or 0) for one, _ in taken) for taken in rivals)
    most = float(within.budget or 0) or 350.0
    assert float(by_kind[Kind.CHEAPEST].cost) <= cost + CLOSE * most
    assert len(by_kind[Kind.FEWEST].steps) == min(len(taken) for taken in rivals)
    dated = [max(has.ends for _, has in taken) for taken in rivals if all(has.ends for _, has in taken)]  # type: ignore[type-var]
    if dated:
        fastest = by_kind[Kind.FASTEST]
        assert all(step.session.ends for step in fastest.steps)
        assert fastest.ends is not None
        assert (fastest.ends - min(dated)).days <= 1  # type: ignore[operator]


@given(trainings=catalogues(), within=bounds, found=gaps)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_equal_questions_get_equal_answers_whatever_the_order_of_the_catalogue(
    stock: Stock, trainings: list[Training], within: Bounds, found: Gap
) -> None:
    assert plan(found, stock(trainings), within) == plan(found, stock(trainings[::-1]), within)
