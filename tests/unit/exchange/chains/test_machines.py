"""The two lifecycles: every state can be reached, every end is an end, and the guide shows them as they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.chains import CHAIN, PART, ChainState, PartState
from skillspace.exchange.chains.machine import is_further
from tests.conftest import ROOT


def test_every_state_can_be_reached() -> None:
    for table in (CHAIN, PART):
        reached = set(table.start)
        for _ in table.states:
            reached |= {target for (source, _, _), target in table.moves.items() if source in reached}
        assert reached == table.states


def test_nothing_leaves_an_end() -> None:
    assert CHAIN.final == {ChainState.DONE, ChainState.CANCELLED}
    assert PART.final == {PartState.HANDED_ON, PartState.KEPT, PartState.FAILED, PartState.ENDED}


def test_from_every_open_state_a_part_can_be_ended_and_can_fail() -> None:
    for state in PART.states - PART.final:
        assert PART.allowed(state, "asker")[-1] == "end"
        assert "fail" in PART.allowed(state, "node")


def test_a_result_that_is_being_kept_is_not_cancelled() -> None:
    assert "cancel" not in CHAIN.allowed(ChainState.SETTLING, "asker")


@given(st.sampled_from(PartState), st.sampled_from(PartState))
def test_what_is_further_is_never_behind(one: PartState, other: PartState) -> None:
    assert not (is_further(one, other) and is_further(other, one))
    assert not is_further(one, one)


def test_the_guide_shows_both_lifecycles() -> None:
    guide = (ROOT / "docs" / "guides" / "chains.md").read_text(encoding="utf-8")
    for table in (CHAIN, PART):
        assert "\n".join(table.mermaid()) in guide
