"""Exposure adds up, small groups are not told of, and nobody is in a report."""

from __future__ import annotations

from collections import defaultdict

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.fairness import exposure

OFFERS = [f"offer-{at}" for at in range(8)]
answers = st.lists(st.lists(st.sampled_from(OFFERS), max_size=8, unique=True), max_size=40)
values = st.dictionaries(st.sampled_from(OFFERS), st.sampled_from(["low", "high"]))


@given(lists=answers, of=values, fewest=st.integers(5, 12), groups=st.lists(st.sampled_from("abc"), max_size=40))
@settings(max_examples=50, deadline=None)
def test_exposure_adds_up_and_small_groups_are_left_out(
    lists: list[list[str]], of: dict[str, str], fewest: int, groups: list[str]
) -> None:
    people = {f"person-{at}": group for at, group in enumerate(groups)}
    told = [(f"person-{at}", offers) for at, offers in enumerate(lists)]
    report = exposure(told, people, {"pay": of}, fewest=fewest)
    sums: dict[str, float] = defaultdict(float)
    for one in report.exposures:
        sums[one.group] += one.share
        assert one.people >= fewest
        assert one.people == sum(bool(offers) and people.get(name) == one.group for name, offers in told)
        assert 0 <= one.low <= one.share + 1e-4
        assert one.share - 1e-4 <= one.high <= 1
    assert all(abs(total - 1) < 1e-3 for total in sums.values())
    counted = {people[name] for name, offers in told if offers and name in people}
    assert len(sums) + report.left_out == len(counted)
    assert b"person-" not in orjson.dumps(report.as_json())


def test_what_stands_first_counts_most() -> None:
    people = {str(at): "a" for at in range(10)}
    report = exposure([(name, ["one", "two"]) for name in people], people, {"pay": {"one": "high", "two": "low"}})
    shares = {one.value: one.share for one in report.exposures}
    assert shares == {"high": pytest.approx(0.6131, abs=1e-3), "low": pytest.approx(0.3869, abs=1e-3)}
    assert all(one.low == one.share == one.high for one in report.exposures)


def test_groups_treated_alike_have_intervals_that_meet_and_others_have_not() -> None:
    people = {f"{group}{at}": group for group in "abc" for at in range(40)}
    lists = [
        (name, ["well paid"] if group == "c" or int(name[1:]) % 2 else ["badly paid"]) for name, group in people.items()
    ]
    report = exposure(lists, people, {"pay": {"well paid": "high", "badly paid": "low"}})
    high = {one.group: one for one in report.exposures if one.value == "high"}
    assert high["a"].low <= high["b"].share <= high["a"].high
    assert high["c"].low > high["a"].high


def test_who_gave_no_consent_is_not_counted() -> None:
    people = {str(at): "a" for at in range(10)}
    lists = [(str(at), ["one"] if at < 10 else ["two"]) for at in range(30)]
    assert [one.value for one in exposure(lists, people, {"pay": {"one": "1", "two": "2"}}).exposures] == ["1"]


def test_a_threshold_that_hides_nobody_and_a_person_twice_are_refused() -> None:
    with pytest.raises(BadInput, match="too small"):
        exposure([], {}, {}, fewest=4)
    with pytest.raises(BadInput, match="twice"):
        exposure([("a", ["one"]), ("a", ["two"])], {}, {})
