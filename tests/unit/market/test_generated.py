"""Generated vacancies: always the same, openly synthetic, and true to the relations they are made from."""

from __future__ import annotations

import datetime as dt

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.market.courses import read_starter_courses
from skillspace.market.territory import places
from skillspace.market.vacancies import generated_vacancies, read_vacancy, write_vacancy
from skillspace.skills.taxonomy import Need, Taxonomies


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(starter: Taxonomies) -> None:
    first, second, other = (
        [write_vacancy(vacancy) for vacancy in generated_vacancies(starter, data=None, count=300, seed=seed)]
        for seed in (7, 7, 8)
    )
    assert first == second
    assert first != other


def test_without_data_there_are_two_thousand_in_twenty_invented_towns(starter: Taxonomies) -> None:
    vacancies = list(generated_vacancies(starter, data=None))
    assert len(vacancies) == 2_000
    assert {vacancy.place_code for vacancy in vacancies} == {town.code for town in places("XX")}
    assert {vacancy.language for vacancy in vacancies} == {"sv", "fr", "en"}


def test_every_one_says_it_is_synthetic_and_asks_for_what_its_occupation_needs(starter: Taxonomies) -> None:
    as_of = dt.date(2026, 11, 21)
    for vacancy in generated_vacancies(starter, data=None, count=200, as_of=as_of):
        assert vacancy.synthetic
        assert vacancy.occupation
        links = {link.uri: link.need is Need.ESSENTIAL for link in starter.skills_of(vacancy.occupation)}
        assert all(links[uri] is is_essential for uri, is_essential in vacancy.skills)
        assert vacancy.published
        assert vacancy.closes
        assert vacancy.published <= as_of < vacancy.closes
        assert read_vacancy(write_vacancy(vacancy)) == vacancy


def test_demand_tables_without_their_packs_say_which_to_add(starter: Taxonomies, tmp_path: object) -> None:
    with pytest.raises(BadInput, match="skillspace taxonomy add jobtech"):
        next(generated_vacancies(starter, data=tmp_path))  # type: ignore[arg-type]


def test_the_starter_pack_brings_a_dozen_courses_in_three_languages(starter: Taxonomies) -> None:
    courses = read_starter_courses(starter)
    assert len(courses) == 12
    assert all(course.synthetic and course.skills and course.starts and course.place_code for course in courses)
    assert {course.language for course in courses} == {"sv", "fr", "en"}
