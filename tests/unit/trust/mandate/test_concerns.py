"""A child says that something is wrong with a guardian: officers read it and answer, the guardian never sees it."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import BadInput, Conflict, MoveNotAllowed, NotFound, Refused
from skillspace.trust.mandate import Concern, ConcernState
from tests.conftest import NOON
from tests.unit.trust.mandate.conftest import ADULT, CHILD, COACH, EVERYTHING, MOTHER, OFFICER, PAPER, YEAR, World


def told(world: World, words: str = "She is not my mother.") -> Concern:
    made = world.guardian()
    with world.writing() as work:
        return world.room.concerns.tell(work, CHILD, made.id, words)


def test_a_childs_words_wait_for_an_officer_who_answers_them_once(world: World) -> None:
    one = told(world, "She is not\n\n  my   mother.\t")
    assert one.words == "She is not\nmy mother."
    with world.writing() as work:
        assert world.room.concerns.waiting(work) == [one]
        answered = world.room.concerns.answer(work, one.id, OFFICER, "We looked, and ended it.")
        assert (answered.state, answered.answered_by) == (ConcernState.ANSWERED, OFFICER)
        assert world.room.concerns.waiting(work) == []
        assert world.room.concerns.of_mandate(work, one.mandate) == [answered]
        with pytest.raises(MoveNotAllowed):
            world.room.concerns.answer(work, one.id, OFFICER, "Once more.")


def test_only_the_child_tells_and_only_about_a_guardian_of_its_own(world: World) -> None:
    mandate, coach = told(world).mandate, world.named(EVERYTHING).id
    for person, about in ((MOTHER, mandate), (OFFICER, mandate), (CHILD, coach), (ADULT, coach), (CHILD, "none")):
        with pytest.raises(NotFound), world.writing() as work:
            world.room.concerns.tell(work, person, about, "words")


def test_a_child_may_doubt_somebody_who_only_asks_to_be_its_guardian(world: World) -> None:
    with world.writing() as work:
        asked = world.appointing.request(
            work, agent=COACH, principal=CHILD, scope=EVERYTHING, evidence=[PAPER], ends=NOON + YEAR
        )
        assert world.room.concerns.tell(work, CHILD, asked.id, "I do not know them.").mandate == asked.id


def test_while_one_word_waits_there_is_no_second_and_none_is_empty_or_endless(world: World) -> None:
    one = told(world)
    with pytest.raises(Conflict), world.writing() as work:
        world.room.concerns.tell(work, CHILD, one.mandate, "And more.")
    with world.writing() as work:
        world.room.concerns.answer(work, one.id, OFFICER, "Thank you.")
        more = world.room.concerns.tell(work, CHILD, one.mandate, "And more.")
    for words in ("", " \n\t", "x" * 1001):
        with pytest.raises(BadInput), world.writing() as work:
            world.room.concerns.answer(work, more.id, OFFICER, words)


def test_nobody_but_an_officer_who_is_no_party_answers(world: World) -> None:
    one = told(world)
    world.officers.add(MOTHER)
    for who in (MOTHER, CHILD, "stranger"):
        with pytest.raises(Refused), world.writing() as work:
            world.room.concerns.answer(work, one.id, who, "All is well.")
    with pytest.raises(NotFound), world.writing() as work:
        world.room.concerns.answer(work, "concern-none", OFFICER, "All is well.")


def test_the_journal_says_that_it_was_told_and_answered_and_never_what(world: World) -> None:
    one = told(world)
    with world.writing() as work:
        world.room.concerns.answer(work, one.id, OFFICER, "We ended it.")
        newest = world.notes.newest()
        assert world.mandates.exhibit(work, list(newest)) == newest
        assert one.id in set(world.mandates.exhibited(work))
    kinds = [kind for kind, about, _ in world.notes.entries if about == one.id]
    assert kinds == ["mandate.concern_open", "mandate.concern_answered"]
    assert "mother." not in str(world.notes.entries)


def test_of_an_erased_child_no_worry_and_no_age_is_left(world: World) -> None:
    one = told(world)
    with world.writing() as work:
        world.appointing.erase(work, CHILD)
        assert world.room.concerns.waiting(work) == []
    assert one.id in world.notes.forgotten
    assert not [about for kind, about, _ in world.notes.entries if kind == "age.recorded"]
