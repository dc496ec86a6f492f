"""Two nodes, of which one falls at every moment there is: consents, cases, contracts and decisions come through whole.

Each round is a whole life: asks, a yes, an end, a decision of the agent, a case of a person's right, a contract of
two. The node whose turn it is falls at one commit of it, in the next round at a later one. Whatever somebody was told,
or was not told and did again, is then true on both sides, once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.node.composition import Node
from skillspace.node.settings import Settings
from skillspace.people.accounts import AccountKind
from skillspace.trust.agent import Effect, Wish
from tests.nodes import acquaint, admit, make_node, running, until
from tests.processes import falling

#: At which touches a node falls; a round has some hundred, the first ones are the people's own presses.
FALLS = {"hub": (1, 2, 3, 4, 6, 9, 13, 18, 24, 31, 39, 48, 58), "works": (1, 2, 4, 7, 11, 16, 22, 29, 37)}


@dataclass
class Walker:
    """One node by its folder, as a process that can fall."""

    settings: Settings
    process: BaseProcess | None = None

    @property
    def did(self) -> str:
        return self.settings.did

    @property
    def has_fallen(self) -> bool:
        return self.process is not None and not self.process.is_alive()

    def start(self) -> None:
        """Start it, wait until it answers, and look whether its journal is whole."""
        self.process = falling.start(self.settings.folder)
        until(self._answers, f"{self.settings.name} answers")
        assert httpx.get(f"{self.settings.address}/walk/audit", timeout=30, trust_env=False).json() == []

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.join(timeout=10)

    def fall_at(self, touch: int) -> None:
        (self.settings.folder / falling.ORDER).write_text(str(touch))

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read from its database, beside it."""
        address = f"file:{self.settings.folder / 'node.db'}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=10)) as connection:
            return connection.execute(query, values).fetchall()

    def value(self, query: str, *values: object) -> Any:
        """Return the first value of the first row, None where there is none."""
        found = self.rows(query, *values)
        return found[0][0] if found else None

    def do(self, move: str, is_done: Callable[[], object], **facts: str) -> str:
        """Press a button as a person does: who gets no answer looks whether it happened, and else presses again."""
        for _ in range(3):
            try:
                address = f"{self.settings.address}/walk/{move}"
                answer = httpx.post(address, json=facts, timeout=30, trust_env=False)
            except httpx.TransportError:
                until(lambda: self.has_fallen, f"{self.settings.name} fell")
                self.start()
                if is_done():
                    return ""
            else:
                assert answer.status_code == 200, (move, answer.text)
                assert is_done(), f"{self.settings.name} said yes to {move}, and it is not so"
                return str(answer.json()["made"])
        raise AssertionError(f"{move} is not done.")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.is_alive(), (self.settings.folder / "node.log").read_text()[-2000:]
        try:
            return httpx.get(f"{self.settings.address}/health", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


@dataclass
class Valley:
    """Both nodes, and the people whose lives are walked: one for each round."""

    hub: Walker
    works: Walker
    people: list[str]
    grants: dict[str, str]

    def wait(self, is_so: Callable[[], object], what: str) -> None:
        """Wait for what tasks bring about, and start again who falls meanwhile."""

        def look() -> object:
            for each in (self.hub, self.works):
                if each.has_fallen:
                    each.start()
            return is_so()

        until(look, what)


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[Valley]:
    """A hub with a person for each round, who shared something with the works already."""
    folder = tmp_path_factory.mktemp("valley")
    more = {"taxonomies": str(starter_taxonomies), "crawl_seconds": 3600.0}
    hub = make_node(folder / "hub", "Invented Hub", "authority", "intermediary", **more)
    works = make_node(folder / "works", "Invented Works", "employer", authority=hub.did, **more)
    with running(hub, works) as (at_hub, at_works):
        admit(at_hub, at_works)
        acquaint(at_hub, at_works)
        grants = _populate(at_hub, works.did, sum(map(len, FALLS.values())))
        made = Valley(hub=Walker(hub), works=Walker(works), people=list(grants), grants=grants)
        held = "SELECT COUNT(*) FROM held_grant"
        until(lambda: made.works.value(held) == len(grants), "the works has what was shared")
    for each in (made.hub, made.works):
        each.start()
    yield made
    for each in (made.hub, made.works):
        each.stop()


def _populate(node: Node, works: str, count: int) -> dict[str, str]:
    """Let people in, each with a yes to the works and a wish that their agent says no to one kind of data."""
    assert node.rooms.spaces is not None
    never = Wish(effect=Effect.NEVER, kinds=frozenset({"plan"}))
    preferences, grants = node.rooms.spaces.agent.preferences, {}
    with node.database.writing() as work:
        for number in range(count):
            person = node.rooms.accounts.make(
                work, name=f"Robin {number}", kind=AccountKind.PERSON, email=f"robin{number}@example.org", language="en"
            )
            preferences.activate(work, preferences.propose(work, person.id, never).id, person.id)
            facts = {"person": person.id, "recipient": works, "purpose": "guidance"}
            grants[person.id] = falling.ask(node, work, facts)
            node.rooms.spaces.consents.grant(work, grants[person.id], person.id)
    return grants


@pytest.mark.parametrize(
    ("victim", "touch"), [(victim, touch) for victim, touches in FALLS.items() for touch in touches]
)
def test_whatever_was_said_is_true_on_both_sides_once_wherever_a_node_falls(
    valley: Valley, victim: str, touch: int
) -> None:
    person = valley.people.pop()
    fallen: Walker = getattr(valley, victim)
    fallen.fall_at(touch)
    given, case, kept_out = consents(valley, person)
    contract = agreed(valley, person)
    for check in (delivered, let_go, answered, decided):
        check(valley, {"person": person, "given": given, "ended": valley.grants[person], "case": case, "out": kept_out})
    in_force(valley, contract)
    assert not (fallen.settings.folder / falling.ORDER).exists(), f"{victim} had no {touch} touches in this round"
    for each in (valley.hub, valley.works):
        assert each.rows("SELECT name, last_error FROM task WHERE state = 'dead'") == []
        assert httpx.get(f"{each.settings.address}/walk/audit", timeout=30, trust_env=False).json() == []


def consents(valley: Valley, person: str) -> tuple[str, str, str]:
    """Let a person say yes, stop an older yes, use a right, and be asked for what their agent refuses."""
    hub, ended = valley.hub, valley.grants[person]
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
