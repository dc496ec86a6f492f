"""Races: what is timed, and what is not."""

from __future__ import annotations

import itertools
import threading
import time

import pytest

from bench import racing
from bench.racing import Race, Times
from skillspace.kernel.errors import Unavailable


def test_each_is_timed_from_its_opening_to_its_end_and_no_more_are_under_way_than_asked() -> None:
    numbers, under_way, most = itertools.count(), set[str](), 0

    def end(name: str) -> None:
        under_way.discard(name)
        race.ended(name)

    def open_one() -> str:
        nonlocal most
        name = str(next(numbers))
        under_way.add(name)
        most = max(most, len(under_way))
        threading.Timer(0.02, end, [name]).start()
        return name

    race = Race(open_one)
    times = race.run(4, 20)
    assert len(times.each_ms) == 20
    assert times.lost == 0
    assert most <= 4
    assert times.p50 >= 20


def test_one_that_ended_before_its_opening_returned_counts() -> None:
    def open_one() -> str:
        race.ended("early")
        return "early"

    race = Race(open_one)
    assert race.run(1, 1).lost == 0


def test_the_lost_and_the_refused_are_counted_and_not_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(racing, "SILENCE_S", 0.05)
    numbers = itertools.count()

    def open_one() -> str:
        number = next(numbers)
        if number != 1:
            race.ended(str(number), is_good=number != 2)
        return str(number)

    race = Race(open_one)
    began = time.monotonic()
    times = race.run(2, 5)
    assert (times.lost, len(times.each_ms)) == (2, 3)
    assert time.monotonic() - began < 15


def test_a_race_nobody_finished_is_no_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(racing, "SILENCE_S", 0.05)
    with pytest.raises(Unavailable):
        Race(lambda: "one").run(1, 1)


def test_p95_is_what_nineteen_of_twenty_stayed_under() -> None:
    times = Times(each_ms=tuple(float(number) for number in range(100)), per_second=1, lost=0)
    assert (times.p50, times.p95) == (49.5, 95.0)
