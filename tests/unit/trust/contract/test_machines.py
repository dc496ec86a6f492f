"""The three lives as tables: nobody reaches a state in which data flow without both signatures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.trust.contract import CONTRACT, OFFER, PARTICIPATION, ContractState, OfferState, SeatState
from skillspace.trust.contract.machine import ANSWERER, CLOCK, MEMBER, OPENER, ORCHESTRATOR, RULE, SEATED

_SEAT_MOVES = sorted({(move, party) for _, move, party in PARTICIPATION.moves})


@given(st.sampled_from(sorted(PARTICIPATION.start)), st.lists(st.sampled_from(_SEAT_MOVES), max_size=30))
def test_nobody_is_seated_without_its_own_signature_and_the_orchestrators(
    state: SeatState, walk: list[tuple[str, str]]
) -> None:
    done: set[tuple[str, str]] = set()
    for move, party in walk:
        try:
            state = PARTICIPATION.step(state, move, party)
        except MoveNotAllowed:
            continue
        done.add((move, party))
        if state in SEATED:
            assert {("sign", MEMBER), ("countersign", ORCHESTRATOR), ("conclude", ORCHESTRATOR)} <= done


@given(
    st.lists(st.tuples(st.sampled_from(["counter", "agree", "drop"]), st.sampled_from([OPENER, ANSWERER])), max_size=12)
)
def test_nobody_agrees_with_itself(walk: list[tuple[str, str]]) -> None:
    state, last = OfferState.PROPOSED, OPENER
    for move, party in walk:
        try:
            state = OFFER.step(state, move, party)
        except MoveNotAllowed:
            continue
        if move == "agree":
            assert party != last
        if move == "counter":
            last = party


def test_every_state_is_reached_and_the_ends_are_the_ones_we_mean() -> None:
    assert set(CONTRACT.states) == set(ContractState)
    assert set(PARTICIPATION.states) == set(SeatState)
    assert set(OFFER.states) == set(OfferState)
    assert CONTRACT.final == {ContractState.TERMINATED, ContractState.EXPIRED}
    assert PARTICIPATION.final == {SeatState.LEFT, SeatState.EXCLUDED, SeatState.REJECTED, SeatState.WITHDRAWN}
    assert OFFER.final == {OfferState.DROPPED}


def test_a_member_in_force_signs_or_leaves_and_nothing_else() -> None:
    assert PARTICIPATION.allowed(SeatState.IN_FORCE, MEMBER) == ["sign", "leave", "leave_by_law"]
    assert PARTICIPATION.allowed(SeatState.SUSPENDED, MEMBER) == ["sign", "leave", "leave_by_law"]


def test_only_rules_and_the_clock_put_a_contract_in_force_or_end_it() -> None:
    for (state, _, party), target in CONTRACT.moves.items():
        if target in CONTRACT.final and state is not ContractState.DRAFT:
            assert party in (RULE, CLOCK)
        if target is ContractState.IN_FORCE and state is ContractState.OPEN:
            assert party == RULE


def test_an_ended_participation_has_no_way_back() -> None:
    for state in PARTICIPATION.final:
        for move, party in _SEAT_MOVES:
            with pytest.raises(MoveNotAllowed):
                PARTICIPATION.step(state, move, party)
