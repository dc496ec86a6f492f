"""Two nodes, of which one falls at every moment there is: consents, cases, contracts and decisions come through whole.

Each round is a whole life: asks, a yes, an end, a decision of the agent, a case of a person's right, a contract of
two. The node whose turn it is falls at one commit of it, in the next round at a later one. Whatever somebody was told,
or was not told and did again, is then true on both sides, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.nodes import acquaint, admit, make_node, running
from tests.processes.walking import Valley, falls, standing

#: Who falls: how many touches such a life has at the least, and at how many of them; the first ones are the people's
#: own presses.
LENGTHS = {"hub": (60, 9), "works": (38, 6)}


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Valley]:
    """A hub where people live, and the works they share with."""
    folder = tmp_path_factory.mktemp("valley")
    more = {"taxonomies": str(starter_taxonomies), "crawl_seconds": 3600.0}
    hub = make_node(folder / "hub", "Invented Hub", "authority", "intermediary", **more)
    works = make_node(folder / "works", "Invented Works", "employer", authority=hub.did, **more)
    with running(hub, works) as (at_hub, at_works):
        admit(at_hub, at_works)
        acquaint(at_hub, at_works)
    with standing({"hub": hub, "works": works}) as made:
        yield made


@pytest.mark.parametrize(("victim", "touch"), falls(LENGTHS))
def test_whatever_was_said_is_true_on_both_sides_once_wherever_a_node_falls(
    valley: Valley, victim: str, touch: int | None
) -> None:
    count = valley.walk(a_life, victim, touch)
    print(f"{victim} fell {count} times")


def a_life(valley: Valley, name: str) -> Iterator[None]:
    """Live through it all, with a yes to the works from before."""
    hub, works = valley.hub, valley.works
    person = hub.do("newcomer", lambda: True, name=name)
    older = hub.do("ask", lambda: True, person=person, recipient=works.did, purpose="guidance")
    hub.do("grant", lambda: True, grant=older, person=person)
    valley.wait(lambda: (older,) in works.rows("SELECT id FROM held_grant"), "the works has what was shared")
    yield
    given, case, kept_out = consents(valley, person, older)
    contract = agreed(valley, person)
    for check in (delivered, let_go, answered, decided):
        check(valley, {"person": person, "given": given, "ended": older, "case": case, "out": kept_out})
    in_force(valley, contract)


def consents(valley: Valley, person: str, ended: str) -> tuple[str, str, str]:
    """Let a person say yes, stop an older yes, use a right, and be asked for what their agent refuses."""
    hub = valley.hub
    facts = {"person": person, "recipient": valley.works.did, "purpose": "recruitment"}
    asked = "SELECT id FROM consent_grant WHERE person = ? AND kinds = ?"

    def grant_for(kind: str) -> str:
        hub.do("ask", lambda: hub.value(asked, person, f'["{kind}"]'), kind=kind, **facts)
        return str(hub.value(asked + " AND purpose = 'recruitment'", person, f'["{kind}"]'))

    state = "SELECT state FROM consent_grant WHERE id = ?"
    given = grant_for("name")
    hub.do("grant", lambda: hub.value(state, given) == "granted", grant=given, person=person)
    hub.do("revoke", lambda: hub.value(state, ended) == "revoked", grant=ended, person=person)
    cases = "SELECT id FROM rights_case WHERE person = ?"
    hub.do("case", lambda: hub.value(cases, person), person=person)
    return given, str(hub.value(cases, person)), grant_for("plan")


def agreed(valley: Valley, person: str) -> str:
    """Bring a contract of two from its draft to the signature of the works."""
    hub, works = valley.hub, valley.works
    drafted = "SELECT id FROM contract WHERE title = ?"
    title = f"Diplomas, {person}"
    hub.do("draft", lambda: hub.value(drafted, title), title=title, member=works.did)
    contract = str(hub.value(drafted, title))
    seat = "SELECT state FROM contract_participation WHERE contract = ? AND member = ?"
    valley.wait(lambda: works.value(seat, contract, works.did), "the works is invited")
    offered = "SELECT 1 FROM contract_order WHERE contract = ?"
    works.do("offer", lambda: works.value(offered, contract), contract=contract)
    talks = "SELECT 1 FROM contract_offer WHERE contract = ? AND state = 'proposed'"
    valley.wait(lambda: hub.value(talks, contract), "the works' offering is there")
    id = str(hub.value("SELECT id FROM contract_participation WHERE contract = ? AND member = ?", contract, works.did))
    hub.do("conclude", lambda: hub.value(seat, contract, works.did) == "agreed", seat=id)
    valley.wait(lambda: works.value(seat, contract, works.did) == "agreed", "the works knows what was agreed")
    signed = "SELECT COUNT(*) FROM contract_order WHERE contract = ? AND body LIKE '%sign%'"
    works.do("sign", lambda: works.value(signed, contract), contract=contract)
    return contract


def delivered(valley: Valley, life: dict[str, str]) -> None:
    """The works has the yes that was given, and each yes it has lives at the hub."""
    held = "SELECT id FROM held_grant"
    valley.wait(lambda: (life["given"],) in valley.works.rows(held), "the yes arrives")
    living = valley.hub.rows("SELECT id FROM consent_grant WHERE state = 'granted'")
    assert set(valley.works.rows(held)) >= {(life["given"],)}
    valley.wait(lambda: set(valley.works.rows(held)) == set(living), "both sides know the same yeses")


def let_go(valley: Valley, life: dict[str, str]) -> None:
    """The works knows that the older yes has ended, and its one receipt is there, and in journal and log once."""
    grant = life["ended"]
    receipts = 'SELECT organisation FROM deletion_receipt WHERE "grant" = ?'
    valley.wait(lambda: valley.hub.rows(receipts, grant) == [(valley.works.did,)], "the deletion is confirmed")
    assert valley.works.rows('SELECT state FROM ended_grant WHERE "grant" = ?', grant) == [("revoked",)]
    log = "SELECT outcome FROM consent_use WHERE \"grant\" = ? AND outcome IN ('stopped', 'deleted') ORDER BY number"
    assert valley.hub.rows(log, grant) == [("stopped",), ("deleted",)]
    noted = "SELECT COUNT(*) FROM journal_chain WHERE about = ? AND kind = ?"
    assert valley.hub.value(noted, grant, "deletion.signed") == 1
    assert valley.hub.value(noted, grant, "grant.revoked") == 1


def answered(valley: Valley, life: dict[str, str]) -> None:
    """The works has the case once, in the same words as the hub."""
    parts = 'SELECT id, state FROM rights_part WHERE "case" = ? AND organisation = ?'
    requests = "SELECT part, state FROM rights_request WHERE part = ?"

    def is_same() -> bool:
        here = valley.hub.rows(parts, life["case"], valley.works.did)
        return len(here) == 1 and here[0][1] != "sent" and valley.works.rows(requests, here[0][0]) == here

    valley.wait(is_same, "both sides know the case the same way")


def decided(valley: Valley, life: dict[str, str]) -> None:
    """The agent refused what the person never wants, once, and nothing of it left."""
    state = "SELECT state FROM consent_grant WHERE id = ?"
    valley.wait(lambda: valley.hub.value(state, life["out"]) == "refused", "the agent says no")
    assert valley.hub.rows('SELECT COUNT(*) FROM agent_decision WHERE "grant" = ?', life["out"]) == [(1,)]
    assert valley.works.value("SELECT 1 FROM held_grant WHERE id = ?", life["out"]) is None


def in_force(valley: Valley, contract: str) -> None:
    """Both sides hold the same document, signed by both."""
    seat = "SELECT state, signature, countersignature FROM contract_participation WHERE contract = ? AND member = ?"

    def is_same() -> bool:
        found = [each.rows(seat, contract, valley.works.did) for each in (valley.hub, valley.works)]
        return found[0] == found[1] and [row[0] for row in found[0]] == ["in_force"] and all(found[0][0][1:])

    valley.wait(is_same, "the contract is in force on both sides")
