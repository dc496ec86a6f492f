"""News of jobs and trainings in the browser: switched on, read with reasons, answered, and what is learnt from that."""

from __future__ import annotations

import re
from datetime import timedelta

from skillspace.market.index.store import items
from skillspace.people.alerts import Kind, Often
from skillspace.storage.database import tasks
from tests.unit.portal.pages.person.agents import spaces_of
from tests.unit.portal.pages.person.conftest import Browser, House, _account

FORM = {
    "kind": ["job", "training"],
    "often": "daily",
    "where": "",
    "least": "0",
    "start": "00:00",
    "end": "00:00",
    "zone": "Europe/Stockholm",
}


def standing(house: House):  # type: ignore[no-untyped-def]
    with house.node.database.reading() as work:
        return spaces_of(house).alerts.standing(work, house.alva.id)


def switched_on(house: House) -> Browser:
    """Alva's browser, once the worker went round with alerts switched on and no quiet hours."""
    browser = house.browser(house.alva)
    assert browser.post("/alerts", FORM).headers["location"] == "/alerts?done=alerts-on"
    with house.node.database.writing() as work:
        work.delete(tasks, tasks.c.name != "nothing")
        spaces_of(house).alert_tasks.start(work)
    assert house.node.worker.run_due() == 1
    return browser


def answer(browser: Browser, said: str, number: int = 0) -> str:
    """Answer the alert of this number on the page; return where that leads, or the status."""
    alerts = list(dict.fromkeys(re.findall(r'action="(/alerts/alert-[0-9a-f]+)"', browser.get("/alerts").text)))
    answered = browser.post(alerts[number], {"answer": said})
    return answered.headers.get("location") or str(answered.status_code)


def test_it_is_off_until_it_is_switched_on_and_off_again(house: House) -> None:
    browser = house.browser(house.alva)
    page = browser.get("/alerts").text
    assert "Switch it on, and you hear of" in page
    assert "What was learnt from you" not in page
    assert 'href="/alerts"' in browser.get("/opportunities").text
    assert browser.post("/alerts", FORM).status_code == 303
    assert "We look next on" in browser.get("/alerts").text
    assert standing(house).due is not None
    assert browser.post("/alerts", {"do": "off"}).headers["location"] == "/alerts?done=alerts-off"
    assert standing(house).due is None
    assert standing(house).wishes.least == 0, "what was wished is kept for the next time"


def test_what_is_wished_is_kept_and_stands_in_the_form(house: House) -> None:
    browser = house.browser(house.alva)
    asked = {"kind": ["job"], "often": "weekly", "where": "XX1", "least": "75", "start": "21:15", "end": "06:45"}
    browser.post("/alerts", {**FORM, **asked, "zone": "Europe/Paris", "letter": "yes"})
    wishes = standing(house).wishes
    assert (wishes.kinds, wishes.often, wishes.where, wishes.least) == ({Kind.JOB}, Often.WEEKLY, "XX1", 75)
    assert wishes.quiet.zone == "Europe/Paris"
    assert wishes.by_letter
    page = browser.get("/alerts").text
    for shown in ('value="weekly" selected', 'value="XX1" selected', 'value="75" selected', 'value="21:15"'):
        assert shown in page, shown
    assert "This organisation sends no letters" in page


def test_a_form_that_makes_no_sense_is_refused_and_nothing_is_kept(house: House) -> None:
    browser = house.browser(house.alva)
    wrongs = (
        {"kind": []},
        {"kind": ["job", "castle"]},
        {"often": "hourly"},
        {"least": "many"},
        {"least": "101"},
        {"start": "25:00"},
        {"start": "20:10"},
        {"end": ""},
        {"zone": "../../etc/passwd"},
        {"zone": ""},
    )
    for wrong in wrongs:
        refused = browser.post("/alerts", {**FORM, **wrong})
        assert refused.status_code == 400, wrong
        assert "Choose jobs, trainings or both" in refused.text
    assert standing(house).due is None
    browser.post("/alerts", {**FORM, "where": "Atlantis"})
    assert standing(house).wishes.where == ""


