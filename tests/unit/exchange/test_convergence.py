"""Messages of both sides cross, repeat and arrive late; in the end both sides are in the same state."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skillspace.exchange import NegotiationState, Transfer, TransferState
from skillspace.exchange.transfer import Transfers
from skillspace.kernel.errors import Conflict
from skillspace.storage.database import Work
from tests.unit.exchange.neighbours import Neighbour, Town, agreed, settle, started

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["school", "bureau"]),
        st.sampled_from(["suspend", "resume", "complete", "terminate", "work", "suspend", "resume"]),
    ),
    max_size=10,
)
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def move(node: Neighbour, act: Callable[[Work, Transfers], None]) -> None:
    try:
        with node.work() as work:
            act(work, node.exchange.transfers)
    except Conflict:
        pass


def play(node: Neighbour, step: str, pid: str) -> None:
    moves: dict[str, Callable[[Work, Transfers], None]] = {
        "suspend": lambda work, transfers: transfers.suspend(work, pid, "A pause."),
        "resume": lambda work, transfers: transfers.resume(work, pid),
        "complete": lambda work, transfers: transfers.complete(work, pid),
        "terminate": lambda work, transfers: transfers.terminate(work, pid, "Enough."),
    }
    if step == "work":
        node.worker.run_due()
    else:
        move(node, moves[step])


def transfer_of(node: Neighbour, consumer_pid: str) -> Transfer:
    with node.work() as work:
        return next(t for t in node.exchange.transfers.transfers(work) if t.consumer_pid == consumer_pid)


_agreements: dict[int, str] = {}


@SLOW
@given(steps=STEPS, last=st.sampled_from(["school", "bureau"]))
@example(steps=[("school", "suspend"), ("bureau", "complete")], last="school")
@example(steps=[("school", "suspend"), ("bureau", "complete")], last="bureau")
@example(steps=[("school", "terminate"), ("bureau", "complete")], last="school")
@example(steps=[("school", "suspend"), ("bureau", "suspend"), ("school", "work"), ("school", "resume")], last="bureau")
@example(steps=[("bureau", "suspend"), ("bureau", "work"), ("bureau", "resume")], last="school")
def test_both_sides_of_a_transfer_end_in_the_same_state(town: Town, steps: list[tuple[str, str]], last: str) -> None:
    agreement = _agreements.setdefault(id(town), "") or agreed(town.bureau, town.school, town.dataset())
    _agreements[id(town)] = agreement
    pid = started(town.bureau, town.school, agreement, f"reference-{next(town.numbers)}")
    theirs = transfer_of(town.school, pid).pid
    nodes = {"school": (town.school, theirs), "bureau": (town.bureau, pid)}
    for who, step in steps:
        play(nodes[who][0], step, nodes[who][1])
    first, second = (town.school, town.bureau) if last == "bureau" else (town.bureau, town.school)
    for _ in range(3):
        settle(first, second)
        first.later(20)
        second.later(20)
    ours, other = transfer_of(town.bureau, pid), transfer_of(town.school, pid)
    assert ours.state is other.state
    assert (other.token_hash is not None) is (other.state is TransferState.STARTED)
    assert (ours.address is not None) is (ours.state is TransferState.STARTED)


@SLOW
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["school", "bureau"]), st.sampled_from(["work", "work", "work", "terminate"])),
        max_size=8,
    )
)
def test_both_sides_of_a_negotiation_end_in_the_same_state(town: Town, steps: list[tuple[str, str]]) -> None:
    dataset = town.dataset()
    with town.bureau.work() as work:
        pid = town.bureau.exchange.negotiations.ensure_agreement(work, town.school.did, dataset)
    for who, step in steps:
        node = town.school if who == "school" else town.bureau
        if step == "work":
            node.worker.run_due()
        else:
            end(node, pid)
    for _ in range(2):
        settle(town.school, town.bureau)
        town.school.later(20)
        town.bureau.later(20)
    states = [found.state for node in (town.school, town.bureau) if (found := negotiation_of(node, pid))]
    assert len(set(states)) == 1
    assert states[0] in (NegotiationState.FINALIZED, NegotiationState.TERMINATED)
    agreements = []
    for node in (town.school, town.bureau):
        with node.work() as work:
            found = node.exchange.negotiations.agreement_between(work, town.school.did, town.bureau.did, dataset)
            agreements.append(found is not None)
    assert agreements == [states[0] is NegotiationState.FINALIZED] * 2


def negotiation_of(node: Neighbour, consumer_pid: str):  # type: ignore[no-untyped-def]
    with node.work() as work:
        listed = node.exchange.negotiations.negotiations(work)
    return next((found for found in listed if found.consumer_pid == consumer_pid), None)


def end(node: Neighbour, consumer_pid: str) -> None:
    found = negotiation_of(node, consumer_pid)
    if found is None:
        return
    try:
        with node.work() as work:
            node.exchange.negotiations.terminate(work, found.pid, "Changed our mind.")
    except Conflict:
        pass
