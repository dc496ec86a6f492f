"""A node killed right after it entered any state of a negotiation or transfer goes on where it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from skillspace.exchange.negotiation import NegotiationState
from skillspace.exchange.transfer import TransferState
from tests.nodes import until
from tests.processes.connector import CONTENT, DATASET, Connector, connectors

Pair = tuple[Connector, Connector]
NEGOTIATION = [str(state) for state in NegotiationState]
TRANSFER = [str(state) for state in TransferState]


@pytest.fixture(params=["provider", "consumer"])
def victims(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Pair, list[Connector]]]:
    """Both nodes, up, and which of them are killed."""
    pair = connectors(tmp_path)
    for one in pair:
        one.start()
    yield pair, [one for one in pair if one.name == request.param]
    for one in pair:
        one.kill()


def reached(one: Connector, table: str, pid: str, state: str) -> Callable[[], bool]:
    """Tell whether a process came as far as a state; in passing it may have gone further."""
    order = NEGOTIATION if table == "negotiation" else TRANSFER
    query = f"SELECT state FROM {table} WHERE pid = ? OR peer_pid = ?"  # noqa: S608 - our own words

    def so_far() -> bool:
        found = [row[0] for row in one.rows(query, pid, pid)]
        return bool(found) and order.index(found[0]) >= order.index(state)

    return so_far


def walk(victims: list[Connector], table: str, pid: str, states: dict[str, list[str]]) -> None:
    """Kill each victim in each of the states its role stands in."""
    for step in range(max(map(len, states.values()))):
        for victim in victims:
            if step < len(states[victim.name]):
                state = states[victim.name][step]
                victim.killed_when(reached(victim, table, pid, state), f"{table} {state}")


def ends(pair: Pair, table: str, pid: str, state: str) -> None:
    """Wait until both sides are in the same last state, nothing waits, and nothing died."""
    query = f"SELECT state FROM {table} WHERE pid = ? OR peer_pid = ?"  # noqa: S608 - our own words
    for one in pair:
        until(lambda one=one: one.rows(query, pid, pid) == [(state,)], f"{one.name}: {table} {state}")
        until(lambda one=one: not one.rows("SELECT 1 FROM outgoing_message"), f"{one.name} has said everything")
        assert one.rows("SELECT name, last_error FROM task WHERE state = 'dead'") == []


def test_a_negotiation_a_pull_and_a_push_survive_a_kill_in_every_state(
    victims: tuple[Pair, list[Connector]],
) -> None:
    pair, killed = victims
    provider, consumer = pair
    with provider.operator() as node, node.database.reading() as work:
        offering = node.exchange.catalog.offering(work, DATASET)
        assert offering is not None
        offer = node.exchange.catalog.offer(offering)

    with consumer.operator() as node, node.database.writing() as work:
        negotiation = node.exchange.negotiations.open(work, provider.id, DATASET, offer).pid
    states = {"consumer": ["REQUESTED", "AGREED", "VERIFIED", "FINALIZED"], "provider": ["AGREED", "VERIFIED"]}
    walk(killed, "negotiation", negotiation, states)
    ends(pair, "negotiation", negotiation, "FINALIZED")
    agreements = [one.rows("SELECT id, in_force FROM agreement") for one in pair]
    assert agreements[0] == agreements[1]
    assert [in_force for _, in_force in agreements[0]] == [1]

    with consumer.operator() as node, node.database.writing() as work:
        agreement = node.exchange.negotiations.agreement(work, agreements[0][0][0])
        assert agreement is not None
        pull = node.exchange.transfers.request(work, agreement, "a pull")
    walk(killed, "transfer", pull, {"consumer": ["REQUESTED", "STARTED"], "provider": ["STARTED"]})
    for move, state in (("suspend", "SUSPENDED"), ("resume", "STARTED"), ("fetch", ""), ("complete", "COMPLETED")):
        operate(consumer, move, pull)
        if state:
            walk(killed, "transfer", pull, {"consumer": [state], "provider": [state]})
            ends(pair, "transfer", pull, state)

    with consumer.operator() as node, node.database.writing() as work:
        push = node.exchange.transfers.request(work, agreement, "a push", format="HttpData-PUSH")
    states = {"consumer": ["REQUESTED", "STARTED", "COMPLETED"], "provider": ["STARTED", "COMPLETED"]}
    walk(killed, "transfer", push, states)
    ends(pair, "transfer", push, "COMPLETED")
    arrived = consumer.rows("SELECT file, is_whole FROM data_arrival WHERE transfer = ?", push)
    assert [is_whole for _, is_whole in arrived] == [1]
    assert [found.read_bytes() == CONTENT for found in consumer.folder.rglob(arrived[0][0])] == [True]
    assert all(one.kills for one in killed)


def operate(consumer: Connector, move: str, pid: str) -> None:
    """Let the consumer's operator go on with a pull."""
    query = "SELECT 1 FROM transfer WHERE pid = ? AND address IS NOT NULL AND state = 'STARTED'"
    if move in ("suspend", "fetch"):
        until(lambda: consumer.rows(query, pid), "there is an address to pull from")
    with consumer.operator() as node:
        transfers = node.exchange.transfers
        if move == "fetch":
            with node.exchange.transfers.fetch(pid) as answer:
                assert answer.read() == CONTENT
            return
        with node.database.writing() as work:
            getattr(transfers, move)(work, pid, *(["A pause."] if move == "suspend" else []))


def test_an_offer_nobody_asked_for_survives_a_kill_until_it_is_agreed(victims: tuple[Pair, list[Connector]]) -> None:
    pair, killed = victims
    provider, consumer = pair
    with provider.operator() as node, node.database.writing() as work:
        pid = node.exchange.negotiations.propose(work, consumer.id, DATASET).pid
    walk(killed, "negotiation", pid, {"provider": ["OFFERED"], "consumer": ["OFFERED"]})
    ends(pair, "negotiation", pid, "OFFERED")
    [(ours,)] = consumer.rows("SELECT pid FROM negotiation")
    with consumer.operator() as node, node.database.writing() as work:
        node.exchange.negotiations.accept(work, ours)
    states = {"consumer": ["ACCEPTED", "VERIFIED", "FINALIZED"], "provider": ["AGREED", "FINALIZED"]}
    walk(killed, "negotiation", pid, states)
    ends(pair, "negotiation", pid, "FINALIZED")
