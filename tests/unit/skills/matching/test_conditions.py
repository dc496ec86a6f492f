"""Conditions beside skills: what shuts an offer out, what is only told, and that the two agree."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import Columns, Condition, Offer, OfferIndex, Question, State, Wishes
from skillspace.skills.matching.conditions import Conditions, great_circle
from skillspace.skills.taxonomy import Taxonomies
from tests.unit.skills.matching.brute import fits, kilometres, offer_lists, wishes

QUICK = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
ALL = frozenset(Condition)
JOB = Offer(id="job", occupation=None, needs=())
MONDAY = dt.date(2026, 11, 23)
places = st.tuples(st.floats(-90, 90, width=32), st.floats(-180, 180, width=32))


def conditions(*offers: Offer) -> Conditions:
    return Conditions.of(Columns.of(offers))


def told(offer: Offer, wishes: Wishes) -> dict[Condition, State]:
    """What is told of one offer, found to agree with the filter."""
    one = conditions(offer)
    states = {one.condition: one.state for one in one.checked(np.array([0]), wishes)[0]}
    allowed = one.allowed(replace(wishes, must=ALL))
    assert (allowed is None or bool(allowed[0])) == (State.UNMET not in states.values())
    return states


@given(offers=offer_lists, wishes=wishes)
@QUICK
def test_offers_are_shut_out_as_by_hand(offers: list[Offer], wishes: Wishes) -> None:
    allowed = conditions(*offers).allowed(wishes)
    found = [True] * len(offers) if allowed is None else allowed.tolist()
    assert found == [fits(offer, wishes) for offer in offers]


@given(offers=offer_lists, wishes=wishes)
@QUICK
def test_what_is_told_agrees_with_what_is_shut_out(offers: list[Offer], wishes: Wishes) -> None:
    held = conditions(*offers)
    allowed = held.allowed(wishes)
    checked = held.checked(np.arange(len(offers)), wishes)
    for at, (offer, lines) in enumerate(zip(offers, checked, strict=True)):
        unmet = {line.condition for line in lines if line.state is State.UNMET}
        assert bool(unmet & wishes.must) == (allowed is not None and not allowed[at])
        assert unmet == {one for one in Condition if not fits(offer, replace(wishes, must=frozenset({one})))}
        assert [line.condition for line in lines] == sorted(
            {line.condition for line in lines}, key=list(Condition).index
        )
        for line in lines:
            assert line.offer or line.person
            assert (line.state is State.UNKNOWN) or (line.offer and line.condition in wishes.said())


@given(offers=offer_lists, wishes=wishes)
@QUICK
def test_conditions_written_and_read_again_are_the_same(offers: list[Offer], wishes: Wishes) -> None:
    held = conditions(*offers)
    again = Conditions.read(held.arrays())
    every = np.arange(len(offers))
    assert again.checked(every, wishes) == held.checked(every, wishes)
    assert str(again.allowed(wishes)) == str(held.allowed(wishes))


@given(wishes=wishes)
@QUICK
def test_an_offer_that_says_nothing_is_never_shut_out(wishes: Wishes) -> None:
    states = told(JOB, replace(wishes, kinds=frozenset()))
    assert set(states.values()) <= {State.UNKNOWN}


@given(one=places, other=places)
def test_distances_are_those_of_another_formula(one: tuple[float, float], other: tuple[float, float]) -> None:
    assert great_circle(*one, *other) == pytest.approx(kilometres(one, other), abs=0.01)


@given(one=places, others=st.lists(places, min_size=1, max_size=10), most=st.floats(0, 21_000))
@settings(deadline=None)
def test_only_what_is_too_far_is_cut_off(
    one: tuple[float, float], others: list[tuple[float, float]], most: float
) -> None:
    found = conditions(*(replace(JOB, where=other) for other in others)).distances((*one, most))
    for other, away in zip(others, found.tolist(), strict=True):
        true = kilometres(one, other)
        if abs(true - most) > 0.01:
            assert (away == pytest.approx(true, abs=0.01)) if true < most else away == float("inf")


def test_remote_work_is_near_to_everyone_who_wants_it() -> None:
    far, nowhere = (replace(JOB, remote=True, where=where, place="SE") for where in ((-33.9, 18.4), None))
    asked = Wishes(near=(59.3, 18.1, 30), places=frozenset({"FR"}))
    for offer in (far, nowhere):
        assert told(offer, asked)[Condition.DISTANCE] is State.MET
        assert told(offer, asked)[Condition.PLACE] is State.MET
    assert told(far, replace(asked, remote=False))[Condition.DISTANCE] is State.UNMET
    assert told(nowhere, replace(asked, remote=False))[Condition.DISTANCE] is State.UNKNOWN
    assert told(far, replace(asked, remote=False))[Condition.PLACE] is State.UNMET


@pytest.mark.parametrize(
    ("opens", "closes", "state"),
    [
        (None, MONDAY, State.MET),
        (MONDAY, None, State.MET),
        (MONDAY, MONDAY, State.MET),
        (None, MONDAY - dt.timedelta(days=1), State.UNMET),
        (MONDAY + dt.timedelta(days=1), None, State.UNMET),
        (None, None, State.UNKNOWN),
    ],
)
def test_an_offer_is_open_from_its_first_day_to_its_last(
    opens: dt.date | None, closes: dt.date | None, state: State
) -> None:
    assert told(replace(JOB, opens=opens, closes=closes), Wishes(on=MONDAY))[Condition.OPEN] is state


def test_what_is_in_the_very_place_is_no_kilometre_away() -> None:
    assert told(replace(JOB, where=(59.3, 18.1)), Wishes(near=(59.3, 18.1, 0.0)))[Condition.DISTANCE] is State.MET


def test_a_day_long_ago_shuts_out_nothing_that_has_no_days() -> None:
    assert told(JOB, Wishes(on=dt.date(1950, 1, 1)))[Condition.OPEN] is State.UNKNOWN


def test_pay_in_another_currency_is_not_compared() -> None:
    paid = replace(JOB, salary_min=10.0, currency="SEK")
    assert told(paid, Wishes(salary=20.0, currency="EUR"))[Condition.SALARY] is State.UNKNOWN
    assert told(paid, Wishes(salary=20.0, currency="SEK"))[Condition.SALARY] is State.UNMET
    assert told(replace(paid, salary_max=20.0), Wishes(salary=20.0, currency="SEK"))[Condition.SALARY] is State.MET


def test_one_language_is_enough_and_every_licence_is_needed() -> None:
    asked = replace(JOB, languages=("sv", "fr"), licences=("B", "C"))
    assert told(asked, Wishes(languages=frozenset({"fr"})))[Condition.LANGUAGE] is State.MET
    assert told(asked, Wishes(languages=frozenset({"de"})))[Condition.LANGUAGE] is State.UNMET
    assert told(asked, Wishes(languages=frozenset()))[Condition.LANGUAGE] is State.UNMET
    assert told(asked, Wishes(licences=frozenset({"B"})))[Condition.LICENCE] is State.UNMET
    assert told(asked, Wishes(licences=frozenset({"B", "C", "D"})))[Condition.LICENCE] is State.MET


def test_an_empty_name_among_languages_is_none(world: Taxonomies) -> None:
    index = OfferIndex.build([replace(JOB, title="nurse", languages=("", "sv"), licences=("",))], world)
    asked = Question(text="nurse", wishes=Wishes(languages=frozenset({"sv"}), licences=frozenset(), must=ALL))
    states = {one.condition: (one.state, one.offer) for one in index.ask(asked)[0].conditions}
    assert states[Condition.LANGUAGE] == (State.MET, "sv")
    assert Condition.LICENCE not in states


def test_only_demanded_conditions_shut_out_and_the_others_are_told(world: Taxonomies) -> None:
    index = OfferIndex.build([replace(JOB, title="nurse", education=6)], world)
    told = index.ask(Question(text="nurse", wishes=Wishes(education=4)))[0].conditions
    assert [(one.condition, one.state, one.offer, one.person) for one in told if one.person] == [
        (Condition.EDUCATION, State.UNMET, "6", "4")
    ]
    assert index.ask(Question(text="nurse", wishes=Wishes(education=4, must=ALL))) == []


@pytest.mark.parametrize(
    "said",
    [
        {"near": (91.0, 0.0, 10.0)},
        {"near": (0.0, 0.0, -1.0)},
        {"near": (float("nan"), 0.0, 1.0)},
        {"near": (0.0, 0.0, float("inf"))},
        {"hours": (40.0, 20.0)},
        {"hours": (-1.0, 20.0)},
        {"hours": (20.0, float("nan"))},
        {"hours": (20.0, 200.0)},
        {"education": 0},
        {"salary": 10.0},
        {"currency": "SEK"},
        {"salary": float("nan"), "currency": "SEK"},
        {"salary": -1.0, "currency": "SEK"},
    ],
)
def test_wishes_that_contradict_themselves_are_refused(said: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"give|level|needs"):
        Wishes(**said)
