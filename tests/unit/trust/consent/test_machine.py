"""The life of a grant as a table: no walk through it opens data without the person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.trust.consent.machine import CLOCK, GRANT, INTERMEDIARY, PERSON, RECIPIENT, GrantState

MOVES = ("ask", "grant", "refuse", "revoke", "expire", "terminate")
PARTIES = (PERSON, RECIPIENT, CLOCK, INTERMEDIARY)
steps = st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(PARTIES)), max_size=12)


@given(steps)
def test_only_the_person_ever_grants_and_an_end_is_an_end(walk: list[tuple[str, str]]) -> None:
    state = GrantState.DRAFT
    for move, party in walk:
        if (state, move, party) not in GRANT.moves:
            with pytest.raises(MoveNotAllowed):
                GRANT.step(state, move, party)
            continue
        assert state not in GRANT.final
        before, state = state, GRANT.step(state, move, party)
        if state is GrantState.GRANTED:
            assert (before, party, move) == (GrantState.PENDING, PERSON, "grant")


def test_every_state_is_reached_and_the_ends_are_the_ones_we_mean() -> None:
    assert set(GRANT.states) == set(GrantState)
    assert GRANT.final == {GrantState.REFUSED, GrantState.REVOKED, GrantState.EXPIRED, GrantState.TERMINATED}


def test_the_person_has_two_buttons_on_an_ask_and_one_on_a_yes() -> None:
    assert GRANT.allowed(GrantState.PENDING, PERSON) == ["grant", "refuse"]
    assert GRANT.allowed(GrantState.GRANTED, PERSON) == ["revoke"]
