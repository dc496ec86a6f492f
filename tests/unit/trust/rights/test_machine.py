"""The lives of cases and parts as tables: who may do what, and where it ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.trust.rights.machine import (
    CASE,
    CLOCK,
    DONE,
    INTERMEDIARY,
    ORGANISATION,
    PACKAGE,
    PART,
    PERSON,
    CaseState,
    PackageState,
    PartState,
)

MOVES = sorted({move for _, move, _ in [*PART.moves, *CASE.moves, *PACKAGE.moves]})
PARTIES = (PERSON, ORGANISATION, INTERMEDIARY, CLOCK)
walks = st.lists(st.tuples(st.sampled_from(MOVES), st.sampled_from(PARTIES)), max_size=20)


@given(walks)
def test_only_the_organisation_answers_and_only_the_person_takes_back(walk: list[tuple[str, str]]) -> None:
    state, before = PartState.SENT, None
    for move, party in walk:
        if (state, move, party) not in PART.moves:
            with pytest.raises(MoveNotAllowed):
                PART.step(state, move, party)
            continue
        before, state = state, PART.step(state, move, party)
        if state in (PartState.ANSWERED, PartState.REFUSED, PartState.EXTENDED, PartState.DOUBTED):
            assert party == ORGANISATION
        if state is PartState.WITHDRAWN:
            assert party == PERSON
        if before in DONE:
            assert (before, state) == (PartState.ANSWERED, PartState.LIFTED)
        if before is PartState.DOUBTED:
            assert state in (PartState.IN_WORK, PartState.REFUSED, PartState.WITHDRAWN)


def test_every_state_is_reached_and_the_ends_are_the_ones_we_mean() -> None:
    assert set(PART.states) == set(PartState)
    assert set(CASE.states) == set(CaseState)
    assert set(PACKAGE.states) == set(PackageState)
    assert PART.final == {PartState.REFUSED, PartState.WITHDRAWN, PartState.LIFTED}
    assert CASE.final == {CaseState.CLOSED, CaseState.WITHDRAWN}
    assert PACKAGE.final == {PackageState.LOST, PackageState.CLEARED}


def test_what_waits_for_the_person_can_only_be_refused_by_the_organisation() -> None:
    assert PART.allowed(PartState.DOUBTED, ORGANISATION) == ["refuse"]
    assert PART.allowed(PartState.EXTENDED, ORGANISATION) == ["answer", "refuse"]
    assert PART.allowed(PartState.RECEIVED, ORGANISATION) == ["take", "answer", "extend", "doubt", "refuse"]
