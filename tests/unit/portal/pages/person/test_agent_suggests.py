"""What the agent suggests on its page: scored term by term, put away for good, silenced; nothing without a goal."""

from __future__ import annotations

import re

from skillspace.people.plan import Goal, GoalNeed
from tests.unit.portal.pages.person.agents import spaces_of
from tests.unit.portal.pages.person.conftest import House


def plan_for(house: House) -> None:
    """A goal that needs what a training teaches and what Alva does not have."""
    spaces = spaces_of(house)
    with house.node.database.writing() as work:
        taught = sorted({uri for item in spaces.market.listed(work, "training") for uri in item.offer.skills})  # type: ignore[arg-type, union-attr]
        needs = tuple(GoalNeed(uri=uri, is_essential=True) for uri in taught[:3])
        spaces.plans.aim(work, house.alva.id, Goal(title="An invented goal", occupation=None, offer=None, needs=needs))


def test_without_a_goal_nothing_is_suggested_and_the_page_says_how_to_get_one(house: House) -> None:
    page = house.browser(house.alva).get("/you/agent?look=now").text
    assert "Once you have a goal" in page
    assert "What fits now" not in page


def test_suggestions_show_their_score_term_by_term_and_are_put_away_for_good(house: House) -> None:
    plan_for(house)
    browser, spaces = house.browser(house.alva), spaces_of(house)
    looked = browser.get("/you/agent?look=now").text
    assert "What fits now" in looked
    assert re.search(r"It teaches \d of the 3 skills you still need\.", looked)
    with house.node.database.writing() as work:
        made = spaces.agent.suggestions.weekly(work, house.alva.id)
    assert made is not None
    page = browser.get("/you/agent").text
    points = [int(found) for found in re.findall(r'<span class="num">(\d+) / \d+</span>', page)]
    assert sum(points[:-1]) == points[-1] == made.content["score"]
    assert str(made.content["title"]) in page
    assert house.browser(house.camille).post(f"/you/agent/suggestions/{made.id}/dismiss").status_code == 404
    assert browser.post(f"/you/agent/suggestions/{made.id}/dismiss").headers["location"] == "/you/agent?done=dismissed"
    assert "What it told you of" not in browser.get("/you/agent").text
    assert str(made.offering) not in browser.get("/you/agent?look=now").text


def test_a_suggestion_that_was_withdrawn_says_so_and_leads_nowhere(house: House) -> None:
    plan_for(house)
    browser, spaces = house.browser(house.alva), spaces_of(house)
    with house.node.database.writing() as work:
        made = spaces.agent.suggestions.weekly(work, house.alva.id)
        assert made is not None
        work.connection.exec_driver_sql("DELETE FROM market_item")
    page = browser.get("/you/agent").text
    assert "It is not on offer any more." in page
    assert f"/opportunities/trainings/{made.offering}" not in page


def test_quiet_is_kept_until_it_is_taken_back(house: House) -> None:
    plan_for(house)
    browser, spaces = house.browser(house.alva), spaces_of(house)
    browser.post("/you/agent/quiet", {"quiet": "yes"})
    assert "It is quiet" in browser.get("/you/agent").text
    with house.node.database.writing() as work:
        assert spaces.agent.suggestions.weekly(work, house.alva.id) is None
    browser.post("/you/agent/quiet", {"quiet": "no"})
    with house.node.database.writing() as work:
        assert spaces.agent.suggestions.weekly(work, house.alva.id) is not None
