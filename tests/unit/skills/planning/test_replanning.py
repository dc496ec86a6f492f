"""A plan brought up to date: what stays, what goes, what comes, and why."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import Gap
from skillspace.skills.planning import (
    Ability,
    Bound,
    Bounds,
    Catalogue,
    Plan,
    Replanning,
    Session,
    Training,
    Turn,
    plan,
    replan,
)
from tests.unit.skills.planning.conftest import Stock
from tests.unit.skills.planning.small import (
    DISTANCES,
    MONDAY,
    bounds,
    catalogues,
    day,
    faults,
    gap_of,
    gaps,
    taken_in,
    training,
)

WITHIN = Bounds(earliest=MONDAY, distances=DISTANCES, budget=Decimal(100))
FOUND = gap_of({"urn:example:a": 3, "urn:example:b": 2, "urn:example:c": 1})


def week(number: int) -> tuple[Session, ...]:
    """Return a session that fills one week, counted from the first."""
    return (Session(starts=day(7 * number), ends=day(7 * number + 6), is_online=True),)


OFFERED = [
    training("one", "a", sessions=week(0)),
    training("two", "b", sessions=week(2)),
    training("three", "c", sessions=week(4)),
]


@pytest.fixture
def catalogue(stock: Stock) -> Catalogue:
    """Three trainings for three needs, weeks apart."""
    return stock(OFFERED)


@pytest.fixture
def before(catalogue: Catalogue) -> Plan:
    """All three of them."""
    best = plan(FOUND, catalogue, WITHIN).best
    assert [step.training_id for step in best.steps] == ["one", "two", "three"]
    return best


def turns(answer: Replanning) -> dict[str, Turn]:
    """Return what became of each training."""
    return {change.training_id: change.turn for change in answer.changes}


def test_a_skill_that_arrives_closes_its_step_and_the_others_stay(catalogue: Catalogue, before: Plan) -> None:
    now = gap_of({"urn:example:a": 3, "urn:example:c": 1})
    answer = replan(before, now, catalogue, WITHIN, today=MONDAY)
    assert turns(answer) == {"one": Turn.KEPT, "two": Turn.CLOSED, "three": Turn.KEPT}
    assert [step.training_id for step in answer.planning.best.steps] == ["one", "three"]


def test_what_is_done_counts_before_anybody_recorded_it(catalogue: Catalogue, before: Plan) -> None:
    answer = replan(before, FOUND, catalogue, WITHIN, today=day(7), done={"one"})
    assert turns(answer) == {"one": Turn.DONE, "two": Turn.KEPT, "three": Turn.KEPT}
    assert answer.planning.before == pytest.approx(0.5)
    assert answer.planning.best.coverage == 1


def test_a_step_under_way_stays_and_one_whose_days_are_over_is_missed(catalogue: Catalogue, before: Plan) -> None:
    answer = replan(before, FOUND, catalogue, WITHIN, today=day(16))
    assert turns(answer) == {"one": Turn.MISSED, "two": Turn.KEPT, "three": Turn.KEPT}


def test_a_withdrawn_step_is_replaced_and_a_cancelled_session_moved(stock: Stock, before: Plan) -> None:
    offered = [
        training("one", "a", sessions=week(6)),
        training("other", "b", sessions=week(3)),
        OFFERED[2],
    ]
    answer = replan(before, FOUND, stock(offered), WITHIN, today=MONDAY)
    assert turns(answer) == {"one": Turn.MOVED, "two": Turn.WITHDRAWN, "three": Turn.KEPT, "other": Turn.ADDED}


def test_a_tighter_bound_says_which_step_it_drops(catalogue: Catalogue, before: Plan) -> None:
    answer = replan(before, FOUND, catalogue, replace(WITHIN, latest=day(30)), today=MONDAY)
    dropped = next(change for change in answer.changes if change.training_id == "three")
    assert (dropped.turn, dropped.bounds) == (Turn.OUT_OF_BOUNDS, (Bound.LATEST,))


def test_where_not_all_fit_any_more_the_most_valuable_stay(catalogue: Catalogue, before: Plan) -> None:
    answer = replan(before, FOUND, catalogue, replace(WITHIN, budget=Decimal(20)), today=MONDAY)
    assert turns(answer) == {"one": Turn.KEPT, "two": Turn.KEPT, "three": Turn.DISPLACED}


def test_a_step_that_others_rest_on_stays_although_it_closes_nothing(stock: Stock) -> None:
    ground = training("ground", "f", sessions=week(0))
    upper = training("upper", "a", sessions=week(2), demands=(Ability(uri="urn:example:f"),))
    catalogue = stock([ground, upper])
    before = plan(FOUND, catalogue, WITHIN).best
    answer = replan(before, FOUND, catalogue, WITHIN, today=MONDAY)
    assert turns(answer) == {"ground": Turn.KEPT, "upper": Turn.KEPT}
    holding = replan(before, FOUND, catalogue, WITHIN, today=MONDAY, held=[Ability(uri="urn:example:f")])
    assert turns(holding) == {"ground": Turn.CLOSED, "upper": Turn.KEPT}


def test_a_plan_whose_time_is_over_asks_for_another_last_day(catalogue: Catalogue, before: Plan) -> None:
    with pytest.raises(BadInput, match="end by"):
        replan(before, FOUND, catalogue, replace(WITHIN, latest=day(50)), today=day(60))


some = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@given(trainings=catalogues(), within=bounds, found=gaps)
@some
def test_where_nothing_changed_the_plan_does_not_either(
    stock: Stock, trainings: list[Training], within: Bounds, found: Gap
) -> None:
    catalogue = stock(trainings)
    before = plan(found, catalogue, within).best
    answer = replan(before, found, catalogue, within, today=within.earliest)
    assert answer.planning.best == before
    assert {change.turn for change in answer.changes} <= {Turn.KEPT}


@given(trainings=catalogues(), within=bounds, found=gaps, later=gaps, today=st.integers(0, 30), data=st.data())
@some
def test_every_step_has_one_fate_and_the_new_plan_keeps_the_bounds(
    stock: Stock,
    trainings: list[Training],
    within: Bounds,
    found: Gap,
    later: Gap,
    today: int,
    data: st.DataObject,
) -> None:
    catalogue = stock(trainings)
    before = plan(found, catalogue, within).best
    ids = [step.training_id for step in before.steps]
    done = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    answer = replan(before, later, catalogue, within, today=day(today), done=done)
    now = {step.training_id: step.session for step in answer.planning.best.steps}
    told = turns(answer)
    assert len(told) == len(answer.changes)
    assert told.keys() == {*ids, *now}
    assert {one for one, turn in told.items() if turn in (Turn.KEPT, Turn.MOVED, Turn.ADDED)} == now.keys()
    assert not done & now.keys()
    old = {step.training_id: step.session for step in before.steps}
    assert all((now[one] == old[one]) is (told[one] is Turn.KEPT) for one in old.keys() & now.keys())
    held = [ability for one in trainings if one.id in done for ability in one.teaches]
    under_way = {one for one in old.keys() & now.keys() if (start := old[one].starts) and start < day(today)}
    taken = taken_in(answer.planning.best, trainings)
    fresh = replace(within, earliest=max(within.earliest, day(today)))
    broken = faults(tuple(each for each in taken if each[0].id not in under_way), fresh, held)
    assert [fault for fault in broken if fault != "prerequisites"] == []
    total = [fault for fault in faults(taken, fresh, held) if fault in ("budget", "hours", "hours-a-week")]
    assert total == []
