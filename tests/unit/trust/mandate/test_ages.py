"""Ages: every country has its line, and everybody grows up on the right day, wherever they live."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.trust.mandate import age_of_consent, age_of_majority, ages

EU = {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV"}
EU |= {"MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))


def test_every_state_of_the_union_and_the_economic_area_is_there_with_the_united_kingdom_and_switzerland() -> None:
    assert set(ages.countries()) == {*EU, "IS", "LI", "NO", "GB", "CH"}


@pytest.mark.parametrize("country", ages.countries())
def test_every_line_has_an_age_the_regulation_allows_a_source_and_a_time_zone(country: str) -> None:
    line = ages.ages_of(country)
    assert all(13 <= rule.age <= 16 and rule.source and rule.since >= date(2018, 5, 25) for rule in line.consent)
    assert [rule.since for rule in line.consent] == sorted(rule.since for rule in line.consent)
    assert line.majority == age_of_majority(country) == 18
    assert line.majority_source
    ZoneInfo(line.zone)
    assert age_of_consent(country) == line.consent[-1].age


def test_the_file_says_as_of_when_it_was_true() -> None:
    text = resources.files("skillspace.trust.mandate").joinpath("ages.json").read_text(encoding="utf-8")
    assert date.fromisoformat(json.loads(text)["as_of"]) >= date(2025, 1, 1)


def test_a_law_that_changed_holds_from_its_day_on() -> None:
    assert age_of_consent("DK", date(2023, 12, 31)) == 13
    assert age_of_consent("DK", date(2024, 1, 1)) == 15
    assert (age_of_consent("SE"), age_of_consent("FR"), age_of_consent("DE")) == (13, 15, 16)


@pytest.mark.parametrize("country", ["", "US", "se", "XX" * 200])
def test_a_country_without_a_line_is_refused(country: str) -> None:
    with pytest.raises(BadInput):
        age_of_consent(country)


def test_who_was_born_on_a_leap_day_is_older_on_the_first_of_march() -> None:
    born = date(2012, 2, 29)
    assert ages.age_on(born, date(2025, 2, 28)) == 12
    assert ages.age_on(born, date(2025, 3, 1)) == 13
    assert ages.age_on(born, date(2028, 2, 28)) == 15
    assert ages.age_on(born, date(2028, 2, 29)) == 16


def test_a_birthday_begins_when_the_day_has_begun_everywhere_in_the_country() -> None:
    midnight = datetime(2026, 6, 1, 0, 0, tzinfo=ZoneInfo("Atlantic/Azores"))
    assert ages.local_day("PT", midnight - timedelta(microseconds=1)) == date(2026, 5, 31)
    assert ages.local_day("PT", midnight) == date(2026, 6, 1)
    # Summer time: in Stockholm the first of June begins at ten in the evening of UTC, the first of January at eleven.
    assert ages.local_day("SE", datetime(2026, 5, 31, 22, 0, tzinfo=UTC)) == date(2026, 6, 1)
    assert ages.local_day("SE", datetime(2025, 12, 31, 22, 0, tzinfo=UTC)) == date(2025, 12, 31)


@given(born=days, day=days)
def test_an_age_is_the_number_of_birthdays_that_were(born: date, day: date) -> None:
    age = ages.age_on(born, day)
    # Told another way: who compares month and day needs no calendar.
    counted = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    assert age == counted


@given(born=days, day=days, years=st.integers(0, 30))
def test_the_latest_birth_that_counts_is_exactly_that(born: date, day: date, years: int) -> None:
    assert (ages.age_on(born, day) >= years) == (born <= ages.born_by(day, years))


@given(born=days, day=days)
def test_nobody_grows_younger(born: date, day: date) -> None:
    assert 0 <= ages.age_on(born, day + timedelta(days=1)) - ages.age_on(born, day) <= 1
