"""So often and no more, each for themselves, and again once the span is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel import pace
from skillspace.kernel.pace import Pace
from tests.small_space import HeldClock


@given(steps=st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40)), max_size=40), most=st.integers(1, 4))
def test_within_any_minute_nobody_does_more_than_so_much(steps: list[tuple[str, int]], most: int) -> None:
    clock, minute = HeldClock(), timedelta(minutes=1)
    counted, done = Pace(most, minute, clock), []
    for name, seconds in steps:
        clock.at += timedelta(seconds=seconds)
        recent = sum(who == name and clock.at - when < minute for who, when in done)
        assert counted.allows(name) is (recent < most)
        if recent < most:
            done.append((name, clock.at))


def test_so_many_names_are_remembered_and_the_quietest_are_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_NAMES", 3)
    counted = Pace(2, timedelta(minutes=1), HeldClock())
    for name in "abcad":
        assert counted.allows(name)
    assert set(counted._moments) == {"c", "a", "d"}
    assert counted.is_spent("a")


def test_to_look_counts_nothing_and_who_is_forgotten_begins_anew() -> None:
    counted = Pace(1, timedelta(minutes=1), HeldClock())
    assert not counted.is_spent("a")
    assert not counted.is_spent("a")
    assert counted.allows("a")
    assert counted.is_spent("a")
    counted.forget("a")
    assert not counted.is_spent("a")
    counted.forget("b")
