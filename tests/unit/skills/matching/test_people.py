"""Lines of people and of offers: read strictly, and every mistake named with its line."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.matching import Condition, Offer
from skillspace.skills.matching.offer_lines import read_offer, read_offer_lines
from skillspace.skills.matching.people import read_person
from skillspace.skills.taxonomy import Need

SKILL = "urn:esco:skill:01"


def line(**said: Any) -> bytes:
    return json.dumps({"id": 1} | said).encode()


def test_a_person_says_skills_with_their_proof_and_wishes_with_their_conditions() -> None:
    skill = {"concept": SKILL, "validation": 5, "level": 4, "years_since": 0.5, "source": "An invented school"}
    wishes = {
        "near": [48.1, -1.7, 30],
        "salary": 30000,
        "currency": "EUR",
        "on": "2026-11-30",
        "hours": [20, 39],
        "licences": ["B"],
        "education": 4,
        "remote": False,
        "must": ["salary"],
    }
    read = read_person(line(skills=["urn:own:juggling", skill], occupations=["urn:o"], aim="urn:a", wishes=wishes), 1)
    assert [one.uri for one in read.skills] == ["urn:own:juggling", SKILL]
    assert (read.skills[1].validation, read.skills[1].reached, read.skills[1].years_since) == (5, 4, 0.5)
    assert read.sources == {SKILL: "An invented school"}
    assert read.wishes.near == (48.1, -1.7, 30.0)
    assert read.wishes.on == dt.date(2026, 11, 30)
    assert {Condition.SALARY, Condition.DISTANCE} <= read.wishes.must


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"skils": []}, "skils"),
        ({"skills": "welding"}, "skills"),
        ({"skills": [7]}, "a skill is"),
        ({"skills": [{"concept": SKILL, "validation": 9}]}, "levels run"),
        ({"skills": [{"concept": SKILL, "level": "C1"}]}, "level"),
        ({"skills": [{"concept": SKILL, "proof": 3}]}, "proof"),
        ({"skills": ["x"] * 20_001}, "at most"),
        ({"text": 4}, "text"),
        ({"aim": ["x"]}, "aim"),
        ({"occupations": "x"}, "occupations"),
        ({"wishes": [3]}, "wishes is"),
        ({"wishes": {"near": [91, 0, 3]}}, "latitude"),
        ({"wishes": {"near": [1, 2]}}, "3 numbers"),
        ({"wishes": {"hours": [40, 20]}}, "give the least"),
        ({"wishes": {"salary": 10}}, "currency"),
        ({"wishes": {"on": "tomorrow"}}, "day"),
        ({"wishes": {"must": ["luck"]}}, "conditions"),
        ({"wishes": {"color": "red"}}, "color"),
    ],
)
def test_a_mistake_about_a_person_is_named_with_its_line(said: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match="Line 3") as fault:
        read_person(line(**said), 3)
    assert named in fault.value.message


def test_an_offer_says_what_a_row_of_parquet_says(tmp_path: Path) -> None:
    said = {
        "id": "job-1",
        "title": "Welder",
        "latitude": 48.1,
        "longitude": -1.7,
        "languages": ["fr"],
        "closes": "2026-12-24",
        "education": 4,
        "remote": True,
        "skills": [SKILL, {"concept": "urn:own:juggling", "weight": 2, "essential": False, "level": 3, "proof": 5}],
    }
    expected = Offer(
        id="job-1",
        occupation=None,
        title="Welder",
        where=(48.1, -1.7),
        languages=("fr",),
        closes=dt.date(2026, 12, 24),
        education=4,
        remote=True,
        needs=((SKILL, 1.0, Need.ESSENTIAL), ("urn:own:juggling", 2.0, Need.OPTIONAL)),
        levels=(("urn:own:juggling", 3),),
        proofs=(("urn:own:juggling", 5),),
    )
    assert read_offer(json.dumps(said).encode(), 1) == expected
    (tmp_path / "offers.jsonl").write_text(json.dumps(said) + "\n\n", encoding="utf-8")
    assert [len(piece) for piece in read_offer_lines(tmp_path / "offers.jsonl")] == [1]
    with pytest.raises(UnreadableFile):
        list(read_offer_lines(tmp_path / "absent.jsonl"))


@pytest.mark.parametrize(
    "said",
    [
        {"id": 4},
        {"id": "a", "colour": "red"},
        {"id": "a", "latitude": 1.0},
        {"id": "a", "closes": "soon"},
        {"id": "a", "education": True},
        {"id": "a", "skills": [{"weight": 1}]},
        {"id": "a", "skills": [{"concept": "x", "essential": "yes"}]},
        {"id": "a", "skills": [{"concept": "x", "level": 9}]},
        {"id": "a", "remote": "yes"},
    ],
)
def test_a_mistake_in_an_offer_is_named_with_its_line(said: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="Line 7"):
        read_offer(json.dumps(said).encode(), 7)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
names = st.sampled_from(["id", "skills", "text", "occupations", "aim", "wishes", "title", "closes", "salary_min", "x"])


@given(said=st.dictionaries(names, anything, max_size=6) | anything, raw=st.binary(max_size=40))
def test_whatever_comes_is_read_or_refused_and_nothing_else(said: Any, raw: bytes) -> None:
    for text in (json.dumps(said).encode(), raw):
        for read in (read_person, read_offer):
            with suppress(BadInput):
                read(text, 1)
