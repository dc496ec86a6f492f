"""What is told: at most ten, the worthiest first, at most two of an employer, and never what was told before."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from skillspace.people.alerts import Kind, News
from skillspace.people.alerts.choosing import FAINTER, MOST, MOST_OF_ONE, choose, employer_of, likeness
from tests.unit.people.alerts.news import markets, offer


@given(days=st.lists(markets(), min_size=1, max_size=5))
def test_over_any_history_nothing_comes_twice_and_never_more_than_ten(days: list[list[News]]) -> None:
    told: set[str] = set()
    for market in days:
        chosen = choose(market, told)
        assert len(chosen) <= MOST
        names = [name for one in chosen for name in (one.offer, likeness(one))]
        assert len(names) == len(set(names))
        assert not told.intersection(names)
        assert max(Counter(employer_of(one) for one in chosen).values(), default=0) <= MOST_OF_ONE
        told.update(names)


@given(market=markets(), seed=st.integers())
def test_the_order_in_which_offers_came_changes_nothing(market: list[News], seed: int) -> None:
    shuffled = market.copy()
    Random(seed).shuffle(shuffled)  # noqa: S311 - any order
    assert choose(shuffled, ()) == choose(market, ())


@given(market=markets())
def test_as_many_are_told_as_the_rules_allow(market: list[News]) -> None:
    alike = {likeness(one): one for one in sorted(market, key=lambda one: (one.fit, one.offer))}
    allowed = sum(min(MOST_OF_ONE, count) for count in Counter(map(employer_of, alike.values())).values())
    assert len(choose(market, ())) == min(MOST, allowed)


@given(market=markets())
def test_whoever_comes_next_had_the_highest_worth_of_those_left(market: list[News]) -> None:
    chosen = choose(market, ())
    best = {kind: max((one.fit for one in market if one.kind is kind), default=1) for kind in Kind}
    taken: Counter[str] = Counter()
    for first, second in pairwise(chosen):
        worths = [one.fit / best[one.kind] * FAINTER ** taken[employer_of(one)] for one in (first, second)]
        assert worths[0] >= worths[1]
        taken[employer_of(first)] += 1


def test_the_same_ad_under_another_identifier_is_the_same_ad() -> None:
    told = offer("1", title="Nurse, full time", employer="Sample Care")
    again = offer("2", title="NURSE – full time!", employer="sample care", fit=1.0)
    elsewhere = offer("3", title="Nurse, full time", employer="Sample Care", place="XX-02")
    assert choose([again, elsewhere], {told.offer, likeness(told)}) == [elsewhere]
    assert choose([told, again], ()) == [again], "the one that fits better stands for both"


def test_titles_of_nothing_but_signs_are_told_apart_by_their_identifiers() -> None:
    assert len(choose([offer("1", title="…", employer=""), offer("2", title="!", employer="")], ())) == 2


def test_a_second_offer_of_an_employer_makes_way_for_one_that_fits_nearly_as_well() -> None:
    news = [offer("a", employer="Alpha", fit=0.9), offer("b", employer="Alpha", fit=0.89), offer("c", fit=0.7)]
    assert [one.offer for one in choose(news, ())] == ["job-a", "job-c", "job-b"]


def test_jobs_and_trainings_are_each_held_against_the_best_of_their_kind() -> None:
    jobs = [offer(str(number), fit=0.9 - number / 100) for number in range(20)]
    training = offer("t", kind=Kind.TRAINING, fit=0.02)
    assert training in choose([*jobs, training], ())


def test_what_was_learnt_moves_the_order_and_shuts_nothing_out() -> None:
    news = [offer("a", fit=0.9), offer("b", fit=0.8)]
    against = choose(news, (), lambda one: 0.7 if one.offer == "job-a" else 1.0)
    assert [one.offer for one in against] == ["job-b", "job-a"]
