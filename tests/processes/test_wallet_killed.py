"""A node may be killed at any moment of issuing and showing: nothing is doubled, nothing lost, no code opens twice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

import pytest

from tests.nodes import until
from tests.processes.demo import CSRF, Browser, Demo

LINK = re.compile(r"<code class=\"long\">(openid[^<]+)</code>")
PIN = re.compile(r"<code>(\d{6})</code>")
CHOICE = re.compile(r'name="show" value="([^"]+)"')
PERSON = "person-alva"


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A step that does not succeed at a node, which is then killed."""

    name: str
    at: str
    step: str


TAKING = (
    Moment(
        name="before the school notes that it issued",
        at="university",
        step="UPDATE ON wallet_offer WHEN NEW.state = 'issued'",
    ),
    Moment(name="before the card is kept", at="orchestrator", step="INSERT ON wallet_card"),
    Moment(name="before the school is told", at="orchestrator", step="UPDATE ON wallet_intake WHEN NEW.state = 'told'"),
)
SHOWING = (
    Moment(
        name="before the answer is noted",
        at="employer",
        step="UPDATE ON presentation_request WHEN NEW.state = 'answered'",
    ),
    Moment(
        name="before its arrival is noted", at="orchestrator", step="UPDATE ON wallet_showing WHEN NEW.state = 'shown'"
    ),
)


def posted(browser: Browser, path: str, status: int = 200, **fields: str) -> str:
    """Send a form that is answered with a page, and return the page."""
    found = CSRF.search(browser.page("/you"))
    assert found is not None
    answer = browser._client.post(path, data={"csrf": found[1], **fields})
    assert answer.status_code == status, (path, answer.status_code, answer.text[-800:])
    return unescape(answer.text)


def offered(demo: Demo, **more: str) -> tuple[str, str]:
    """The link and the code of a fresh offer of the university."""
    office = demo.browser("staff-uma", "university")
    form = {"about": "UNI-alva", "title": "Welding", "awarded": "2026-06-01", "skills": "MIG welding: 4\nTIG welding"}
    page = posted(office, "/org/credentials", **form | more)
    link, pin = LINK.search(page), PIN.search(page)
    assert link is not None
    assert pin is not None
    return link[1], pin[1]


def taken(demo: Demo, before: int) -> str:
    """Wait until one more card is there, and return its name."""
    count = "SELECT COUNT(*) FROM wallet_card"
    until(lambda: demo.one("orchestrator", count) == before + 1, "the card is kept")
    until(
        lambda: not demo.one("orchestrator", "SELECT COUNT(*) FROM wallet_intake WHERE state <> 'told'"), "all is told"
    )
    assert demo.one("orchestrator", count) == before + 1
    return str(demo.one("orchestrator", "SELECT id FROM wallet_card ORDER BY received DESC"))


@pytest.mark.parametrize("moment", TAKING, ids=lambda moment: moment.name)
def test_a_credential_is_taken_in_once_whoever_falls(demo: Demo, moment: Moment) -> None:
    link, pin = offered(demo)
    before = int(demo.one("orchestrator", "SELECT COUNT(*) FROM wallet_card"))
    person = demo.browser(PERSON)
    with demo.stuck(moment.at, moment.step):
        person.send("/you/cards/take", link=link, pin=pin)
        fell = "SELECT COUNT(*) FROM task WHERE name LIKE 'wallet.%' AND attempts > 0"
        until(lambda: demo.one("orchestrator", fell), "the step is tried")
        demo.kill(moment.at)
    demo.start(moment.at)
    taken(demo, before)
    states = demo.rows("university", "SELECT state FROM wallet_offer ORDER BY made DESC")
    assert states[0][0] == "accepted"
    posted(person, "/you/cards/take", 400, link=link, pin=pin)
    assert demo.one("orchestrator", "SELECT COUNT(*) FROM wallet_card") == before + 1


@pytest.mark.parametrize("moment", SHOWING, ids=lambda moment: moment.name)
def test_an_answer_arrives_once_whoever_falls(demo: Demo, moment: Moment) -> None:
    link, pin = offered(demo)
    before = int(demo.one("orchestrator", "SELECT COUNT(*) FROM wallet_card"))
    person = demo.browser(PERSON)
    person.send("/you/cards/take", link=link, pin=pin)
    card = taken(demo, before)
    page = posted(demo.browser("staff-egil", "employer"), "/org/credentials/ask", purpose="Welders", skills="")
    asked = LINK.search(page)
    assert asked is not None
    place = person.send("/you/cards/open", link=asked[1])
    choice = next(value for value in CHOICE.findall(person.page(place)) if card in value)
    with demo.stuck(moment.at, moment.step):
        person.send(place, do="yes", show=unescape(choice))
        fell = "SELECT COUNT(*) FROM task WHERE name = 'wallet.answer' AND attempts > 0"
        until(lambda: demo.one("orchestrator", fell), "the step is tried")
        demo.kill(moment.at)
    demo.start(moment.at)
    name = place.rpartition("/")[2].partition("?")[0]
    state = "SELECT state FROM wallet_showing WHERE id = ?"
    until(lambda: demo.one("orchestrator", state, name) == "shown", "the answer is known to have arrived")
    shown = demo.rows("employer", "SELECT state, shown FROM presentation_request ORDER BY made DESC")
    assert shown[0][0] == "answered"
    assert "MIG welding" in shown[0][1]
    assert "TIG welding" not in shown[0][1]


def test_what_waits_for_a_decision_outlives_both_and_comes_once(demo: Demo) -> None:
    link, pin = offered(demo, undecided="yes")
    before = int(demo.one("orchestrator", "SELECT COUNT(*) FROM wallet_card"))
    state = "SELECT state FROM wallet_offer ORDER BY made DESC"
    demo.browser(PERSON).send("/you/cards/take", link=link, pin=pin)
    named = "SELECT json_extract(terms, '$.transaction') FROM wallet_intake WHERE state = 'fetching'"
    until(lambda: demo.one("orchestrator", named), "the wallet knows that it waits")
    assert demo.one("university", state) == "deferred"
    demo.kill("orchestrator")
    demo.start("orchestrator")
    offer = str(demo.one("university", "SELECT id FROM wallet_offer ORDER BY made DESC"))
    demo.browser("staff-uma", "university").send("/org/credentials/move", thing=f"offer {offer}", do="decide")
    with demo.stuck("university", "UPDATE ON wallet_offer WHEN NEW.state = 'issued'"):
        # Nobody waits here for the minutes after which the wallet would ask again.
        demo.change("orchestrator", "UPDATE task SET due = made WHERE name = 'wallet.fetch' AND state = 'waiting'")
        fell = "SELECT COUNT(*) FROM task WHERE name = 'wallet.fetch' AND attempts > 0"
        until(lambda: demo.one("orchestrator", fell), "the step is tried")
        demo.kill("university")
    demo.start("university")
    taken(demo, before)
    assert demo.one("university", state) == "accepted"
