"""What the agent suggests on its page: scored term by term, put away for good, silenced; nothing without a goal."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from skillspace.exchange.catalog.store import replace_crawled
from skillspace.people.plan import Goal, GoalNeed
from skillspace.trust.agent import Aim, OnOffer
from skillspace.trust.agent.ports import Sort
from skillspace.trust.agent.store import suggestions
from skillspace.trust.agent.suggesting import fit
from tests.offerings import to_gather
from tests.unit.portal.pages.person.agents import spaces_of
from tests.unit.portal.pages.person.conftest import AGENCY, UNIVERSITY, House


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
    points = [int(found) for found in re.findall(r'<span class="num"[^>]*>(\d+) / \d+</span>', page)]
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


def test_apps_and_advice_lead_where_one_takes_them_up_and_say_what_they_ask(house: House) -> None:
    plan_for(house)
    spaces = spaces_of(house)
    asks = {"organisation": UNIVERSITY, "name": "Invented University", "roles": frozenset({"university"})}
    facts: dict[str, Any] = asks | {"offering": "diplomas", "title": "Practice", "purpose": "", "kinds": ()}
    app = OnOffer(**facts, about=frozenset({"urn:skill:1"}), sort=Sort.APP, has_record=True)
    advice = replace(app, sort=Sort.ADVICE, offering="guidance", organisation=AGENCY, about=frozenset())
    with house.node.database.writing() as work:
        title = {"en": "Practice in the workshop"}
        practice = to_gather(work, UNIVERSITY, "diplomas", "badge", title=title, description={})
        replace_crawled(work, UNIVERSITY, [practice])
    aim = Aim(title="x", essential=frozenset({"urn:skill:1"}), useful=frozenset(), held=frozenset())
    for offer in (app, advice):
        with house.node.database.writing() as work:
            spaces.agent.suggestions.suggest(work, house.alva.id, fit(offer, aim))
            work.connection.exec_driver_sql("UPDATE agent_setting SET suggested = NULL")
    page = house.browser(house.alva).get("/you/agent").text
    assert "Learning service" in page
    assert "Practice in the workshop" in page
    assert f"/you/connect?organisation={quote(UNIVERSITY, safe='')}" in page
    assert "What you do there comes to you as proof, with your yes." in page
    assert "Advice on your plan" in page
    assert "It is about 1 of the 1 skills you still need." in page
    assert "Your goal needs 1 skills" in page


def test_what_was_suggested_before_there_were_sorts_is_still_shown(house: House) -> None:
    plan_for(house)
    with house.node.database.writing() as work:
        made = spaces_of(house).agent.suggestions.weekly(work, house.alva.id)
        assert made is not None
        for old in ({"tests": True}, {"tests": False}, {}):
            content = {name: value for name, value in made.content.items() if name != "sort"} | old
            work.update(suggestions, suggestions.c.id == made.id, content=content)
    assert str(made.content["title"]) in house.browser(house.alva).get("/you/agent").text


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
