"""Programs that answer for a person: let by that person alone, taken back, and told in the download."""

from __future__ import annotations

from datetime import timedelta

from skillspace.trust.consent.govstack import Act, Clients
from tests.unit.portal.pages.person.agents import ALWAYS, asked, move, spaces_of, tell
from tests.unit.portal.pages.person.conftest import House, _account


def program(house: House, name: str = "Sample Assistant", scope: str = "individual") -> None:
    with house.node.database.writing() as work:
        Clients().add(work, name, [scope])


def test_a_program_is_let_act_and_its_leave_is_taken_back(house: House) -> None:
    browser = house.browser(house.alva)
    assert "Programs that answer for you" not in browser.get("/you/helpers").text
    program(house)
    program(house, "Only Configuration", "org")
    page = browser.get("/you/helpers").text
    assert "No program answers for you." in page
    assert "Only Configuration" not in page
    day = (house.node.database.clock() + timedelta(days=30)).date().isoformat()
    form = {"program": "Sample Assistant", "act": ["no"], "until": day}
    assert browser.post("/you/programs", form).headers["location"] == "/you/helpers?done=program-let"
    with house.node.database.reading() as work:
        given = spaces_of(house).delegations.of_person(work, house.alva.id)
    assert [one.acts for one in given] == [{Act.READ, Act.NO}]
    assert "Say no for you, and stop a yes" in browser.get("/you/helpers").text
    end = f"/you/programs/{given[0].id}/end"
    assert house.browser(house.camille).post(end).status_code == 404
    assert browser.post(end).headers["location"] == "/you/helpers?done=program-gone"
    assert browser.post(end).status_code == 404


def test_what_a_program_may_not_be_let_is_refused(house: House) -> None:
    program(house)
    program(house, "Only Configuration", "org")
    now = house.node.database.clock()
    day, far = ((now + timedelta(days=days)).date().isoformat() for days in (30, 500))
    born = now.date() - timedelta(days=366 * 11)
    with house.node.database.writing() as work:
        child = _account(house.node, work, "Robin Sample", born=born)
    browser = house.browser(house.alva)
    for wrong in (
        {"program": "Sample Assistant", "act": "everything", "until": day},
        {"program": "Sample Assistant", "act": "yes", "until": far},
        {"program": "Sample Assistant", "act": "yes", "until": ""},
        {"program": "Only Configuration", "act": "read", "until": day},
        {"program": "Nobody", "act": "read", "until": day},
    ):
        assert browser.post("/you/programs", wrong).status_code in (400, 404), wrong
    right = {"program": "Sample Assistant", "act": "yes", "until": day}
    assert house.browser(child).post("/you/programs", right).status_code == 403
    with house.node.database.reading() as work:
        for person in (house.alva, child):
            assert spaces_of(house).delegations.of_person(work, person.id) == []


def test_the_download_holds_what_the_agent_was_told_and_what_programs_may_do(house: House) -> None:
    program(house)
    browser = house.browser(house.alva)
    move(browser, tell(browser), "activate")
    asked(house)
    day = (house.node.database.clock() + timedelta(days=30)).date().isoformat()
    browser.post("/you/programs", {"program": "Sample Assistant", "act": "yes", "until": day})
    document = browser.get("/you/download.jsonld").json()
    assert [one["words"] for one in document["agent"]["preferences"]] == [ALWAYS]
    assert [one["effect"] for one in document["agent"]["decisions"]] == ["always"]
    assert [(one["name"], one["mayDo"]) for one in document["programs"]] == [("Sample Assistant", ["read", "yes"])]
