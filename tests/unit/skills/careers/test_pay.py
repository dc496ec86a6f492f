"""Pay: carried with its source, compared only within one source, absent where nobody says."""

from __future__ import annotations

import pytest

from skillspace.skills.careers import CareerMap, Pay, Signal
from skillspace.skills.careers.pay import change, gains
from skillspace.skills.taxonomy import Taxonomies
from tests.unit.skills.careers.conftest import called


def paid(middle: int, currency: str = "SEK", via: str = "urn:some:group") -> Pay:
    return Pay(currency=currency, per="month", year=None, low=1, middle=middle, high=90_000, basis="invented", via=via)


def test_a_move_says_what_it_pays_by_whose_word_and_how_much_more(world: Taxonomies, world_map: CareerMap) -> None:
    moves = {move.occupation: move for move in world_map.next_moves([], called(world, "baker"), world)}
    cook = moves[called(world, "cook")]
    assert cook.pay == Pay(
        currency="SEK",
        per="month",
        year=None,
        low=22_000,
        middle=36_000,
        high=40_000,
        basis="invented",
        via="http://data.jobtechdev.se/taxonomy/concept/group-cook",
    )
    assert cook.pay_change == pytest.approx(0.5)
    assert {one.signal: one.value for one in cook.reasons}[Signal.PAY] == pytest.approx(0.585, abs=0.001)


def test_where_nobody_says_what_it_pays_the_value_is_not_known(world: Taxonomies, world_map: CareerMap) -> None:
    moves = {move.occupation: move for move in world_map.next_moves([], called(world, "baker"), world)}
    librarian = moves[called(world, "librarian")]
    assert (librarian.pay, librarian.pay_change) == (None, None)
    assert {one.signal: one.value for one in librarian.reasons}[Signal.PAY] is None


def test_figures_of_two_sources_or_currencies_are_never_compared() -> None:
    assert change({"jobtech": paid(20_000)}, {"uk-ncs": paid(30_000)}) is None
    assert change({"jobtech": paid(20_000)}, {"jobtech": paid(30_000, "EUR")}) is None
    assert change({"jobtech": paid(20_000)}, {"jobtech": paid(25_000)}) == pytest.approx(0.25)


def test_less_pay_gains_nothing_and_twice_as_much_gains_all() -> None:
    others = [{"jobtech": paid(middle)} for middle in (10_000, 20_000, 40_000, 90_000)]
    assert gains({"jobtech": paid(20_000)}, [*others, {}]).tolist() == [0, 0, 1, 1, 0]


def test_a_source_without_a_middle_is_taken_halfway() -> None:
    said = Pay(currency="GBP", per="year", year=2020, low=20_000, middle=None, high=30_000, basis="", via="")
    assert said.typical == 25_000
