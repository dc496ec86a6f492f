"""Lifecycles do what their table says and nothing else."""

from __future__ import annotations

from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import MoveNotAllowed
from skillspace.kernel.lifecycle import EITHER, Lifecycle
from skillspace.trust.membership.machine import MEMBERSHIP


class Door(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    GONE = "gone"


DOOR = Lifecycle[Door](
    name="door",
    start=frozenset({Door.CLOSED}),
    moves={(Door.CLOSED, "open", "guest"): Door.OPEN, (Door.OPEN, "close", EITHER): Door.CLOSED},
    always={("break", EITHER): Door.GONE},
)


def test_a_move_in_the_table_gives_its_state() -> None:
    assert DOOR.step(Door.CLOSED, "open", "guest") is Door.OPEN


def test_a_move_by_the_wrong_party_is_refused_and_says_who_what_and_when() -> None:
    with pytest.raises(MoveNotAllowed, match="host cannot open when it is closed"):
        DOOR.step(Door.CLOSED, "open", "host")


def test_nothing_leaves_a_final_state() -> None:
    assert DOOR.final == {Door.GONE}
    with pytest.raises(MoveNotAllowed):
        DOOR.step(Door.GONE, "break", "guest")


@given(st.lists(st.tuples(st.sampled_from(["open", "close", "break", "sing"]), st.sampled_from(["guest", "host"]))))
def test_the_buttons_are_exactly_the_moves_that_succeed(moves: list[tuple[str, str]]) -> None:
    state = Door.CLOSED
    for move, party in moves:
        if move in DOOR.allowed(state, party):
            state = DOOR.step(state, move, party)
        else:
            with pytest.raises(MoveNotAllowed):
                DOOR.step(state, move, party)
        assert state in DOOR.states


@pytest.mark.parametrize("lifecycle", [DOOR, MEMBERSHIP], ids=lambda each: each.name)
def test_every_state_can_be_reached_from_the_start(lifecycle: Lifecycle[Door]) -> None:
    reached = set(lifecycle.start)
    for _ in lifecycle.states:
        reached |= {target for (source, _, _), target in lifecycle.moves.items() if source in reached}
        reached |= set(lifecycle.always.values())
    assert reached == lifecycle.states


def test_the_diagram_names_every_move() -> None:
    drawn = "\n".join(DOOR.mermaid())
    assert "closed --> open: open (guest)" in drawn
    assert "open --> gone: break (either)" in drawn
