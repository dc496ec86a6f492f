"""The folder of real data, read whole."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import orjson
import pytest

from skillspace.market.courses import collected_courses, read_course, write_course
from skillspace.market.territory import named, places
from skillspace.market.vacancies import collected_vacancies, generated_vacancies, read_vacancy, write_vacancy
from skillspace.skills.taxonomy import Taxonomies

pytestmark = pytest.mark.data


def test_about_three_hundred_whole_ads_are_read_and_written(real_data: Path, official: Taxonomies) -> None:
    vacancies = list(collected_vacancies(real_data, official))
    assert len({vacancy.id for vacancy in vacancies}) == len(vacancies) > 300
    assert all(read_vacancy(write_vacancy(vacancy)) == vacancy for vacancy in vacancies)
    assert not any(vacancy.synthetic or "@" in (vacancy.text or "").replace("@media", "") for vacancy in vacancies[:43])
    assert sum(bool(vacancy.skills) for vacancy in vacancies) > 280
    electrician = next(vacancy for vacancy in vacancies if vacancy.title.startswith("Elektrikere"))
    assert official.label(electrician.occupation or "", "en") == "electrician"


def test_courses_are_read_with_their_skills_and_never_get_dates(real_data: Path, official: Taxonomies) -> None:
    courses = list(collected_courses(real_data, official))
    by_source = Counter(course.source for course in courses)
    assert by_source["SKILLAB"] == 2_133
    assert by_source["Arbetsförmedlingen, JobTech"] == 780, "1,185 entries, the same offer under several groups"
    assert all(course.starts is None and not course.synthetic for course in courses)
    assert all(official.has(uri) for course in courses for uri in course.skills)
    assert sum(bool(course.skills) for course in courses) > 2_300
    assert all(read_course(write_course(course)) == course for course in courses)


def test_generated_demand_follows_the_official_counts(real_data: Path, official: Taxonomies) -> None:
    vacancies = list(islice(generated_vacancies(official, data=real_data), 3_000))
    countries = Counter(vacancy.country for vacancy in vacancies)
    assert 0.08 < countries["FR"] / len(vacancies) < 0.16
    swedish = Counter(vacancy.place_name for vacancy in vacancies if vacancy.country == "SE")
    assert swedish.most_common(1)[0][0] == "Stockholm"
    assert {vacancy.language for vacancy in vacancies if vacancy.country == "FR"} == {"fr"}


def test_every_municipality_of_the_demand_table_is_a_known_place(real_data: Path) -> None:
    table = real_data / "territory" / "jobtech_territory_education" / "kommun_id_namn.json"
    names = orjson.loads(table.read_bytes()).values()
    assert len(names) == len(places("SE"))
    assert all(named(name, "SE") for name in names)
