"""The matcher answers for each kind by what a person wishes."""

from __future__ import annotations

import json

import pytest

from skillspace.skills.matching import Collection, Columns
from skillspace.skills.matching.matcher import Kind, Matcher, keep_trainings
from skillspace.skills.matching.offer_lines import read_offer
from skillspace.skills.matching.people import read_person
from skillspace.skills.taxonomy import SKILL_KINDS, Taxonomies

HERE = {"latitude": 65.58, "longitude": 22.15}
AWAY = {"latitude": 59.33, "longitude": 18.07}


@pytest.fixture(scope="module")
def matcher(starter: Taxonomies, tmp_path_factory: pytest.TempPathFactory) -> Matcher:
    skills = list(starter.concepts(kinds=SKILL_KINDS))[:2]
    course = {"kind": "training", "title": "Frying", "skills": skills}
    offers = [
        {"id": "job", "title": "Cook", "skills": skills} | HERE,
        {"id": "near", **course, **HERE, "place": "SE-1"},
        {"id": "far", **course, **AWAY, "place": "SE-2"},
        {"id": "somewhere in the region", **course, "place": "SE-1"},
    ]
    folder = tmp_path_factory.mktemp("offers") / "index"
    pieces = [Columns.of([read_offer(json.dumps(one).encode(), 1) for one in offers])]
    Collection.build(folder, keep_trainings(folder, pieces, starter), starter)
    return Matcher(folder, starter)


@pytest.mark.parametrize(
    ("wishes", "found"),
    [
        ({}, {"near", "far", "somewhere in the region"}),
        ({"near": [65.6, 22.1, 30]}, {"near"}),
        ({"near": [65.6, 22.1, 30], "places": ["SE-1"]}, {"near", "somewhere in the region"}),
        ({"near": [65.6, 22.1, 900_000]}, {"near", "far"}),
        ({"places": ["SE-2"]}, {"far"}),
        ({"near": [0, 0, 10]}, set()),
    ],
)
def test_trainings_are_looked_for_where_a_person_wants_them(
    matcher: Matcher, starter: Taxonomies, wishes: dict[str, object], found: set[str]
) -> None:
    skill = next(iter(starter.concepts(kinds=SKILL_KINDS)))
    person = read_person(json.dumps({"id": 1, "skills": [{"concept": skill}], "wishes": wishes}).encode(), 1)
    fits = matcher.match(person, Kind.TRAINING)
    assert {fit.training_id for fit in fits} == found
