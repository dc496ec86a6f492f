"""A denied inference is hidden until people have answered, in every history of a case and of several."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.people.learning import Standing, contests_in
from skillspace.trust.rights import PART, Case, CaseState, Part, PartState, Right, Scope

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
KEY, KIND = "mastery:0011", "learning"


def part(number: int, moves: list[int], begun: datetime) -> Part:
    """One organisation's part after some moves, each chosen among those that the table allows."""
    state, at, done = PartState.SENT, begun, None
    for chosen in moves:
        possible = sorted(
            (move, party) for (before, move, party) in PART.moves if before is state and state is not PartState.ANSWERED
        )
        if not possible:
            break
        move, party = possible[chosen % len(possible)]
        state, at = PART.step(state, move, party), at + timedelta(hours=1)
        if state in (PartState.ANSWERED, PartState.REFUSED, PartState.WITHDRAWN):
            done = at
    return Part(
        id=f"p{number}", case="c", organisation=f"did:web:o{number}.example", name="Invented School", subject="s",
        state=state, asked=begun, received=None, due=date(2026, 12, 20), extended=None, doubted=None, resumed=None,
        done=done, unreached_since=None, unreached_why="", words="", ground=None, complaint="", deleted={}, kept=(),
        package=None, package_state=None, is_overdue=False,
    )  # type: ignore[arg-type]  # fmt: skip


def case(number: int, histories: list[list[int]], *, right: Right = Right.REVIEW, key: str = KEY) -> Case:
    begun = NOON + timedelta(days=number)
    return Case(
        id=f"c{number}", person="alva", right=right, opened=begun, words="No.",
        scope=Scope(kinds=(KIND,), datasets=(key,)), corrections=(), state=CaseState.OPEN, ended=None,
        parts=tuple(part(place, moves, begun) for place, moves in enumerate(histories)),
    )  # fmt: skip


HISTORIES = st.lists(st.lists(st.lists(st.integers(0, 9), max_size=6), min_size=1, max_size=3), max_size=4)


@settings(deadline=None, max_examples=300)
@given(HISTORIES, st.randoms(use_true_random=False))
def test_in_every_history_what_nobody_answered_is_hidden_and_what_somebody_agreed_with_starts_anew(
    histories: list[list[list[int]]], chance: object
) -> None:
    cases = [case(number, parts) for number, parts in enumerate(histories)]
    found = contests_in(reversed(cases), KIND)
    states = [{one.state for one in each.parts} for each in cases]
    agreed = [PartState.ANSWERED in each for each in states]
    waits = [not yes and any(not one.is_done for one in each.parts) for yes, each in zip(agreed, cases, strict=True)]
    assert (found.standing(KEY) is Standing.DENIED) is any(waits)
    assert (KEY in found.floors) is any(agreed)
    if any(agreed):
        ends = [one.done for each in cases for one in each.parts if one.state is PartState.ANSWERED and one.done]
        assert found.floors[KEY] == max(ends)
    last = max((place for place, yes in enumerate(agreed) if yes), default=-1)
    stood = any(
        PartState.REFUSED in each and not wait for each, wait in list(zip(states, waits, strict=True))[last + 1 :]
    )
    if not any(waits):
        assert (found.standing(KEY) is Standing.STANDS) is stood


def test_a_case_taken_back_leaves_the_inference_as_it_was() -> None:
    withdraw = sorted(move for (before, move, _) in PART.moves if before is PartState.SENT).index("withdraw")
    found = contests_in([case(1, [[withdraw]])], KIND)
    assert found.standing(KEY) is Standing.UNDENIED
    assert found.floors == {}


def test_only_reviews_of_this_kind_and_key_count() -> None:
    others = [case(1, [[]], right=Right.OBJECTION), case(2, [[]], key="time")]
    found = contests_in(others, KIND)
    assert found.standing(KEY) is Standing.UNDENIED
    assert found.standing("time") is Standing.DENIED
    assert contests_in([case(3, [[]])], "matching").standing(KEY) is Standing.UNDENIED
