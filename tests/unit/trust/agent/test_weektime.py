"""Whether two conditions meet, against looking at every quarter of an hour of a week with the conditions themselves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.trust.agent.weektime import is_all_week, overlap
from skillspace.trust.consent import Conditions

QUARTERS = [datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=15 * number) for number in range(7 * 96)]
HOURS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
CONDITIONS = st.builds(
    Conditions, days=st.frozensets(st.integers(1, 7), min_size=1), start=HOURS, end=HOURS, zone=st.just("UTC")
)


def opens(conditions: Conditions) -> set[datetime]:
    return {moment for moment in QUARTERS if conditions.why_not(moment, None) is None}


@given(CONDITIONS, CONDITIONS)
@settings(max_examples=60, deadline=None)
def test_two_conditions_meet_exactly_when_some_moment_is_open_in_both(first: Conditions, second: Conditions) -> None:
    assert overlap(first, second) == bool(opens(first) & opens(second))


@given(CONDITIONS)
@settings(max_examples=60, deadline=None)
def test_all_week_leaves_no_moment_out(conditions: Conditions) -> None:
    assert is_all_week(conditions) == (len(opens(conditions)) == len(QUARTERS))


def test_in_two_time_zones_they_may_always_meet() -> None:
    first = Conditions(days=frozenset({1}), start=time(8), end=time(9), zone="UTC")
    second = Conditions(days=frozenset({5}), start=time(8), end=time(9), zone="Asia/Tokyo")
    assert overlap(first, second)
