"""What a plan says of itself: order, reasons for what stays open, unknowns, choices, and bad input."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import Gap
from skillspace.skills.planning import (
    Ability,
    Bound,
    Bounds,
    Break,
    Catalogue,
    Kind,
    Nearer,
    Session,
    Training,
    plan,
)
from skillspace.skills.taxonomy import ConceptKind, Taxonomies
from tests.unit.skills.planning.conftest import Stock
from tests.unit.skills.planning.small import DISTANCES, MONDAY, day, gap_of, training

WITHIN = Bounds(earliest=MONDAY, distances=DISTANCES)
TWO_NEEDS = gap_of({"urn:example:a": 2, "urn:example:b": 1})
LATER = Session(starts=day(90), ends=day(95))
FAR = Session(starts=day(0), ends=day(6), place="far")


def test_steps_come_in_the_order_of_their_dates_and_each_says_what_it_adds(stock: Stock) -> None:
    late = training("late", "a", sessions=(Session(starts=day(40), ends=day(41), is_online=True),))
    early = training("early", "b", sessions=(Session(starts=day(3), ends=day(9), place="near"),))
    best = plan(TWO_NEEDS, stock([late, early]), WITHIN).best
    assert [(step.training_id, step.closes) for step in best.steps] == [
        ("early", ("urn:example:b",)),
        ("late", ("urn:example:a",)),
    ]
    assert [step.coverage for step in best.steps] == pytest.approx([1 / 3, 1], abs=1e-5)
    assert (best.cost, best.hours, best.km, best.ends) == (Decimal(20), 20.0, 10.0, day(41))
    assert best.open == ()


def test_a_level_below_the_one_needed_brings_a_need_nearer(stock: Stock) -> None:
    basics = replace(training("basics", "a"), teaches=(Ability(uri="urn:example:a", level=2),))
    best = plan(TWO_NEEDS, stock([basics]), WITHIN, levels={"urn:example:a": 4}).best
    assert best.steps[0].nearer == (Nearer(need_uri="urn:example:a", before=0.0, after=0.5),)
    assert best.open[0].met == 0.5


def test_the_session_chosen_is_the_one_that_leaves_room_for_the_others(stock: Stock) -> None:
    two = (Session(starts=day(0), ends=day(6)), Session(starts=day(21), ends=day(27)))
    first = training("first", "a", sessions=two)
    second = training("second", "b", sessions=two[:1])
    best = plan(TWO_NEEDS, stock([first, second]), replace(WITHIN, hours_a_week=12)).best
    assert [(step.training_id, step.session) for step in best.steps] == [("second", two[0]), ("first", two[1])]


def test_what_is_demanded_is_learnt_first_even_where_the_target_does_not_need_it(stock: Stock) -> None:
    ground = training("ground", "f")
    upper = training(
        "upper",
        "a",
        demands=(Ability(uri="urn:example:f"),),
        sessions=(Session(starts=day(5), ends=day(8)), Session(starts=day(30), ends=day(31))),
    )
    catalogue = stock([ground, upper])
    best = plan(TWO_NEEDS, catalogue, WITHIN).best
    assert [step.training_id for step in best.steps] == ["ground", "upper"]
    assert best.steps[1].session.starts == day(30)
    holding = plan(TWO_NEEDS, catalogue, WITHIN, held=[Ability(uri="urn:example:f")]).best
    assert [(step.training_id, step.session.starts) for step in holding.steps] == [("upper", day(5))]


def test_trainings_that_demand_each_other_are_left_out_and_the_reason_given(stock: Stock) -> None:
    a = training("a", "a", demands=(Ability(uri="urn:example:b"),))
    b = training("b", "b", demands=(Ability(uri="urn:example:a"),), sessions=(Session(starts=day(9), ends=day(9)),))
    planning = plan(TWO_NEEDS, stock([a, b]), WITHIN)
    assert planning.best.steps == ()
    assert planning.reachable == 0
    assert [one.breaks for one in planning.best.open] == [(Break(bound=Bound.PREREQUISITES),)] * 2


@pytest.mark.parametrize(
    ("facts", "within", "broken"),
    [
        ({"price": Decimal(99)}, {"budget": Decimal(50)}, Break(bound=Bound.BUDGET, takes=Decimal("109.0"))),
        ({"hours": 35.0}, {"hours": 40.0}, Break(bound=Bound.HOURS, takes=45.0)),
        ({"hours": 35.0}, {"hours_a_week": 40.0}, Break(bound=Bound.HOURS_A_WEEK, takes=45.0)),
        ({"sessions": (LATER,)}, {"latest": day(60)}, Break(bound=Bound.LATEST, takes=day(95))),
        ({"sessions": (Session(starts=day(-9), ends=day(9)),)}, {}, Break(bound=Bound.EARLIEST, takes=day(-9))),
        ({"sessions": (FAR,)}, {"km": 50.0}, Break(bound=Bound.DISTANCE, takes=80.0)),
        ({"languages": frozenset({"fi"})}, {"languages": frozenset({"en"})}, Break(bound=Bound.LANGUAGES)),
        ({"price": None}, {"budget": Decimal(50)}, Break(bound=Bound.UNKNOWN_PRICE)),
        ({"currency": "SEK"}, {"budget": Decimal(50)}, Break(bound=Bound.UNKNOWN_PRICE)),
        ({"hours": None}, {"hours_a_week": 40.0}, Break(bound=Bound.UNKNOWN_HOURS)),
        ({"sessions": ()}, {}, Break(bound=Bound.UNKNOWN_DATES)),
        ({"sessions": (Session(starts=day(0), ends=day(6)),)}, {"km": 50.0}, Break(bound=Bound.UNKNOWN_DISTANCE)),
    ],
)
def test_what_stays_open_says_which_bound_would_have_to_give(
    stock: Stock, facts: dict[str, object], within: dict[str, object], broken: Break
) -> None:
    fits = training("fits", "a")
    best = plan(TWO_NEEDS, stock([fits, training("other", "b", **facts)]), replace(WITHIN, **within)).best  # type: ignore[arg-type]
    assert [step.training_id for step in best.steps] == ["fits"]
    assert [(one.need_uri, one.training_id, one.breaks) for one in best.open] == [("urn:example:b", "other", (broken,))]


def test_a_need_that_nothing_teaches_says_so(stock: Stock) -> None:
    best = plan(TWO_NEEDS, stock([training("fits", "a")]), WITHIN).best
    assert [(one.need_uri, one.training_id, one.breaks) for one in best.open] == [("urn:example:b", None, ())]


@pytest.mark.parametrize(
    ("unknown", "facts", "within"),
    [
        (Bound.UNKNOWN_PRICE, {"price": None}, {"budget": Decimal(5)}),
        (Bound.UNKNOWN_HOURS, {"hours": None}, {"hours": 5.0}),
        (Bound.UNKNOWN_DATES, {"sessions": ()}, {}),
        (Bound.UNKNOWN_DISTANCE, {"sessions": (Session(starts=day(0), ends=day(1)),)}, {"km": 1.0}),
    ],
)
def test_what_is_unknown_is_let_in_only_when_allowed_and_then_named(
    stock: Stock, unknown: Bound, facts: dict[str, object], within: dict[str, object]
) -> None:
    catalogue = stock([training("vague", "a", **facts)])
    bounds = replace(WITHIN, **within)  # type: ignore[arg-type]
    assert plan(TWO_NEEDS, catalogue, bounds).best.steps == ()
    best = plan(TWO_NEEDS, catalogue, replace(bounds, allows=frozenset({unknown}))).best
    assert ("vague", unknown) in best.unknown


def test_an_unknown_price_is_never_taken_for_a_low_one(stock: Stock) -> None:
    offered = [training("vague", "ab", price=None)]
    offered += [training("stated", "ab", price=Decimal(30)), training("dear", "ab", price=Decimal(90))]
    bounds = replace(WITHIN, budget=Decimal(100), allows=frozenset({Bound.UNKNOWN_PRICE}))
    assert [step.training_id for step in plan(TWO_NEEDS, stock(offered), bounds).best.steps] == ["stated"]


def test_choices_differ_and_say_what_each_is_best_in(stock: Stock) -> None:
    offered = [
        training("all", "abcde", price=Decimal(900), sessions=(Session(starts=day(50), ends=day(60), place="far"),)),
        training("most", "abcd", price=Decimal(100), sessions=(Session(starts=day(20), ends=day(30), place="far"),)),
        training("quick", "abcd", price=Decimal(500), sessions=(Session(starts=day(0), ends=day(2), place="far"),)),
        training("home", "abcd", price=Decimal(600), sessions=(Session(starts=day(40), ends=day(42), is_online=True),)),
    ]
    found = gap_of(dict.fromkeys((f"urn:example:{letter}" for letter in "abcde"), 1.0))
    planning = plan(found, stock(offered), replace(WITHIN, budget=Decimal(1000)))
    told = {kind: [step.training_id for step in one.plan.steps] for one in planning.choices for kind in one.kinds}
    assert told[Kind.MOST_COVERED] == ["all"]
    assert told[Kind.CHEAPEST] == ["most"]
    assert told[Kind.FASTEST] == ["quick"]
    assert told[Kind.NEAREST] == ["home"]
    assert len(planning.choices) == 4


def test_an_empty_gap_and_an_empty_catalogue_give_a_plan_without_steps(stock: Stock) -> None:
    done = plan(Gap(coverage=1.0, have=(), close=(), missing=()), stock([training("fits", "a")]), WITHIN)
    assert (done.best.steps, done.best.coverage, done.best.open) == ((), 1.0, ())
    nothing = plan(TWO_NEEDS, stock([]), WITHIN)
    assert nothing.best.steps == ()
    assert [one.training_id for one in nothing.best.open] == [None, None]


def test_without_time_to_search_the_plan_anybody_would_make_is_given_and_called_unproven(stock: Stock) -> None:
    planning = plan(TWO_NEEDS, stock([training("fits", "a"), training("late", "b", sessions=())]), WITHIN, seconds=0)
    assert [step.training_id for step in planning.best.steps] == ["fits"]
    assert [choice.proof.is_best for choice in planning.choices] == [False]


def test_a_special_case_of_a_need_brings_it_nearer(starter: Taxonomies) -> None:
    special = next(uri for uri in starter.concepts(kinds={ConceptKind.SKILL}) if starter.broader(uri))
    general = starter.broader(special)[0]
    given = Training(
        id="special",
        teaches=(Ability(uri=special),),
        price=Decimal(1),
        hours=1.0,
        sessions=(Session(starts=day(0), ends=day(1), is_online=True),),
    )
    best = plan(gap_of({general: 1}), Catalogue.build([given], starter), WITHIN).best
    assert [one.need_uri for one in best.steps[0].nearer] == [general]
    assert 0 < best.coverage < 1


def test_where_too_many_fit_the_plan_says_how_many_it_looked_at(stock: Stock) -> None:
    many = [training(f"t{at:03}", "a", price=Decimal(at)) for at in range(200)]
    planning = plan(TWO_NEEDS, stock(many), WITHIN)
    proof = planning.choices[0].proof
    assert proof.considered < proof.fit == 200
    assert [step.training_id for step in planning.best.steps] == ["t000"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"latest": date(2020, 1, 1)}, "end by 2020-01-01"),
        ({"budget": Decimal(-1)}, "budget is -1"),
        ({"hours_a_week": float("nan")}, "hours a week is nan"),
        ({"km": -3.0}, "distance is -3"),
        ({"distances": {"far": -1.0}}, "distance to far"),
        ({"home": (99.0, 0.0)}, "Home lies at"),
        ({"allows": frozenset({Bound.BUDGET})}, "budget cannot be left unknown"),
    ],
)
def test_bounds_that_contradict_themselves_are_refused_by_name(wrong: dict[str, object], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        replace(WITHIN, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (lambda: Session(starts=day(2), ends=day(1)), "before it starts"),
        (lambda: Session(at=(0.0, 200.0)), "longitude"),
        (lambda: training("t", "a", price=Decimal(-1)), "price of the training t is -1"),
        (lambda: training("t", "a", hours=-1.0), "training t: its number of hours"),
        (lambda: Ability(uri="urn:example:a", level=0), "level of urn:example:a is 0"),
    ],
)
def test_trainings_that_cannot_be_are_refused_by_name(wrong: object, named: str) -> None:
    with pytest.raises(BadInput, match=named):
        wrong()  # type: ignore[operator]


def test_two_trainings_of_one_identifier_are_refused(starter: Taxonomies) -> None:
    with pytest.raises(BadInput, match="called twin"):
        Catalogue.build([training("twin", "a"), training("twin", "b")], starter)


def test_distances_come_from_positions_where_no_place_tells_them(stock: Stock) -> None:
    paris, lyon = (48.8566, 2.3522), (45.7640, 4.8357)
    there = training("there", "a", sessions=(Session(starts=day(0), ends=day(0), at=lyon),))
    best = plan(TWO_NEEDS, stock([there]), replace(WITHIN, home=paris, km=400.0)).best
    assert best.km == pytest.approx(392, abs=2)
    assert plan(TWO_NEEDS, stock([there]), replace(WITHIN, home=paris, km=390.0)).best.steps == ()