def test_the_news_stand_there_with_reasons_at_most_two_of_an_employer(house: House) -> None:
    page = switched_on(house).get("/alerts").text
    assert 2 <= page.count('class="card"') <= 10
    cards = page.split('<li class="card">')[1:]
    assert sum("Sample Works" in card for card in cards) == 2, "of the 25 that fit"
    assert "skills it asks for, such as" in page
    assert "&lt;i&gt;here&lt;/i&gt;" in page
    assert "<i>here</i>" not in page


def test_an_answer_shows_is_followed_by_what_came_of_it_and_can_be_taken_back(house: House) -> None:
    browser = switched_on(house)
    assert answer(browser, "yes") == "/alerts?done=alert-answered"
    page = browser.get("/alerts").text
    assert "You said: interesting." in page
    assert 'value="applied"' in page
    answer(browser, "applied")
    assert "You said: interesting. I applied." in browser.get("/alerts").text
    assert answer(browser, "back") == "/alerts?done=alert-back"
    assert "You said" not in browser.get("/alerts").text
    assert answer(browser, "perhaps") == "400"


def test_a_no_hides_that_offer_and_teaches_nothing_unasked(house: House) -> None:
    browser = switched_on(house)
    before = browser.get("/alerts").text.count('class="card"')
    answer(browser, "not-now")
    page = browser.get("/alerts").text
    assert page.count('class="card"') == before - 1
    assert "1 you said no to" in page
    assert "Nothing. A no hides that one offer" in page


def test_what_is_learnt_stands_there_is_taken_away_one_by_one_and_all_at_once(house: House) -> None:
    browser = switched_on(house)
    assert browser.post("/alerts/learning", {"learn": "yes"}).headers["location"] == "/alerts?done=learning-on"
    answer(browser, "yes")
    page = browser.get("/alerts").text
    assert "counts 10 % more" in page
    about, value = re.findall(r'action="/alerts/lessons/(\w+)".*?name="value" value="([^"]+)"', page)[0]
    assert browser.post(f"/alerts/lessons/{about}", {"value": value}).status_code == 303
    assert page.count("counts 10") == browser.get("/alerts").text.count("counts 10") + 1
    assert browser.post(f"/alerts/lessons/{about}", {"value": value}).status_code == 404
    assert browser.post("/alerts/lessons/weather", {"value": "rain"}).status_code == 404
    browser.post("/alerts/learning", {"learn": "no"})
    page = browser.get("/alerts").text
    assert "counts 10" not in page
    assert "Yes, learn from my answers" in page


def test_nobody_answers_or_reads_the_news_of_another(house: House) -> None:
    alert = re.findall(r'action="(/alerts/alert-[0-9a-f]+)"', switched_on(house).get("/alerts").text)[0]
    camille = house.browser(house.camille)
    assert camille.post(alert, {"answer": "yes"}).status_code == 404
    assert "Opening" not in camille.get("/alerts").text


def test_from_a_child_nothing_is_learnt_and_the_page_says_why(house: House) -> None:
    born = house.node.database.clock().date() - timedelta(days=366 * 11)
    with house.node.database.writing() as work:
        child = _account(house.node, work, "Robin Sample", born=born)
    browser = house.browser(child)
    browser.post("/alerts", FORM)
    assert "nothing is learnt from you" in browser.get("/alerts").text
    refused = browser.post("/alerts/learning", {"learn": "yes"})
    assert refused.status_code == 403
    assert "nothing is learnt from you" in refused.text


def test_what_is_not_on_offer_any_more_stays_and_says_so(house: House) -> None:
    browser = switched_on(house)
    with house.node.database.writing() as work:
        work.delete(items, items.c.id != "nothing")
    page = browser.get("/alerts").text
    assert "It is not on offer any more." in page
    assert not re.search(r'href="/opportunities/(jobs|trainings)/', page)
