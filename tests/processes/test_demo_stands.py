"""The demo as it stands after its start: seven members, contracts, a market, statistics, and people who were asked."""

from __future__ import annotations

import json
from functools import partial

import httpx2 as httpx

from skillspace.trust.consent import GrantState
from tests.nodes import until
from tests.processes.demo import Demo

ASKED = {
    ("person-alva", "university"),
    ("person-alva", "employer"),
    ("person-alva", "edtech"),
    ("person-camille", "agency"),
    ("person-camille", "university"),
    ("person-camille", "edtech"),
    ("person-robin", "school"),
    ("person-noel", "school"),
    ("person-robin", "edtech"),
    ("person-mira", "employer"),
    ("person-mira", "edtech"),
}


def test_seven_processes_answer_each_under_its_own_name(demo: Demo) -> None:
    told = [httpx.get(f"{node.address}/health", trust_env=False).json() for node in demo.nodes.values()]
    assert [each["name"] for each in told] == [node.name for node in demo.nodes.values()]
    assert len({each["did"] for each in told}) == 7
    assert len({process.pid for process in demo.started.processes.values()}) == 7


def test_everybody_is_a_member_and_knows_the_others(demo: Demo) -> None:
    everybody = {demo.did(node) for node in demo.nodes}

    def knows_everybody(node: str) -> bool:
        return {row[0] for row in demo.rows(node, "SELECT did FROM known_member")} == everybody

    for node in demo.nodes:
        # Who joined first learns of the later ones at its next look, half a minute later at most.
        until(partial(knows_everybody, node), f"{node} knows every member")
        assert demo.one(node, "SELECT COUNT(*) FROM wallet_credential WHERE type = 'MembershipCredential'") == 1, node


def test_every_personal_offering_has_a_contract_in_force_on_both_sides(demo: Demo) -> None:
    query = "SELECT id, dataset, provider, consumer FROM agreement WHERE in_force"
    here = {tuple(row) for row in demo.rows("orchestrator", query)}
    for node, planned in demo.nodes.items():
        if node == "orchestrator":
            continue
        theirs = {tuple(row) for row in demo.rows(node, query)}
        assert theirs == {row for row in here if demo.did(node) in row[2:]}, node
        offered = {plan["id"] for plan in planned.offerings if plan["personal"]}
        provided = {row[1] for row in theirs if row[2] == demo.did(node)}
        assert offered <= provided, node
    profiles = {row[3] for row in here if row[1] == "skills-profile"}
    assert profiles == {demo.did(node) for node in ("agency", "employer", "training")}


def test_the_market_and_the_statistics_are_there(demo: Demo) -> None:
    count = "SELECT COUNT(*) FROM market_item WHERE kind = ?"
    assert demo.one("orchestrator", count, "job") > 1000
    assert demo.one("orchestrator", count, "training") > 0
    assert not demo.rows("orchestrator", "SELECT * FROM market_feed WHERE problem IS NOT NULL OR arrived IS NULL")
    assert demo.one("orchestrator", "SELECT COUNT(*) FROM statistics WHERE source = ?", demo.did("orchestrator")) == 1


def test_each_person_was_asked_once_for_each_organisation_that_holds_something(demo: Demo) -> None:
    names = {demo.did(node): node for node in demo.nodes}
    rows = demo.rows("orchestrator", "SELECT person, provider FROM consent_grant WHERE provider <> recipient")
    asked = [(row[0], names[row[1]]) for row in rows if names[row[1]] != "orchestrator"]
    assert sorted(asked) == sorted(ASKED)


def test_nothing_personal_came_before_a_yes(demo: Demo) -> None:
    people = ("person-alva", "person-camille", "person-robin", "person-noel")
    for person in people:
        waiting = "SELECT DISTINCT state FROM consent_grant WHERE person = ?"
        if {row[0] for row in demo.rows("orchestrator", waiting, person)} == {GrantState.PENDING.value}:
            assert demo.one("orchestrator", "SELECT COUNT(*) FROM record WHERE person = ?", person) == 0


def test_no_stored_task_died_on_the_way(demo: Demo) -> None:
    for node in demo.nodes:
        dead = demo.rows(node, "SELECT name, last_error FROM task WHERE state = 'dead'")
        assert [tuple(row) for row in dead] == [], node


def test_one_contract_signed_by_all_seven_is_in_force_on_every_node(demo: Demo) -> None:
    everybody = {demo.did(node) for node in demo.nodes}
    for node in demo.nodes:
        assert demo.one(node, "SELECT state FROM contract") == "in_force", node
        seats = demo.rows(node, "SELECT member, state FROM contract_participation")
        assert {tuple(row) for row in seats} == {(did, "in_force") for did in everybody}, node


def test_every_organisation_says_what_it_does_with_peoples_data(demo: Demo) -> None:
    for node, planned in demo.nodes.items():
        content = json.loads(demo.one(node, "SELECT content FROM own_record"))
        assert content["name"] == planned.name
        assert content["processings"]


def test_the_child_has_a_guardian_whose_mandate_an_officer_confirmed(demo: Demo) -> None:
    query = "SELECT principal, agent, capacity, state FROM mandate"
    assert [tuple(row) for row in demo.rows("orchestrator", query)] == [
        ("person-noel", "person-alva", "guardian", "active")
    ]


def test_somebody_has_lived_here_for_a_while_and_a_stranger_sees_what_came_of_it(demo: Demo) -> None:
    mira, egil = demo.browser("person-mira"), demo.browser("staff-egil", "employer")
    until(lambda: '<h2 id="latest">' in mira.page("/alerts"), "news have come")
    until(lambda: "Arbetslotsen Agency answered on" in mira.page("/opportunities/partners"), "a partner has answered")
    assert "(made-up ad, elsewhere)" in mira.page("/opportunities/partners")
    people = egil.page("/org/people")
    assert "Mira Modell" in people
    assert "Has counted our sales for two summers" in people
    team = egil.page("/org/team")
    assert "team.csv" in team
    assert "Mira Modell" in team
