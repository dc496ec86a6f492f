"""The clocks of the law, against a second and slower way to say the same, and against days one can look up."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.trust.rights.deadlines import Deadlines, add_months, due_of, easter, may_extend

seconds = st.integers(0, 41 * 365 * 24 * 3600)
moments = seconds.map(lambda after: datetime(2018, 5, 25, tzinfo=UTC) + timedelta(seconds=after))
countries = st.sampled_from(["SE", "FI", "DK", "FR", "DE", "IE", "ZZ"])


def walked(day: date, months: int) -> date:
    """The same date so many months later, by walking day by day: past each month's end, then on to the date."""
    found = day
    for _ in range(months):
        month = found.month
        while found.month == month:
            found += timedelta(days=1)
    while found.day < day.day and (found + timedelta(days=1)).month == found.month:
        found += timedelta(days=1)
    return found


@given(st.dates(date(1995, 1, 1), date(2100, 1, 1)), st.integers(0, 14))
def test_months_are_counted_as_one_counts_them_on_a_wall_calendar(day: date, months: int) -> None:
    assert add_months(day, months) == walked(day, months)


@settings(max_examples=200)
@given(moments, countries, st.booleans(), st.integers(0, 400), st.integers(0, 400))
def test_a_last_day_is_the_first_working_day_on_or_after_the_date(
    asked: datetime, country: str, extended: bool, after: int, long: int
) -> None:
    clock = Deadlines(country)
    doubted = asked + timedelta(hours=after)
    resumed = doubted + timedelta(hours=long)
    pause = clock.day(resumed) - clock.day(doubted)
    plain = clock.due(asked, extended=extended)
    paused = clock.due(asked, extended=extended, doubted=doubted, resumed=resumed)
    end = walked(clock.day(asked), 3 if extended else 1)
    days = [end + timedelta(days=number) for number in range(20)]
    assert plain == next(day for day in days if day.isoweekday() <= 5 and clock.is_working_day(day))
    assert plain is not None
    assert paused is not None
    assert plain <= paused <= plain + pause + timedelta(days=12)
    assert paused >= end + pause
    assert clock.due(asked, extended=extended, doubted=doubted) is None


@given(moments, countries)
def test_it_is_over_with_the_last_hour_of_the_last_day_and_not_before(asked: datetime, country: str) -> None:
    clock = Deadlines(country)
    due = clock.due(asked)
    assert due is not None
    moment = asked
    while clock.day(moment) <= due:
        assert not clock.is_over(due, moment)
        moment += timedelta(hours=7)
    assert clock.is_over(due, moment)


@pytest.mark.parametrize(
    ("asked", "months", "end"),
    [
        ("2023-01-31", 1, "2023-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-03-05", 1, "2026-04-05"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-12-31", 1, "2027-01-31"),
    ],
)
def test_a_month_without_that_date_ends_with_its_last_day(asked: str, months: int, end: str) -> None:
    assert add_months(date.fromisoformat(asked), months) == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("country", "asked", "due"),
    [
        ("SE", "2026-11-21T12:00", "2026-12-21"),  # a Monday
        ("SE", "2026-11-25T12:00", "2026-12-28"),  # Christmas Day, Boxing Day and a Sunday lie before
        ("SE", "2026-12-01T12:00", "2027-01-04"),  # New Year's Day is a Friday
        ("FR", "2026-06-14T12:00", "2026-07-15"),  # the fourteenth of July
        ("DE", "2026-03-03T12:00", "2026-04-07"),  # Good Friday to Easter Monday
        ("DK", "2026-03-02T12:00", "2026-04-07"),  # Maundy Thursday begins it in Denmark
        ("IE", "2026-07-03T12:00", "2026-08-04"),  # the first Monday in August
        ("SE", "2026-01-29T23:30", "2026-03-02"),  # in Stockholm it was the thirtieth: 28 February is a Saturday
        ("ZZ", "2026-11-25T12:00", "2026-12-25"),  # a country nobody wrote down has weekends only
    ],
)
def test_last_days_one_can_look_up(country: str, asked: str, due: str) -> None:
    moment = datetime.fromisoformat(asked).replace(tzinfo=UTC)
    assert Deadlines(country).due(moment) == date.fromisoformat(due)


@pytest.mark.parametrize(
    "day",
    ["1961-04-02", "2000-04-23", "2008-03-23", "2011-04-24", "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25"],
)
def test_easter_is_when_it_was_and_will_be(day: str) -> None:
    sunday = date.fromisoformat(day)
    assert easter(sunday.year) == sunday


@given(moments, st.integers(0, 60 * 24), st.integers(0, 120 * 24))
def test_more_time_is_taken_within_the_first_month_from_asking_or_arrival_once(
    asked: datetime, travel: int, later: int
) -> None:
    clock = Deadlines("SE")
    received, at = asked + timedelta(hours=travel), asked + timedelta(hours=travel + later)
    facts = {"asked": asked, "received": received, "extended": None, "doubted": None, "resumed": None}
    last = clock.due(received)
    assert last is not None
    assert may_extend(clock, facts, at) == (clock.day(at) <= last)
    assert not may_extend(clock, facts | {"extended": at}, at)
    first, more = due_of(facts, "SE"), due_of(facts, "SE", extended=at)
    assert first is not None
    assert more is not None
    assert more > first


@pytest.mark.parametrize("country", ["IE", "PT", "SE", "FR", "XX"])
@pytest.mark.parametrize("moment", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_no_moment_a_peer_may_tell_makes_the_clock_fall(country: str, moment: datetime) -> None:
    assert Deadlines(country).day(moment).year in (1, 9999)
