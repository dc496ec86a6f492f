"""Any node may be killed at any moment of a transfer: started again it goes on, nothing is doubled, nothing lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import pytest

from tests.nodes import until
from tests.processes.demo import Browser, Demo, download

RELEASED = "SELECT 1 FROM release_audit WHERE \"grant\" = ? AND outcome = 'released'"

#: For each record, how many skills its document states, and how many are kept.
SKILLS = """SELECT json_array_length(parsed, '$.assertions'),
    (SELECT COUNT(*) FROM assertion WHERE assertion.record = record.id) FROM record WHERE person = ? AND source = ?"""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A point in a transfer: at whose node which step does not succeed, and where one sees that it was reached."""

    name: str
    at_provider: bool
    step: str
    seen_at_provider: bool
    seen: str


BEFORE_IT_STARTS = Moment(
    name="before it starts",
    at_provider=True,
    step="INSERT ON transfer",
    seen_at_provider=False,
    seen="SELECT 1 FROM gathering WHERE grant_id = ? AND state = 'requested'",
)
WHILE_IT_IS_FETCHED = Moment(
    name="while it is fetched",
    at_provider=False,
    step="UPDATE ON gathering WHEN NEW.state = 'arrived'",
    seen_at_provider=True,
    seen=RELEASED,
)
BEFORE_THE_END_IS_KNOWN = Moment(
    name="before the end is known",
    at_provider=False,
    step="DELETE ON outgoing_message",
    seen_at_provider=False,
    seen="SELECT 1 FROM gathering WHERE grant_id = ? AND state = 'arrived'",
)


def arrived_once(demo: Demo, browser: Browser, person: str, provider: str, grant: str) -> None:
    """Wait until all is here, and check that it is here once, on both sides, and in what the person takes along."""
    until(lambda: demo.gathered(grant) == "arrived", f"{person}'s records of {provider} arrive")
    expected = demo.held(provider, person)
    assert expected
    query = "SELECT record_id, problem, id FROM record WHERE person = ? AND source = ?"
    rows = demo.rows("orchestrator", query, person, demo.did(provider))
    assert Counter(row[0] for row in rows) == Counter(expected)
    assert [row[1] for row in rows] == [None] * len(rows)
    skills = demo.rows("orchestrator", SKILLS, person, demo.did(provider))
    assert [told for told, _ in skills] == [kept for _, kept in skills]
    assert sum(kept for _, kept in skills) > 0
    mine = download(browser)
    assert len([one for one in mine["records"] if one["source"] == demo.did(provider)]) == len(expected)
    assert not [skill for skill, count in Counter(skill["@id"] for skill in mine["skills"]).items() if count > 1]
    pid = demo.one("orchestrator", "SELECT transfer FROM gathering WHERE grant_id = ?", grant)
    ended = {"orchestrator": "pid = ?", provider: "peer_pid = ? AND role = 'provider'"}
    for node, where in ended.items():
        query = f"SELECT state FROM transfer WHERE {where}"  # noqa: S608 - our own words
        until(lambda node=node, query=query: demo.one(node, query, pid) == "COMPLETED", f"{node} ends the transfer")
    living = "SELECT COUNT(*) FROM transfer WHERE reference = ?"
    assert demo.one("orchestrator", living, grant) == 1


@pytest.mark.parametrize(
    ("person", "provider", "victim", "moment"),
    [
        ("person-alva", "university", "university", BEFORE_IT_STARTS),
        ("person-alva", "employer", "employer", WHILE_IT_IS_FETCHED),
        ("person-alva", "edtech", "orchestrator", BEFORE_IT_STARTS),
        ("person-camille", "university", "orchestrator", WHILE_IT_IS_FETCHED),
        ("person-camille", "edtech", "edtech", BEFORE_THE_END_IS_KNOWN),
        ("person-robin", "edtech", "orchestrator", BEFORE_THE_END_IS_KNOWN),
    ],
    ids=lambda value: value.name if isinstance(value, Moment) else value,
)
def test_a_node_killed_in_mid_transfer_goes_on_when_it_is_started_again(
    demo: Demo, person: str, provider: str, victim: str, moment: Moment
) -> None:
    browser = demo.browser(person)
    grant = demo.ask(person, provider)
    with demo.stuck(provider if moment.at_provider else "orchestrator", moment.step):
        browser.say_yes(grant)
        seen_at = provider if moment.seen_at_provider else "orchestrator"
        until(lambda: demo.one(seen_at, moment.seen, grant), "the moment is reached")
        demo.kill(victim)
    demo.start(victim)
    arrived_once(demo, browser, person, provider, grant)


def test_an_intermediary_killed_right_after_the_yes_still_keeps_its_word(demo: Demo) -> None:
    browser = demo.browser("person-camille")
    grant = demo.ask("person-camille", "agency")
    browser.say_yes(grant)
    demo.kill("orchestrator")
    demo.start("orchestrator")
    arrived_once(demo, browser, "person-camille", "agency", grant)


def test_an_organisation_that_is_down_when_the_yes_is_given_catches_up_by_itself(demo: Demo) -> None:
    browser = demo.browser("person-robin")
    grant = demo.ask("person-robin", "school")
    demo.kill("school")
    browser.say_yes(grant)
    until(lambda: demo.gathered(grant) == "requested", "the records are asked for")
    page = browser.page(f"/sharing/grants/{grant}")
    assert "Your records were asked for." in page
    demo.start("school")
    arrived_once(demo, browser, "person-robin", "school", grant)
    assert "has arrived" in browser.page(f"/sharing/grants/{grant}")


def test_the_persons_log_tells_of_each_use_and_no_task_died(demo: Demo) -> None:
    for person in ("person-alva", "person-camille", "person-robin"):
        mine = download(demo.browser(person))
        came = {one["source"] for one in mine["records"]}
        used = {use["provider"] for use in mine["log"] if use["outcome"] == "used"}
        names = {demo.did(node): planned.name for node, planned in demo.nodes.items()}
        assert {names[source] for source in came} == used
    for node in demo.nodes:
        assert [tuple(row) for row in demo.rows(node, "SELECT name, last_error FROM task WHERE state = 'dead'")] == []
