"""Ways to an occupation, and interests: what is asked, what is said, and that nothing is kept."""

from __future__ import annotations

import logging
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.portal.pages.person.interests import _standing_out, _varied
from skillspace.skills.careers import LETTERS, STATEMENTS, Ground, InterestProfile, InterestsOf, Move
from tests.unit.portal.pages.person.conftest import House


def occupation(house: House, number: int = 0) -> str:
    """An occupation of the starter pack that somebody with the skills of the house does not have."""
    taxonomies = house.node.rooms.taxonomies
    return sorted(taxonomies.concepts(kinds={"occupation"}))[number]  # type: ignore[arg-type]


def test_ways_lead_to_a_goal_stop_by_stop_in_words_and_as_a_picture(house: House) -> None:
    page = house.browser(house.alva).settled(f"/opportunities/paths?to={occupation(house)}")
    title = house.node.rooms.taxonomies.label(occupation(house), "en")
    assert f"Ways to {title}" in page
    assert "directly" in page
    assert re.findall(r'<svg class="chart ways"', page)
    assert "open job" in page


def test_who_names_no_goal_is_shown_what_opens_up_and_can_search(house: House) -> None:
    browser = house.browser(house.alva)
    assert "What opens up on the way" in browser.settled("/opportunities/paths")
    label = house.node.rooms.taxonomies.label(occupation(house), "en")
    assert f"/opportunities/paths?to={occupation(house).replace(':', '%3A').replace('/', '%2F')}" in (
        browser.settled(f"/opportunities/paths?search={label}")
    )
    assert "No occupation is called" in browser.settled("/opportunities/paths?search=xyzzy")


def test_who_has_nothing_yet_is_led_to_the_questions(house: House) -> None:
    spaces = house.node.rooms.spaces
    assert spaces is not None
    with house.node.database.writing() as work:
        spaces.profile.erase(work, house.camille.id)
    page = house.browser(house.camille).settled("/opportunities/paths")
    assert 'href="/opportunities/interests">Tell what I like' in page


@pytest.mark.parametrize("goal", ["urn:nothing", "x" * 400])
def test_a_goal_that_is_no_occupation_is_refused_with_a_page(house: House, goal: str) -> None:
    assert house.browser(house.alva).get(f"/opportunities/paths?to={goal}").status_code in (400, 404)


def test_answers_make_interests_clear_and_are_kept_nowhere(
    house: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = house.browser(house.alva)
    browser.settled("/opportunities/paths")
    caplog.set_level(logging.DEBUG)
    said = {one.id: "yes" if one.letter == "S" else "no" for one in STATEMENTS}
    told = "On Tuesday I looked after zebrafinches"
    page = browser.post("/opportunities/interests", {**said, "told-1": told})
    assert page.status_code == 200
    assert "You seem to like most: Helping and teaching." in page.text
    assert "No source here says which occupations are for these interests." in page.text
    assert told in page.text
    assert "zebrafinches" not in browser.get("/opportunities/interests").text
    assert "zebrafinches" not in browser.get("/you/download.jsonld").text
    assert "zebrafinches" not in caplog.text + "".join(capsys.readouterr())


def test_too_little_said_builds_nothing(house: House) -> None:
    browser = house.browser(house.alva)
    browser.settled("/opportunities/paths")
    page = browser.post("/opportunities/interests", {"r1": "yes"})
    assert "Nothing stands out yet" in page.text
    assert "Occupations that fit" not in page.text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "Answer at least one question"),
        ({"r1": "perhaps", "zz": "yes"}, "Answer at least one question"),
        ({"told-2": "a" * 1501}, "longer than"),
    ],
)
def test_a_form_that_says_nothing_or_too_much_is_given_back(house: House, form: dict[str, str], said: str) -> None:
    answer = house.browser(house.alva).post("/opportunities/interests", form)
    assert answer.status_code == 400
    assert said in answer.text


def test_the_questions_are_asked_in_the_persons_language(house: House) -> None:
    house.language(house.alva, "sv")
    page = house.browser(house.alva).get("/opportunities/interests").text
    assert "Jag kontrollerar siffror och listor" in page
    assert "I check figures" not in page


def test_occupations_are_chosen_by_what_is_liked_and_varied() -> None:
    moves = [_move(f"o{n}", "R" if n % 2 else "S") for n in range(40)]
    groups = {f"o{n}": f"g{n // 8}" for n in range(40)}
    chosen = _varied(moves, "S", _Grouped(groups))  # type: ignore[arg-type]
    assert [one.occupation for one in chosen] == ["o0", "o8", "o16", "o24", "o32"]
    assert _varied([replace(moves[0], interests=None)], "S", _Grouped(groups)) == []  # type: ignore[arg-type]


@given(st.dictionaries(st.sampled_from(LETTERS), st.floats(0.2, 0.9), min_size=1, max_size=3))
def test_only_what_stands_out_counts(clear: dict[str, float]) -> None:
    shares = tuple(clear.get(letter, 0.1) for letter in LETTERS)
    found = InterestProfile(shares=shares, low=shares, high=shares, clear="".join(clear), evidence=())
    counted = _standing_out(found)
    assert sum(counted) == pytest.approx(1)
    assert {letter for letter, share in zip(LETTERS, counted, strict=True) if share} == set(clear)


class _Grouped:
    """Taxonomies of which only the groups are asked."""

    def __init__(self, groups: dict[str, str]) -> None:
        self._groups = groups

    def broader(self, uri: str) -> list[str]:
        return [self._groups[uri]]


def _move(uri: str, letter: str) -> Move:
    shares = tuple(1.0 if each == letter else 0.0 for each in LETTERS)
    known = InterestsOf(shares=shares, ground=Ground.STATED)
    nothing = {"have": (), "close": (), "missing": (), "reasons": (), "official": ()}
    return Move(
        occupation=uri,
        score=1,
        coverage=0,
        demand=None,
        pay=None,
        pay_change=None,
        interests=known,
        **nothing,  # type: ignore[arg-type]
    )
