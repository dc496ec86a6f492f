"""What a person's region asks for reaches their trainings: said, with reasons, bounded, left out when they wish."""

from __future__ import annotations

import re

import orjson
import sqlalchemy as sa

from skillspace.insight.service import statistics
from skillspace.people.accounts.store import accounts
from tests.unit.portal.pages.person.agents import spaces_of
from tests.unit.portal.pages.person.conftest import Browser, House
from tests.unit.portal.pages.person.test_choices import aim, offered

HOME, REGION = "SE-2580", "SE332"
SAYS = "A skill that Norrbotten asks for counts up to 20 % more here"


def order(browser: Browser, query: str = "") -> list[str]:
    """The trainings of the page, in its order."""
    text = browser.get(f"/opportunities?tab=trainings{query}").text
    return list(dict.fromkeys(re.findall(r"/opportunities/trainings/(training-[0-9a-f]+)", text)))


def lives(house: House, territory: str | None) -> None:
    with house.node.database.writing() as work:
        work.update(accounts, accounts.c.id == house.alva.id, territory=territory)


def published(house: House, concepts: dict[str, int]) -> None:
    """Let the space publish statistics in which these concepts are wanted, by so many jobs each."""
    rows = [
        {
            "territory": REGION, "concept": concept, "labels": {}, "supply": None, "supply_as_of": None,
            "levels": [None] * 6, "demand": demand, "gap": None, "sentences": {},
        }
        for concept, demand in concepts.items()
    ]  # fmt: skip
    content = orjson.dumps({
        "format": "skillspace-statistics-1", "source": house.node.rooms.did, "as_of": "2026-10-01", "threshold": 10,
        "territories": {REGION: "Norrbotten"}, "rows": rows,
    })  # fmt: skip
    row = {"source": "x", "content": content, "memory": None, "published": None}
    with house.node.database.writing() as work:
        work.delete(statistics, sa.true())
        work.insert(statistics, row | {"arrived": work.now})


def taught(house: House, training: str) -> list[str]:
    with house.node.database.reading() as work:
        (item,) = spaces_of(house).market.items(work, [training])
    return list(item.offer.skills)


def test_what_is_asked_for_moves_trainings_up_is_said_as_a_reason_and_can_be_left_out(house: House) -> None:
    browser = house.browser(house.alva)
    before = order(browser)
    assert len(before) > 2
    lives(house, HOME)
    assert order(browser) == before, "nothing is published yet"
    last = before[-1]
    # Asked for is what one that stood low teaches and one that stood above it does not.
    ahead = set(taught(house, before[0]))
    concepts = [uri for uri in taught(house, last) if uri not in ahead]
    published(house, dict.fromkeys(concepts, 90))
    page = browser.get("/opportunities?tab=trainings").text
    assert SAYS in page
    assert "1 October 2026" in page
    assert order(browser).index(last) <= before.index(last)
    assert 'href="/opportunities?tab=trainings&amp;region=no"' in page
    without = browser.get("/opportunities?tab=trainings&region=no").text
    assert SAYS not in without
    assert "counts no more than other skills here" in without
    assert "Asked for in Norrbotten" not in without
    assert order(browser, "&region=no") == before
    assert 'href="/opportunities/why?region=no"' in without
    assert '<input type="hidden" name="region" value="no">' in without


def test_a_reason_names_what_is_asked_for_and_a_group_stands_for_its_skills(house: House) -> None:
    browser = house.browser(house.alva)
    lives(house, HOME)
    best = order(browser)[0]
    taxonomies = house.node.rooms.taxonomies
    published(house, {taxonomies.theme(uri): 5 for uri in taught(house, best)})
    assert "Asked for in Norrbotten: " in browser.get("/opportunities?tab=trainings").text


def test_why_and_why_not_count_as_the_list_does(house: House) -> None:
    browser = house.browser(house.alva)
    lives(house, HOME)
    published(house, {uri: 7 for training in order(browser)[-2:] for uri in taught(house, training)})
    for query in ("", "&region=no"):
        for number, training in enumerate(order(browser, query)[:5], 1):
            page = browser.get(f"/opportunities/why?offer={training}{query}").text
            assert f"It is number {number} of" in page, (query, number)


def test_who_lives_elsewhere_or_nowhere_sees_nothing_of_it(house: House) -> None:
    browser = house.browser(house.alva)
    published(house, {house.skills[5]: 9})
    for territory in (None, "SE-0180", "XX-01"):
        lives(house, territory)
        assert "counts up to" not in browser.get("/opportunities?tab=trainings").text


def test_plans_let_the_list_count_say_so_and_can_leave_it_out(house: House) -> None:
    browser = house.browser(house.alva)
    aim(house)
    lives(house, HOME)
    assert "counts up to" not in browser.settled("/plan/choices"), "nothing is published yet"
    first = offered(browser)[0][0]
    published(house, dict.fromkeys(taught(house, first), 40))
    page = browser.settled("/plan/choices?budget=90000")
    assert SAYS in page
    assert "Asked for in Norrbotten: " in page
    assert 'href="/plan/choices?budget=90000&amp;region=no"' in page
    without = browser.settled("/plan/choices?budget=90000&region=no")
    assert SAYS not in without
    assert "counts no more than other skills here" in without
    assert "Asked for in Norrbotten" not in without
    assert '<input type="hidden" name="region" value="no">' in without
    assert 'href="/plan/choices?budget=90000"' in without


def test_alerts_say_what_the_list_does_and_it_can_be_switched_off(house: House) -> None:
    browser = house.browser(house.alva)
    lives(house, HOME)
    assert 'type="checkbox" name="region"' not in browser.get("/alerts").text
    published(house, {house.skills[5]: 9})
    page = browser.get("/alerts").text
    assert SAYS in page
    assert 'type="checkbox" name="region" value="yes" checked' in page
    form = {"kind": ["training"], "often": "daily", "least": "0", "start": "00:00", "end": "00:00"}
    for region, kept in (({}, False), ({"region": "yes"}, True)):
        browser.post("/alerts", {**form, "zone": "Europe/Paris", **region})
        with house.node.database.reading() as work:
            assert spaces_of(house).alerts.standing(work, house.alva.id).wishes.by_region is kept
