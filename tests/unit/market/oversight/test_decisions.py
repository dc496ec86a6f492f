"""What people decide beside matching: a table of moves, written once, in an order that loses nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, MoveNotAllowed
from skillspace.market.oversight.decisions import Decision, Decisions
from skillspace.market.oversight.fits import in_order
from skillspace.market.oversight.machine import STANDING, Standing, Why
from skillspace.market.oversight.store import decisions, remarks
from skillspace.market.vacancies import Vacancy
from skillspace.skills.matching import Gap, HolderMatch
from skillspace.storage.database import Database, Work
from tests.conftest import NOON

BAKER = Vacancy(
    id="baker", title="Baker", language="en", employer="Exempel", source="did:web:us.example", synthetic=True
)
NOTHING = Gap(coverage=0.0, have=(), close=(), missing=())


class Notes:
    """A journal that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Mapping[str, Any]]] = []

    def __call__(self, _work: Work, kind: str, _about: str, content: Mapping[str, object]) -> None:
        self.told.append((kind, content))


@pytest.fixture
def notes() -> Notes:
    return Notes()


def decide(database: Database, notes: Notes, move: str, *, grant: str = "g1", words: str = "They bake.") -> Decision:
    with database.writing() as work:
        room = Decisions(notes)
        return room.decide(work, BAKER, grant, move, by="Dana Exempel", why=Why.KNOWN, words=words, place=4)


def test_a_decision_is_kept_with_who_when_and_why_and_can_be_taken_back(database: Database, notes: Notes) -> None:
    decide(database, notes, "up")
    decide(database, notes, "aside", words="  No  licence. ")
    decide(database, notes, "back")
    with database.reading() as work:
        found = Decisions(notes).of(work, "baker", "g1")
    assert [one.state for one in found] == [Standing.UP, Standing.ASIDE, Standing.MATCHED]
    assert (found[1].by, found[1].at, found[1].why, found[1].words, found[1].place) == (
        "Dana Exempel", NOON, Why.KNOWN, "No licence.", 4,
    )  # fmt: skip


def test_what_stands_already_cannot_be_decided_again_nor_taken_back_unsaid(database: Database, notes: Notes) -> None:
    with pytest.raises(MoveNotAllowed):
        decide(database, notes, "back")
    decide(database, notes, "up")
    with pytest.raises(MoveNotAllowed):
        decide(database, notes, "up")


@pytest.mark.parametrize("words", ["", "  \n ", "x" * 501, "a\x00b"])
def test_nothing_is_decided_without_words(database: Database, notes: Notes, words: str) -> None:
    with pytest.raises(BadInput):
        decide(database, notes, "up", words=words)
    assert notes.told == []


def test_the_journal_is_told_without_names_and_words(database: Database, notes: Notes) -> None:
    decide(database, notes, "up")
    ((kind, content),) = notes.told
    assert kind == "matching.up"
    assert content == {
        "vacancy": "baker", "grant": "g1", "move": "up", "state": "moved up", "why": "known", "place": 4,
    }  # fmt: skip


@pytest.mark.parametrize("change", ["UPDATE matching_decision SET why = 'other'", "DELETE FROM matching_decision"])
def test_the_database_refuses_to_change_a_decision(database: Database, notes: Notes, change: str) -> None:
    decide(database, notes, "up")
    with pytest.raises(sa.exc.IntegrityError, match="written once"), database.writing() as work:
        work.connection.exec_driver_sql(change)


def test_the_words_go_with_the_yes_and_the_decision_stands(database: Database, notes: Notes) -> None:
    decide(database, notes, "up")
    decide(database, notes, "aside", grant="g2")
    with database.writing() as work:
        assert Decisions(notes).forget("g1", work) == 1
        assert Decisions(notes).forget("g1", work) == 0
        (mine,) = Decisions(notes).of_grants(work, ["g1"])
        assert (mine.words, mine.state) == ("", Standing.UP)
        assert [row["words"] for row in work.rows(sa.select(remarks.c.words))] == ["They bake."]
        assert len(work.rows(sa.select(decisions.c.id))) == 2


def matched(count: int) -> list[HolderMatch]:
    return [
        HolderMatch(holder_id=f"g{number}", score=1 - number / 100, coverage=0.5, have=(), close=(), missing=())
        for number in range(count)
    ]


def said(grant: str, state: Standing) -> Decision:
    return Decision(
        id=f"{grant}-{state}", at=NOON, by="Dana", vacancy="baker", title="Baker", grant_id=grant, state=state,
        why=Why.OTHER, place=None, words="",
    )  # fmt: skip


@given(
    st.integers(0, 10),
    st.dictionaries(
        st.integers(0, 14).map("g{}".format), st.lists(st.sampled_from(Standing), min_size=1, max_size=3), max_size=8
    ),
)
def test_the_order_that_holds_loses_nobody_and_keeps_matching_within_each_part(
    count: int, states: dict[str, list[Standing]]
) -> None:
    decided = {grant: [said(grant, state) for state in listed] for grant, listed in states.items()}
    placed = in_order(matched(count), decided, lambda _grant: NOTHING)
    shown = {f"g{number}" for number in range(count)}
    moved = {grant for grant, listed in states.items() if listed[-1] is not Standing.MATCHED}
    assert {one.grant_id for one in placed} == shown | moved
    assert len(placed) == len(shown | moved)
    rank = [Standing.UP, Standing.MATCHED, Standing.ASIDE]
    keys = [(rank.index(one.standing), one.place or 99) for one in placed]
    assert keys == sorted(keys)
    assert all(one.place == int(one.grant_id[1:]) + 1 for one in placed if one.place)
    assert all(one.found is NOTHING for one in placed if one.place is None)


@given(st.lists(st.sampled_from(["up", "aside", "back"]), max_size=6))
def test_whatever_was_decided_there_is_a_way_on(moves: list[str]) -> None:
    state = Standing.MATCHED
    for move in moves:
        if move in STANDING.allowed(state, "staff"):
            state = STANDING.step(state, move, "staff")
    opened = STANDING.allowed(state, "staff")
    assert ("back" in opened) == (state is not Standing.MATCHED)
    assert len(opened) == 2
