"""Any node may be killed at any moment of a transfer: started again, the journey goes on, nothing doubled, nothing lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.processes.demo import Browser, Demo, download, until

#: Moments of a gathering, as the intermediary's database shows them.
MOMENTS = {
    "asked for": "SELECT 1 FROM gathering WHERE grant_id = ? AND state = 'requested'",
    "being fetched": "SELECT 1 FROM gathering JOIN task ON task.name = 'people.fetch' AND task.state = 'running' "
    "WHERE grant_id = ? AND gathering.state = 'fetching'",
    "just arrived": "SELECT 1 FROM gathering WHERE grant_id = ? AND state = 'arrived'",
}


@contextmanager
def saying_yes(browser: Browser, grant: str) -> Iterator[None]:
    """Say yes beside what the block does."""
    faults: list[BaseException] = []

    def say() -> None:
        try:
            browser.say_yes(grant)
        except BaseException as fault:
            faults.append(fault)

    thread = threading.Thread(target=say)
    thread.start()
    yield
    thread.join(timeout=30)
    assert not faults, faults


def arrived_once(demo: Demo, browser: Browser, person: str, provider: str, grant: str) -> None:
    """Wait until all is here, and check that it is here once, on both sides, and in what the person takes along."""
    until(lambda: demo.gathered(grant) == "arrived", f"{person}'s records of {provider} arrive")
    expected = demo.held(provider, person)
    assert expected
    query = "SELECT record_id, problem, id FROM record WHERE person = ? AND source = ?"
    rows = demo.rows("orchestrator", query, person, demo.did(provider))
    assert Counter(row[0] for row in rows) == Counter(expected)
    assert [row[1] for row in rows] == [None] * len(rows)
    query = "SELECT json_array_length(parsed, '$.assertions'), (SELECT COUNT(*) FROM assertion WHERE record = record.id) "
    for told, kept in demo.rows("orchestrator", query + "FROM record WHERE person = ?", person):
        assert told == kept > 0
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
        ("person-alva", "university", "university", "asked for"),
        ("person-alva", "employer", "employer", "being fetched"),
        ("person-alva", "edtech", "edtech", "just arrived"),
        ("person-camille", "agency", "orchestrator", "asked for"),
        ("person-camille", "university", "orchestrator", "being fetched"),
        ("person-camille", "edtech", "orchestrator", "just arrived"),
    ],
)
def test_a_node_killed_in_mid_transfer_goes_on_when_it_is_started_again(
    demo: Demo, person: str, provider: str, victim: str, moment: str
) -> None:
    browser = demo.browser(person)
    grant = demo.ask(person, provider)
    with saying_yes(browser, grant), demo.caught("orchestrator", MOMENTS[moment], grant):
        demo.kill(victim)
    demo.start(victim)
    arrived_once(demo, browser, person, provider, grant)


def test_an_intermediary_killed_right_after_the_yes_still_keeps_its_word(demo: Demo) -> None:
    browser = demo.browser("person-robin")
    grant = demo.ask("person-robin", "edtech")
    browser.say_yes(grant)
    demo.kill("orchestrator")
    demo.start("orchestrator")
    arrived_once(demo, browser, "person-robin", "edtech", grant)


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
