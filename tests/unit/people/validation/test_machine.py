"""The life of a case holds whatever happens: an end is an end, and until then the person can stop it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.people.validation import CASE, ORGANISATION, PERSON, CaseState
from skillspace.people.validation.machine import CLOCK, OVER, RECOGNISING, WITHIN

MOVES = sorted({(move, party) for _, move, party in CASE.moves})
ENDS = {
    *(CaseState.REFUSED, CaseState.RECOGNISED, CaseState.PARTLY, CaseState.NOT_RECOGNISED),
    *(CaseState.WITHDRAWN, CaseState.LAPSED, CaseState.TAKEN_BACK),
}
RECOGNITIONS = {CaseState.RECOGNISED, CaseState.PARTLY}


@given(st.lists(st.sampled_from(MOVES), max_size=12))
def test_any_history_ends_once_and_is_open_to_a_stop_until_then(history: list[tuple[str, str]]) -> None:
    state, assessed = CaseState.ASKED, False
    for move, party in history:
        before = state
        try:
            state = CASE.step(state, move, party)
        except MoveNotAllowed:
            continue
        assert before not in ENDS or (before in RECOGNITIONS and state is CaseState.TAKEN_BACK)
        assessed = assessed or state is CaseState.ASSESSED
        if move in RECOGNISING:
            assert assessed
    takes_back = ["take assessment back", "take back"] if state in RECOGNITIONS else []
    assert (state in ENDS) == (
        not CASE.allowed(state, PERSON) and sorted(CASE.allowed(state, ORGANISATION)) == takes_back
    )
    assert (state in ENDS) != ("withdraw" in CASE.allowed(state, PERSON))


def test_only_the_organisation_judges_and_only_the_person_stops() -> None:
    judging = {"accept", "refuse", "want evidence", "assess", "recognise", "recognise in part", "do not recognise"}
    judging |= {"take back", "take assessment back"}
    assert {move for _, move, party in CASE.moves if party == ORGANISATION} == judging
    assert {move for _, move, party in CASE.moves if party == PERSON} == {"send evidence", "withdraw"}
    assert {move for _, move, party in CASE.moves if party == CLOCK} == {"lapse"}


def test_every_open_state_says_by_when_the_next_step_is_due() -> None:
    assert set(WITHIN) == CASE.states - ENDS
    assert OVER == ENDS
