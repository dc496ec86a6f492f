"""The two lifecycles as tables: only their moves succeed, and nothing leaves a final state."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.negotiation import NEGOTIATION, NegotiationState
from skillspace.exchange.negotiation.machine import has_reached
from skillspace.exchange.parties import CONSUMER, PROVIDER, other
from skillspace.exchange.transfer import TRANSFER, TransferState
from skillspace.exchange.transfer.machine import is_stricter
from skillspace.kernel.errors import MoveNotAllowed

PARTIES = st.sampled_from([CONSUMER, PROVIDER])
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["request", "offer", "accept", "agree", "verify", "finalize", "terminate", "start", "suspend"]),
        PARTIES,
    ),
    max_size=30,
)
N, T = NegotiationState, TransferState
# The figures of the specification, written down a second time: state → {(state after, who)}.
NEGOTIATION_FIGURE = {
    N.REQUESTED: {(N.OFFERED, "P"), (N.AGREED, "P"), (N.TERMINATED, "PC")},
    N.OFFERED: {(N.REQUESTED, "C"), (N.ACCEPTED, "C"), (N.TERMINATED, "PC")},
    N.ACCEPTED: {(N.AGREED, "P"), (N.TERMINATED, "PC")},
    N.AGREED: {(N.VERIFIED, "C"), (N.TERMINATED, "PC")},
    N.VERIFIED: {(N.FINALIZED, "P"), (N.TERMINATED, "PC")},
    N.FINALIZED: set(),
    N.TERMINATED: set(),
}
TRANSFER_FIGURE = {
    T.REQUESTED: {(T.STARTED, "P"), (T.TERMINATED, "PC")},
    T.STARTED: {(T.COMPLETED, "PC"), (T.SUSPENDED, "PC"), (T.TERMINATED, "PC")},
    T.SUSPENDED: {(T.STARTED, "PC"), (T.TERMINATED, "PC")},
    T.COMPLETED: set(),
    T.TERMINATED: set(),
}


@pytest.mark.parametrize(("table", "figure"), [(NEGOTIATION, NEGOTIATION_FIGURE), (TRANSFER, TRANSFER_FIGURE)])
def test_the_table_is_the_figure_of_the_specification(table, figure) -> None:  # type: ignore[no-untyped-def]
    for state, party in itertools.product(table.states, (CONSUMER, PROVIDER)):
        reached = {table.step(state, move, party) for move in table.allowed(state, party)}
        assert reached == {after for after, who in figure[state] if party[0].upper() in who}


@given(st.sampled_from([NEGOTIATION, TRANSFER]), MOVES)
def test_only_moves_of_the_table_succeed_and_final_states_absorb(table, moves) -> None:  # type: ignore[no-untyped-def]
    state = min(table.start)
    for move, party in moves:
        if move in table.allowed(state, party):
            state = table.step(state, move, party)
        else:
            with pytest.raises(MoveNotAllowed):
                table.step(state, move, party)
        assert state in table.states
        if state in table.final:
            assert not table.allowed(state, CONSUMER)
            assert not table.allowed(state, PROVIDER)


def test_final_states_are_those_of_the_protocol() -> None:
    assert NEGOTIATION.final == {N.FINALIZED, N.TERMINATED}
    assert TRANSFER.final == {T.COMPLETED, T.TERMINATED}


@given(st.sampled_from(list(N)), st.sampled_from(list(N)))
def test_a_terminated_negotiation_has_reached_nothing(state: N, goal: N) -> None:
    assert has_reached(state, state) is (state is not N.TERMINATED)
    if has_reached(state, goal) and has_reached(goal, state):
        assert state is goal


@given(st.sampled_from(list(T)), st.sampled_from(list(T)))
def test_of_two_different_states_one_is_stricter(one: T, another: T) -> None:
    assert is_stricter(one, another) + is_stricter(another, one) == (one is not another)
    assert not is_stricter(one, T.TERMINATED)


def test_each_party_has_another() -> None:
    assert {other(CONSUMER), other(PROVIDER)} == {CONSUMER, PROVIDER}
