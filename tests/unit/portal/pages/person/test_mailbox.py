"""A person's e-mail address in the browser: entered, proven with the code of a letter, changed and removed."""

from __future__ import annotations

import sqlalchemy as sa

from skillspace.people.mailboxes.store import waiting
from tests.unit.portal.pages.person.agents import spaces_of
from tests.unit.portal.pages.person.conftest import Browser, House

ADDRESS = "alva@example.org"


def opened(house: House) -> Browser:
    """Alva's browser, at a node that sends letters."""
    spaces_of(house).mailboxes.is_open = True
    return house.browser(house.alva)


def code(house: House) -> str:
    """The code of the letter that was asked for last."""
    with house.node.database.writing() as work:
        query = sa.select(waiting.c.id).where(waiting.c.address.is_not(None))
        (row,) = work.rows(query)
        outgoing = spaces_of(house).mailboxes.prepare(work, row["id"])
    assert outgoing is not None
    return outgoing.code


def test_an_address_is_entered_proven_used_and_removed(house: House) -> None:
    browser = opened(house)
    assert 'href="/you/mailbox"' in browser.get("/you").text
    assert "We know no address of yours" in browser.get("/you/mailbox").text
    assert 'href="/you/mailbox"' in browser.get("/alerts").text
    asked = browser.post("/you/mailbox", {"address": "Alva@Example.org"})
    assert asked.headers["location"] == "/you/mailbox?done=letter-asked"
    assert f"A code is on its way to {ADDRESS}" in browser.get("/you/mailbox").text
    shown = browser.post("/you/mailbox/code", {"code": code(house)})
    assert shown.headers["location"] == "/you/mailbox?done=mailbox-proven"
    assert f"It goes to {ADDRESS}." in browser.get("/alerts").text
    assert f'"email": "{ADDRESS}"' in browser.get("/you/download.jsonld").text
    gone = browser.post("/you/mailbox/remove")
    assert gone.headers["location"] == "/you/mailbox?done=mailbox-gone"
    assert ADDRESS not in browser.get("/you/mailbox").text + browser.get("/alerts").text


def test_what_is_no_address_comes_back_with_the_fault_beside_it(house: House) -> None:
    browser = opened(house)
    refused = browser.post("/you/mailbox", {"address": 'alva@example"'})
    assert refused.status_code == 400
    assert "This is not an e-mail address" in refused.text
    assert 'value="alva@example&#34;"' in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert "<title>Something is wrong:" in refused.text


def test_a_wrong_code_comes_back_counted_and_five_are_the_most(house: House) -> None:
    browser = opened(house)
    browser.post("/you/mailbox", {"address": ADDRESS})
    right = code(house)
    for _ in range(5):
        refused = browser.post("/you/mailbox/code", {"code": "2222-2222"})
        assert refused.status_code == 400
        assert "This code is not right" in refused.text
        assert 'value="2222-2222"' in refused.text
    assert browser.post("/you/mailbox/code", {"code": right}).status_code == 400


def test_an_address_that_waits_can_be_forgotten_and_a_code_then_says_so(house: House) -> None:
    browser = opened(house)
    browser.post("/you/mailbox", {"address": ADDRESS})
    right = code(house)
    assert browser.post("/you/mailbox/remove", {"what": "waiting"}).headers["location"] == "/you/mailbox"
    refused = browser.post("/you/mailbox/code", {"code": right})
    assert refused.status_code == 400
    assert "This code is not right" in refused.text


def test_an_address_of_somebody_else_is_told_beside_the_code(house: House) -> None:
    browser = opened(house)
    with house.node.database.writing() as work:
        house.node.rooms.accounts.set_email(work, house.camille.id, ADDRESS)
    browser.post("/you/mailbox", {"address": ADDRESS})
    refused = browser.post("/you/mailbox/code", {"code": code(house)})
    assert refused.status_code == 409
    assert "Another account here gets its letters at this address" in refused.text


def test_after_a_few_letters_an_hour_it_says_to_wait(house: House) -> None:
    browser = opened(house)
    answers = [browser.post("/you/mailbox", {"address": f"alva{number}@example.org"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [400]
    assert "Wait an hour" in answers[-1].text
    assert 'value="alva5@example.org"' in answers[-1].text


def test_where_no_letters_are_sent_the_page_says_so_and_has_no_form(house: House) -> None:
    page = house.browser(house.alva).get("/you/mailbox").text
    assert "This space sends no letters" in page
    assert 'name="address"' not in page


def test_nobody_but_people_has_one(house: House) -> None:
    assert house.browser(house.staff).get("/you/mailbox").status_code == 403
    assert house.browser().get("/you/mailbox").headers["location"].startswith("/sign-in")
