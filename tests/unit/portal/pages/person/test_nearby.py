"""Where somebody lives, what is near, and how far away things are: told in kilometres, or by territory, and which."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

from skillspace.market.courses import read_starter_courses, write_course
from skillspace.market.index import MarketKind
from skillspace.market.vacancies import Vacancy, write_vacancy
from skillspace.people.leaving import jsonld
from skillspace.portal.i18n import translator
from skillspace.portal.pages.person.nearby import away, place_said
from tests.unit.portal.pages.person.agents import spaces_of
from tests.unit.portal.pages.person.conftest import AGENCY, UNIVERSITY, Browser, House
from tests.unit.portal.pages.person.test_choices import aim, offered
from tests.unit.portal.pages.person.test_region import lives

EN = translator("en")
HOME = "XX-01"
AD = Vacancy(id="ad", title="Opening", language="en", employer="Sample Works", synthetic=True, source="Invented ads")
#: Some 33 km north of the middle of the home.
NORTH = (-29.85, -19.98)


def open_market(house: House) -> None:
    """Jobs here, 33 km away, far away, somewhere in the region and anywhere; trainings as ever."""
    spaces, taxonomies = spaces_of(house), house.node.rooms.taxonomies
    skills = tuple((uri, True) for uri in house.skills[:4])
    ads = {
        "here": {"place_code": HOME, "place_name": "Björkhamra"},
        "north": {"at": NORTH},
        "far": {"place_code": "XX-15", "place_name": "Eastmere"},
        "region": {"region_code": "XX1"},
        "country": {"country": "XX"},
    }
    with house.node.database.writing() as work:
        jobs = [replace(AD, id=name, title=f"Job {name}", skills=skills, **facts) for name, facts in ads.items()]  # type: ignore[arg-type]
        spaces.market.replace(work, AGENCY, MarketKind.JOB, map(write_vacancy, jobs))
        courses = map(write_course, read_starter_courses(taxonomies))
        spaces.market.replace(work, UNIVERSITY, MarketKind.TRAINING, courses)
    with house.node.database.reading() as work:
        for kind in MarketKind:
            spaces.indexes.build(work, kind)


def jobs(browser: Browser, where: str) -> set[str]:
    return set(re.findall(r">Job (\w+)<", browser.get(f"/opportunities?where={where}").text))


def test_jobs_are_looked_for_in_kilometres_around_ones_home_and_the_page_says_how(house: House) -> None:
    open_market(house)
    browser = house.browser(house.alva)
    page = browser.get("/opportunities").text
    assert "Nobody knows here where you live" in page
    assert "km of" not in page
    assert jobs(browser, "30km") == jobs(browser, ""), "nobody knows the middle of it"
    lives(house, HOME)
    page = browser.get("/opportunities").text
    assert '<option value="30km">Within 30 km of Björkhamra</option>' in page
    assert jobs(browser, "") == {"here", "north", "far", "region", "country"}
    assert jobs(browser, "30km") == {"here", "region"}
    assert jobs(browser, "50km") == {"here", "north", "region"}
    near = browser.get("/opportunities?where=50km").text
    assert "Counted in a straight line from the middle of Björkhamra." in near
    assert "shown where that is Provlandet" in near
    assert "In Björkhamra, where you live; it does not say where exactly." in near
    assert "About 33 km from the middle of Björkhamra in a straight line, by where it says it is." in near
    assert "In your region, Provlandet; how far away it is cannot be told." in near


def test_what_further_skills_open_is_counted_in_the_same_circle(house: House) -> None:
    open_market(house)
    lives(house, HOME)
    page = house.browser(house.alva).settled("/opportunities/what-if?where=50km")
    assert re.search(r"\d of 3 jobs fit you now", page)
    assert "Counted in a straight line" in page
    assert "within 50 km of Björkhamra" in page


def test_why_not_says_how_far_away_it_is_and_that_it_is_outside(house: House) -> None:
    open_market(house)
    lives(house, HOME)
    browser = house.browser(house.alva)
    page = browser.get(f"/opportunities/why?offer={quote('Job north')}&where=30km").text
    assert "About 33 km from the middle of Björkhamra" in page
    assert "It is not in the place you chose." in page
    assert "not in the place" not in browser.get("/opportunities/why?offer=Job+north&where=50km").text


def test_plans_look_as_far_as_somebody_would_go(house: House) -> None:
    browser = house.browser(house.alva)
    aim(house)
    everywhere = {one for plan in offered(browser) for one in plan}
    lives(house, HOME)
    page = browser.settled("/plan/choices?within=10km")
    assert '<option value="10km" selected>10 km</option>' in page
    near = {one for plan in offered(browser, within="10km", must_say="yes") for one in plan}
    assert near < everywhere
    spaces = spaces_of(house)
    with house.node.database.reading() as work:
        spots = {item.offer.place_code for item in spaces.market.items(work, sorted(near))}
    assert spots <= {HOME}
    assert browser.get("/plan/choices?within=7km").status_code == 400


def test_where_somebody_lives_is_their_municipality_kept_changed_forgotten_and_in_their_copy(house: House) -> None:
    browser = house.browser(house.alva)

    def territory() -> str | None:
        with house.node.database.reading() as work:
            return house.node.rooms.accounts.get(work, house.alva.id).territory

    assert browser.post("/you/home", {"home": " björkhamra "}).headers["location"] == "/you?done=home-kept"
    assert territory() == HOME
    assert 'value="Björkhamra"' in browser.get("/you").text
    wrong = browser.post("/you/home", {"home": "<b>Nowhere</b>"})
    assert wrong.status_code == 400
    assert "We know no municipality of this name" in wrong.text
    assert "<b>Nowhere" not in wrong.text
    assert territory() == HOME
    with house.node.database.reading() as work:
        everything = spaces_of(house).everything(work, house.alva.id, house.node.rooms.accounts)
    assert b'"livesIn": "XX-01"' in jsonld(everything)
    assert browser.post("/you/home", {"do": "remove"}).headers["location"] == "/you?done=home-gone"
    assert territory() is None


def test_alerts_wish_for_a_circle_only_with_a_home(house: House) -> None:
    form = {"kind": ["job"], "often": "daily", "least": "0", "start": "00:00", "end": "00:00", "zone": "Europe/Paris"}
    browser = house.browser(house.alva)

    def wished() -> str:
        browser.post("/alerts", {**form, "where": "30km"})
        with house.node.database.reading() as work:
            return spaces_of(house).alerts.standing(work, house.alva.id).wishes.where

    assert wished() == ""
    lives(house, HOME)
    assert wished() == "30km"
    assert '<option value="30km" selected>' in browser.get("/alerts").text


def test_every_way_to_say_a_place_is_told_apart() -> None:
    def said(home: str | None = HOME, **facts: object) -> str:
        return place_said(replace(AD, **facts), home, EN)  # type: ignore[arg-type]

    assert said(None, place_code=HOME) == ""
    assert said(at=NORTH).endswith("by where it says it is.")
    assert said(place_code="XX-15", place_name="Eastmere").endswith(
        "to that of Eastmere: it does not say where exactly."
    )
    assert said(region_code="XX1", country="XX").startswith("In your region, Provlandet;")
    assert said(region_code="XX2").startswith("In your country;")
    assert said(country="XX").startswith("In your country;")
    assert said(country="DE").startswith("In another country;")
    assert said() == "How far away it is cannot be told."
    assert away(replace(AD, at=NORTH), HOME, EN) == "about 33 km away"
    assert away(AD, HOME, EN) == away(replace(AD, at=NORTH), None, EN) == ""
