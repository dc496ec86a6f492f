"""The lives of mandates and of grants asked again as tables: every walk ends, and nobody activates alone."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.kernel.lifecycle import Lifecycle
from skillspace.trust.mandate import ASKED_AGAIN, MANDATE, AgainState, MandateState
from skillspace.trust.mandate.machine import AGENT, CLOCK, NODE, OFFICER, PRINCIPAL

PARTIES = (PRINCIPAL, AGENT, OFFICER, CLOCK, NODE)
MOVES = sorted({move for _, move, _ in (*MANDATE.moves, *ASKED_AGAIN.moves)})
walks = st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(PARTIES)), max_size=15)


@given(walks)
def test_what_has_ended_stays_ended_and_only_the_node_activates(walk: list[tuple[str, str]]) -> None:
    state = MandateState.PROPOSED
    for move, party in walk:
        before = state
        try:
            state = MANDATE.step(state, move, party)
        except MoveNotAllowed:
            continue
        assert before not in MANDATE.final
        if before is MandateState.PROPOSED and state is MandateState.ACTIVE:
            assert party == NODE
        if before is MandateState.SUSPENDED and state is MandateState.ACTIVE:
            assert party in (PRINCIPAL, OFFICER)


@pytest.mark.parametrize(("table", "states"), [(MANDATE, MandateState), (ASKED_AGAIN, AgainState)])
def test_every_state_is_in_the_table(table: Lifecycle[Any], states: Any) -> None:
    assert set(table.states) == set(states)


def test_the_ends_are_the_ones_we_mean() -> None:
    ends = {MandateState.ENDED, MandateState.REFUSED, MandateState.EXPIRED, MandateState.OUTGROWN}
    assert MANDATE.final == ends
    assert ASKED_AGAIN.final == {AgainState.CONFIRMED, AgainState.STOPPED, AgainState.LAPSED}


def test_the_buttons_of_each_party() -> None:
    assert MANDATE.allowed(MandateState.PROPOSED, AGENT) == ["accept", "refuse"]
    assert MANDATE.allowed(MandateState.ACTIVE, PRINCIPAL) == ["suspend", "end"]
    assert MANDATE.allowed(MandateState.ACTIVE, AGENT) == ["end"]
    assert MANDATE.allowed(MandateState.SUSPENDED, OFFICER) == ["resume", "end"]
