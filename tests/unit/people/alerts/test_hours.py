"""Quiet hours: by the clock on the person's wall, over midnight, and on the days on which clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.people.alerts import Quiet
from skillspace.people.alerts.hours import STEP

STOCKHOLM = ZoneInfo("Europe/Stockholm")
ZONES = ("Europe/Stockholm", "Europe/London", "UTC", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu")
quarters = st.integers(0, 95).map(lambda count: time(count // 4, count % 4 * 15))
hours = st.builds(Quiet, start=quarters, end=quarters, zone=st.sampled_from(ZONES))
#: Some around each change of clocks, some anywhere in two years.
moments = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - given its zone below
    st.sampled_from([datetime(2026, 3, 28, 20), datetime(2026, 10, 24, 20), datetime(2027, 3, 13, 20)]).flatmap(  # noqa: DTZ001
        lambda day: st.integers(0, 1440).map(lambda minutes: day + timedelta(minutes=minutes))
    ),
).map(lambda moment: moment.replace(tzinfo=UTC))


@given(quiet=hours, moment=moments)
def test_news_never_come_while_it_is_quiet_and_soon_after(quiet: Quiet, moment: datetime) -> None:
    then = quiet.over(moment)
    assert then >= moment
    assert not quiet.holds(then)
    between = moment
    while between + STEP < then:
        assert quiet.holds(between), "it was over before"
        between += STEP
    assert then - moment <= timedelta(hours=26)


@given(quiet=hours, moment=moments, days=st.sampled_from([1, 7]))
def test_the_next_time_is_the_first_moment_of_that_day_that_is_not_quiet(
    quiet: Quiet, moment: datetime, days: int
) -> None:
    zone = ZoneInfo(quiet.zone)
    then = quiet.day_after(moment, days)
    assert not quiet.holds(then)
    assert then > moment
    midnight = datetime.combine(moment.astimezone(zone).date() + timedelta(days=days), time(), zone)
    assert timedelta() <= then - midnight <= timedelta(hours=26)


@pytest.mark.parametrize(
    ("start", "end", "at", "is_quiet"),
    [
        ("20:00", "08:00", "20:00", True),
        ("20:00", "08:00", "00:00", True),
        ("20:00", "08:00", "07:59", True),
        ("20:00", "08:00", "08:00", False),
        ("20:00", "08:00", "19:59", False),
        ("09:00", "17:00", "12:00", True),
        ("09:00", "17:00", "17:00", False),
        ("12:00", "12:00", "12:00", False),
    ],
)
def test_quiet_hours_begin_with_their_first_minute_and_end_before_their_last(
    start: str, end: str, at: str, is_quiet: bool
) -> None:
    quiet = Quiet(start=time.fromisoformat(start), end=time.fromisoformat(end))
    assert (
        quiet.holds(datetime.combine(datetime(2026, 6, 1, tzinfo=UTC), time.fromisoformat(at), STOCKHOLM)) is is_quiet
    )


@pytest.mark.parametrize(("night", "utc"), [("2026-03-28", 6), ("2026-10-24", 7), ("2026-06-01", 6), ("2026-12-01", 7)])
def test_eight_in_the_morning_is_eight_on_the_wall_also_when_clocks_change(night: str, utc: int) -> None:
    evening = datetime.combine(datetime.fromisoformat(night), time(22), STOCKHOLM).astimezone(UTC)
    then = Quiet().over(evening)
    assert then.astimezone(STOCKHOLM).time() == time(8)
    assert then.hour == utc


def test_hours_that_end_in_the_hour_that_is_left_out_end_when_it_would_have_begun() -> None:
    quiet = Quiet(start=time(22), end=time(2, 30))
    before = datetime(2026, 3, 29, 1, 45, tzinfo=STOCKHOLM).astimezone(UTC)
    assert quiet.over(before).astimezone(STOCKHOLM).time() == time(3)


@pytest.mark.parametrize("zone", ["", "Nowhere", "Europe", "../../etc/passwd", "Europe/Stockholm\0", "x" * 5000])
def test_what_is_no_time_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadInput, match="no time zone"):
        Quiet(zone=zone)


def test_hours_are_quarters_so_that_there_is_always_a_moment_for_news() -> None:
    with pytest.raises(BadInput, match="quarter"):
        Quiet(start=time(0), end=time(23, 59))
