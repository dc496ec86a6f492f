"""The life of a preference, from its table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.trust.agent import PREFERENCE, PreferenceState
from skillspace.trust.agent.machine import AGENT, CLOCK, PERSON

MOVES = sorted({move for _state, move, _party in PREFERENCE.moves})


def test_nobody_but_the_person_lets_a_preference_count() -> None:
    into_force = {party for (_, _, party), target in PREFERENCE.moves.items() if target is PreferenceState.ACTIVE}
    assert into_force == {PERSON}


def test_the_agent_can_only_stop_deciding() -> None:
    assert {move for _state, move, party in PREFERENCE.moves if party == AGENT} == {"pause"}


@given(st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from([PERSON, AGENT, CLOCK])), max_size=20))
def test_what_has_ended_stays_ended_whatever_comes(moves: list[tuple[str, str]]) -> None:
    state, has_ended = PreferenceState.PROPOSED, False
    for move, party in moves:
        try:
            state = PREFERENCE.step(state, move, party)
        except MoveNotAllowed:
            continue
        assert not has_ended
        has_ended = state is PreferenceState.ENDED
    if has_ended:
        with pytest.raises(MoveNotAllowed):
            PREFERENCE.step(state, "activate", PERSON)
