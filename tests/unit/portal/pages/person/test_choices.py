"""What further skills would open, a ranking of one's own, and plans to choose from."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from skillspace.kernel.errors import BadInput
from skillspace.market.territory import places
from skillspace.people.plan import ChosenTraining, Goal, GoalNeed
from skillspace.portal.i18n import translator
from skillspace.portal.pages.person.bounds import Given, nearness
from skillspace.portal.pages.person.ranking import DIALS, PREFIX, turned, weights_at
from skillspace.skills.matching import DEFAULT
from tests.unit.portal.pages.person.conftest import Browser, House

EN = translator("en")


def aim(house: House) -> None:
    """A goal that the invented courses teach something for."""
    spaces, taxonomies = house.node.rooms.spaces, house.node.rooms.taxonomies
    assert spaces is not None
    with house.node.database.writing() as work:
        items = spaces.market.listed(work, "training")  # type: ignore[arg-type]
        taught = sorted({uri for item in items[:4] for uri in item.offer.skills})  # type: ignore[misc]
        needs = tuple(GoalNeed(uri=uri, is_essential=True) for uri in taught)
        goal = Goal(title="Everything", occupation=None, offer=None, needs=needs)
        spaces.plans.aim(work, house.alva.id, goal)
    assert taught
    assert all(taxonomies.has(uri) for uri in taught)


def offered(browser: Browser, **asked: str) -> list[list[str]]:
    """The trainings of each plan that can be taken."""
    page = browser.settled(f"/plan/choices?{urlencode(asked)}")
    forms = re.findall(r'<form method="post" action="/plan/choices">(.*?)</form>', page, re.DOTALL)
    return [re.findall(r'name="training" value="([^"]+)"', form) for form in forms]


def test_every_place_of_every_dial_gives_weights_that_can_be_used() -> None:
    for places_ in product(*(dial.places for dial in DIALS.values())):
        weights_at(dict(zip(DIALS, places_, strict=True)))


def test_dials_in_their_usual_place_are_the_weights_of_everybody() -> None:
    query = QueryParams({f"{PREFIX}{name}": "usual" for name in DIALS})
    assert turned(query) == {}
    assert weights_at({}) == DEFAULT


@pytest.mark.parametrize(
    "query", ["w-optional=much", "w-pay=more", "w-optional=", "w-rarity=more&w-rarity=less", "w-=x"]
)
def test_a_dial_that_there_is_not_is_refused(house: House, query: str) -> None:
    with pytest.raises(BadInput):
        turned(QueryParams(query))
    assert house.browser(house.alva).get(f"/opportunities?{query}").status_code == 400


def test_the_ranking_says_its_weights_and_a_persons_own_lead_back(house: House) -> None:
    browser = house.browser(house.alva)
    usual = browser.get("/opportunities").text
    assert "How this was ranked" in usual
    assert "one that is nice to have 0.4." in usual
    assert "your own weights" not in usual
    own = browser.get("/opportunities?w-optional=none&where=XX1").text
    assert "one that is nice to have 0." in own
    assert "Ranked by your own weights" in own
    assert 'href="/opportunities?tab=jobs&amp;where=XX1"' in own
    assert "w-optional=none" in own
    where = own[own.index('<form class="filters"') :]
    assert '<input type="hidden" name="w-optional" value="none">' in where[: where.index("</form>")]


def test_further_skills_are_counted_with_who_teaches_them(house: House) -> None:
    browser = house.browser(house.alva)
    page = browser.settled("/opportunities/what-if")
    assert re.search(r"\d+ of 25 jobs fit you now\.", page)
    assert "Provlandet: " in browser.settled("/opportunities/what-if?where=XX1")
    assert 'href="/opportunities/what-if"' in browser.get("/opportunities").text


def test_plans_are_offered_taken_and_looked_at_again(house: House) -> None:
    browser = house.browser(house.alva)
    assert browser.get("/plan/choices").headers["location"] == "/plan?done=no-goal"
    aim(house)
    plans = offered(browser)
    assert plans
    assert browser.post("/plan/choices", {"training": plans[0]}).headers["location"] == "/plan?done=taken"
    page = browser.settled("/plan/choices")
    assert "stays: it still helps." in page
    assert "your plan" in page


def test_bounds_keep_trainings_out_and_say_what_would_have_to_change(house: House) -> None:
    browser = house.browser(house.alva)
    aim(house)
    soon = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    page = browser.settled(f"/plan/choices?latest={soon}")
    assert "No training fits" in page
    assert "after your last day" in page
    free = offered(browser, budget="0", must_say="yes")
    assert free != offered(browser)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("budget=-1", "an amount of money"),
        ("budget=1e9", "an amount of money"),
        ("hours=many", "are a number"),
        ("earliest=2027-02-30", "The first day is a date"),
        ("latest=soon", "The last day is a date"),
        ("earliest=2027-05-01&latest=2027-04-01", "comes before the first day"),
        ("latest=2020-01-01", "has passed already"),
        ("within=9", "no such choice"),
        ("language=xx", "no such choice"),
    ],
)
def test_what_does_not_fit_a_field_is_said_beside_the_form(house: House, asked: str, said: str) -> None:
    aim(house)
    browser = house.browser(house.alva)
    browser.settled("/plan/choices")
    answer = browser.get(f"/plan/choices?{asked}")
    assert answer.status_code == 400
    assert said in answer.text
    assert "Show plans" in answer.text


@pytest.mark.parametrize("form", [{}, {"training": ["nothing"]}, {"training": [f"t{n}" for n in range(21)]}])
def test_only_trainings_of_the_market_can_be_taken(house: House, form: dict[str, list[str]]) -> None:
    aim(house)
    assert house.browser(house.alva).post("/plan/choices", form).status_code in (400, 404)


def test_a_chosen_training_says_when_its_skills_have_arrived(house: House) -> None:
    browser, spaces = house.browser(house.alva), house.node.rooms.spaces
    assert spaces is not None
    aim(house)
    with house.node.database.writing() as work:
        held = spaces.profile.person_skills(work, house.alva.id)
        item = spaces.market.listed(work, "training")[0]  # type: ignore[arg-type]
        learnt = ChosenTraining(id=item.id, title="Learnt", provider="", place="", starts=None, skills=(held[0].uri,))
        spaces.plans.take(work, house.alva.id, [learnt])
    assert "“Learnt” adds nothing more: you have what it teaches." in browser.get("/plan").text


@given(
    st.dictionaries(
        st.sampled_from(["budget", "hours", "earliest", "latest", "within", "language"]), st.text(max_size=12)
    )
)
def test_any_query_is_read_or_refused_in_words(asked: dict[str, str]) -> None:
    with suppress(BadInput):
        read = Given.of(QueryParams(asked), places("XX")[0].code, EN)
        typed = {name: getattr(read, name) for name in asked}
        assert typed == {name: text.strip() for name, text in asked.items()}


def test_near_is_the_smallest_territory_that_holds_both() -> None:
    first, second = places("XX")[:2]
    found = nearness(first.code, [first.code, second.code, "SE-0180", first.region_code])
    assert found[first.code] == 0
    assert found[first.code] <= found[first.region_code] <= 1
    assert found["SE-0180"] == 3
    assert nearness(None, [first.code]) == {}
