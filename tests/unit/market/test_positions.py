"""Where things lie: stated, or the middle of a municipality, and what somebody finds around their home."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.market.courses import read_course, write_course
from skillspace.market.index import position_of, territory_of
from skillspace.market.territory import (
    COUNTRIES,
    KILOMETRES,
    choices,
    chosen,
    circle,
    is_choice,
    kilometres,
    lies,
    middle_of,
    places,
    position,
    territory_parents,
    towns,
)
from skillspace.market.vacancies import read_vacancy, write_vacancy
from skillspace.skills.matching import Around
from tests.unit.market.test_codecs import COURSE, VACANCY

HOME, NEXT = "XX-01", "XX-02"
#: South, north, west, east: what lies outside is a mistake of the table.
BORDERS = {"SE": (55.3, 69.1, 10.9, 24.2), "FR": (-21.5, 51.1, -63.2, 55.9), "XX": (-32, -29, -23, -18)}
towns_with_a_middle = st.sampled_from(
    [one.code for country in COUNTRIES for one in places(country) if one.middle is not None]
)
points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize("country", COUNTRIES)
def test_nearly_every_municipality_has_a_middle_and_it_lies_in_its_country(country: str) -> None:
    south, north, west, east = BORDERS[country]
    middles = [one.middle for one in places(country) if one.middle]
    assert len(middles) >= 0.95 * len(places(country))
    assert all(south <= latitude <= north and west <= longitude <= east for latitude, longitude in middles)


@pytest.mark.parametrize(
    ("one", "other", "km"), [("SE-0180", "SE-0380", 64), ("SE-2580", "SE-2584", 289), ("FR-69123", "FR-38185", 95)]
)
def test_towns_are_as_far_apart_as_maps_say(one: str, other: str, km: int) -> None:
    first, second = middle_of(one), middle_of(other)
    assert first is not None
    assert second is not None
    assert kilometres(first, second) == pytest.approx(km, rel=0.08)


def test_a_stated_position_goes_before_the_middle_of_the_place_and_says_so() -> None:
    stated = dataclasses.replace(VACANCY, at=(65.6, 22.1), place_code=HOME)
    found = position_of(stated)
    assert found is not None
    assert (found.at, found.is_stated) == ((65.6, 22.1), True)
    derived = position_of(dataclasses.replace(stated, at=None))
    assert derived is not None
    assert (derived.at, derived.is_stated) == (middle_of(HOME), False)
    named = position_of(dataclasses.replace(COURSE, place_name="björkhamra", country="XX"))
    assert named == derived
    for silent in (COURSE, dataclasses.replace(COURSE, region_code="XX1", country="XX")):
        assert position_of(silent) is None
    assert territory_of(stated) == HOME


@given(points)
def test_a_stated_position_travels_as_schema_org_writes_it(at: tuple[float, float]) -> None:
    line = write_vacancy(dataclasses.replace(VACANCY, at=at))
    geo = json.loads(line)["jobLocation"]["geo"]
    assert geo == {"@type": "GeoCoordinates", "latitude": at[0], "longitude": at[1]}
    assert read_vacancy(line).at == at
    assert read_course(write_course(dataclasses.replace(COURSE, at=at))).at == at


def test_an_offer_without_a_position_is_written_as_it_was_before_there_were_any() -> None:
    assert "geo" not in json.loads(write_vacancy(dataclasses.replace(VACANCY, place_code=HOME)))["jobLocation"]
    assert "jobLocation" not in json.loads(write_vacancy(VACANCY))


@pytest.mark.parametrize("geo", [{"latitude": 91, "longitude": 0}, {"latitude": "x", "longitude": 0}, {"latitude": 1}])
def test_a_position_that_is_none_is_refused_by_its_term(geo: dict[str, object]) -> None:
    line = json.loads(write_vacancy(dataclasses.replace(VACANCY, place_code=HOME)))
    line["jobLocation"]["geo"] = {"@type": "GeoCoordinates", **geo}
    with pytest.raises(BadInput, match=r"jobLocation\.geo"):
        read_vacancy(json.dumps(line).encode())


@given(towns_with_a_middle, towns_with_a_middle, st.sampled_from(KILOMETRES))
def test_a_town_is_in_a_circle_when_it_is_no_further_away(home: str, other: str, km: int) -> None:
    around, there = chosen(f"{km}km", home), position(None, other)
    assert isinstance(around, Around)
    assert there is not None
    away = kilometres(around.at, there.at)
    assert lies(around, there, other) == (away <= km)
    assert lies(around, position(None, home), home)
    assert math.isclose(away, kilometres(there.at, around.at), abs_tol=1e-6)


def test_what_says_only_its_region_is_near_when_that_is_ones_own() -> None:
    around = chosen("10km", HOME)
    assert lies(around, None, "XX1")
    assert not lies(around, None, "XX2")
    assert not lies(around, None, "XX")
    assert not lies(around, None, None)


def test_who_has_no_home_chooses_no_circle_and_a_territory_works_as_ever() -> None:
    assert list(choices(None)) == list(choices("XX1")) == []
    assert list(choices(HOME)) == [f"{km}km" for km in KILOMETRES]
    assert chosen("30km", None) is None
    assert chosen("", HOME) is None
    within = chosen("XX1", None)
    assert not isinstance(within, Around)
    assert lies(within, None, NEXT)
    assert not lies(within, position((65.0, 22.0), None), None)


@given(st.text(max_size=8))
def test_only_what_is_offered_is_a_choice(typed: str) -> None:
    assert is_choice(typed) == (typed in territory_parents() or typed in {f"{km}km" for km in KILOMETRES})
    assert circle(typed) is None or typed == f"{circle(typed)}km"


@given(st.sampled_from([one for country in COUNTRIES for one in places(country)]))
def test_a_town_is_found_by_what_people_write(town) -> None:  # type: ignore[no-untyped-def]
    assert town in towns(f" {town.name.upper()} ")
    assert towns(f"{town.name}, {town.region_name}") == (town,)
    assert towns(f"{town.name}, nowhere") == ()
