"""Guessing a tool's secret: after some wrong ones nobody looks any more, for a while, and only at the guesser's."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillspace.kernel.errors import NotSignedIn
from skillspace.people.statements.tries import MOST, WITHIN, TooManyTries, Tries
from tests.conftest import NOON
from tests.small_space import HeldClock


def guess(tries: Tries, name: str = "Moodle", origin: str = "203.0.113.7", *, is_right: bool = False) -> None:
    with tries.one(name, origin):
        if not is_right:
            raise NotSignedIn


def wear_out(tries: Tries, times: int = MOST) -> None:
    for _ in range(times):
        with pytest.raises(NotSignedIn):
            guess(tries)


def test_after_some_wrong_secrets_the_right_one_is_not_looked_at_until_a_while_has_passed() -> None:
    clock = HeldClock()
    tries = Tries(clock)
    wear_out(tries)
    with pytest.raises(TooManyTries):
        guess(tries, is_right=True)
    clock.at = NOON + WITHIN - timedelta(seconds=1)
    with pytest.raises(TooManyTries):
        guess(tries, is_right=True)
    clock.at = NOON + WITHIN
    guess(tries, is_right=True)


def test_who_asks_from_elsewhere_or_under_another_name_is_not_kept_waiting() -> None:
    tries = Tries(HeldClock())
    wear_out(tries)
    guess(tries, origin="203.0.113.8", is_right=True)
    guess(tries, name="Articulate", is_right=True)


def test_the_right_secret_forgives_the_wrong_ones_before_it() -> None:
    tries = Tries(HeldClock())
    for _ in range(3):
        wear_out(tries, MOST - 1)
        guess(tries, is_right=True)


def test_who_shows_nothing_guesses_nothing() -> None:
    tries = Tries(HeldClock())
    for _ in range(MOST + 1):
        with pytest.raises(NotSignedIn):
            guess(tries, name="")


def test_many_guessers_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skillspace.kernel.pace.MOST_NAMES", 5)
    tries = Tries(HeldClock())
    for number in range(50):
        with pytest.raises(NotSignedIn):
            guess(tries, name=f"n{number}")
    assert len(tries._wrong._moments) == 5
