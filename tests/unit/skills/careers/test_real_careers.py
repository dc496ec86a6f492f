"""Careers over all of ESCO with the published tables of France and Sweden, and English pay."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.skills.careers import CareerMap, Ground, Nearness, PathFinder, Start
from skillspace.skills.matching import PersonSkill
from skillspace.skills.taxonomy import Taxonomies, add_pack
from tests.unit.skills.careers.conftest import called

pytestmark = [pytest.mark.data, pytest.mark.slow]


@pytest.fixture(scope="module")
def packs(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """ESCO and what corresponds to it."""
    home = tmp_path_factory.mktemp("careers")
    for name in ("esco", "rome", "jobtech", "uk-ncs", "crosswalks"):
        add_pack(name, home, real_data)
    return Taxonomies.open(home)


@pytest.fixture(scope="module")
def real_map(packs: Taxonomies) -> CareerMap:
    """All occupations of ESCO."""
    return CareerMap.build(packs)


def test_interests_of_rome_and_macro_skills_are_in_its_pack(packs: Taxonomies) -> None:
    assert packs.facts("rome:A1201") == {"riasec": ["R", "C"]}
    assert packs.facts("urn:rome:competence:118069") == {"riasec": ["C", "S"]}


def test_pay_is_kept_with_currency_period_and_year(packs: Taxonomies) -> None:
    profile = packs.facts("uk-ncs:3d-printing-technician")["pay"]
    assert (profile["low"], profile["high"], profile["currency"], profile["per"]) == (18_000, 33_000, "GBP", "year")
    assert profile["year"] == 2020


def test_all_occupations_have_interests_and_most_a_stated_or_carried_one(real_map: CareerMap) -> None:
    grounds = [one.ground for one in real_map.occupations.interests if one]
    assert len(grounds) == len(real_map.occupations.uris)
    assert sum(ground is not Ground.INFERRED for ground in grounds) > 1_800


def test_a_waiter_finds_service_work_with_the_tables_that_say_so(packs: Taxonomies, real_map: CareerMap) -> None:
    waiter = called(packs, "waiter/waitress")
    held = [PersonSkill(uri=link.uri) for link in packs.skills_of(waiter)]
    moves = real_map.next_moves(held, waiter, packs, k=6)
    head = next(move for move in moves if packs.label(move.occupation, "en") == "head waiter/head waitress")
    assert {one.table for one in head.official} == {"rome-mobility", "jobtech-substitutability"}
    assert {one.kind for one in head.official} <= set(Nearness)
    assert any(move.pay is not None for move in moves)


def test_stepping_stones_lead_where_one_step_is_too_wide(packs: Taxonomies, real_map: CareerMap) -> None:
    start, target = called(packs, "warehouse worker"), called(packs, "supply chain manager")
    found = PathFinder.build(real_map).to(target, Start(occupation=start), packs)
    assert len(found[0].steps) > 1
    direct = next(path for path in found if len(path.steps) == 1)
    assert found[0].effort < direct.effort
