"""What crosses on the way: something happens on one side while the other side is just being told something else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from skillspace.storage.database import Work, tasks
from skillspace.trust.rights import Case, DataSubject, Holding, PackageState, PartState, Right
from skillspace.trust.rights.store import requests
from tests.unit.trust.rights.conftest import ADA, HUB, SCHOOL, World


def during_the_next_call(world: World, monkeypatch: pytest.MonkeyPatch, what: Callable[[], None]) -> None:
    """Let something happen while the next call is on its way."""
    left = [what]

    def disturbance() -> tuple[Callable[[], None], Callable[[], None]]:
        return left.pop() if left else _nothing, _nothing

    monkeypatch.setattr(world, "disturbance", disturbance)


def _nothing() -> None:
    return


def withdraw(world: World, case: Case) -> None:
    with world[HUB].database.writing() as work:
        world[HUB].rights.withdraw(work, case.id, ADA)


def test_a_case_taken_back_while_it_is_being_asked_is_called_off(
    by_hand: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = by_hand.open(Right.ERASURE, only=[SCHOOL])

    def taken_back_and_told() -> None:
        withdraw(by_hand, case)
        by_hand[HUB].worker.run_due()  # the university has not heard of the part yet

    during_the_next_call(by_hand, monkeypatch, taken_back_and_told)
    by_hand.settle()
    assert by_hand.part(case, SCHOOL).state is PartState.WITHDRAWN
    with by_hand[SCHOOL].database.reading() as work:
        assert [row["state"] for row in work.rows(sa.select(requests.c.state))] == [PartState.WITHDRAWN]


def test_a_word_said_while_another_is_told_is_told_too(by_hand: World, monkeypatch: pytest.MonkeyPatch) -> None:
    case = by_hand.open(Right.ERASURE, only=[SCHOOL])
    by_hand.settle()
    id, desk = by_hand.request(SCHOOL, case), by_hand[SCHOOL].room.desk

    def extended() -> None:
        with by_hand[SCHOOL].database.writing() as work:
            desk.extend(work, id, "staff-1", "Much to read.")

    with by_hand[SCHOOL].database.writing() as work:
        desk.take(work, id, "staff-1")
    during_the_next_call(by_hand, monkeypatch, extended)
    by_hand.settle()
    assert by_hand.part(case, SCHOOL).state is PartState.EXTENDED
    with by_hand[SCHOOL].database.reading() as work:
        assert work.rows(sa.select(tasks)) == []


def test_a_restriction_that_crossed_its_own_withdrawal_does_not_stay(
    by_hand: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = by_hand.open(Right.RESTRICTION, only=[SCHOOL])
    by_hand.settle()
    id, stops = by_hand.request(SCHOOL, case), by_hand[SCHOOL].room.restrictions
    with by_hand[SCHOOL].database.writing() as work:
        by_hand[SCHOOL].room.desk.answer(work, id, "staff-1")
    during_the_next_call(by_hand, monkeypatch, lambda: withdraw(by_hand, case))
    by_hand.settle()
    assert by_hand.part(case, SCHOOL).state is PartState.WITHDRAWN
    with by_hand[SCHOOL].database.reading() as work:
        assert stops.is_restricted(work, HUB, by_hand.subject(SCHOOL), None) is None
    assert by_hand[SCHOOL].kept(by_hand.subject(SCHOOL)) == []


def test_a_person_who_leaves_while_their_package_is_fetched_leaves_no_package(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.put(SCHOOL)
    world.open(Right.ACCESS, only=[SCHOOL])
    world[HUB].worker.run_due()
    world[SCHOOL].worker.run_due()

    def left() -> None:
        with world[HUB].database.writing() as work:
            world[HUB].room.erase(work, ADA)

    during_the_next_call(world, monkeypatch, left)
    world.settle()
    assert world[HUB].packages() == []
    assert world[SCHOOL].packages() == []


def test_of_two_answers_packed_at_once_the_one_that_was_signed_for_is_handed_out(by_hand: World) -> None:
    by_hand.put(SCHOOL)
    case = by_hand.open(Right.ACCESS, only=[SCHOOL])
    by_hand.settle()
    id, node = by_hand.request(SCHOOL, case), by_hand[SCHOOL]
    packing: list[int] = []

    def slow(_work: Work, _who: DataSubject) -> Iterator[Holding]:
        packing.append(1)
        if len(packing) == 1:  # while this one packs, another finishes, with something more in it
            by_hand.put(SCHOOL, "story")
            node.worker.run_due()
        yield from ()

    node.room.answerers.add(replace(node.drawer.answerer(), collect=slow))
    with node.database.writing() as work:
        node.room.desk.answer(work, id, "staff-1")
        node.room.desk.answer(work, id, "staff-2")
    by_hand.settle()
    part = by_hand.part(case, SCHOOL)
    assert (part.state, part.package_state) == (PartState.ANSWERED, PackageState.HERE)
    assert len(packing) == 2
    assert list((node.folder / "rights").rglob("*.*")) == []


def test_a_receipt_that_was_overtaken_by_the_answer_is_kept_as_proof_too(world: World) -> None:
    case = world.open(Right.ACCESS, only=[SCHOOL])
    world.coming.append("answer lost")
    world[HUB].worker.run_due()
    world[SCHOOL].worker.run_due()
    assert world.part(case, SCHOOL).state is PartState.ANSWERED
    world.clock.move(seconds=30)
    world.settle()
    with world[HUB].database.reading() as work:
        moves = [proof.move for proof in world[HUB].rights.proofs(work, world.case(case))]
    assert moves == ["receive", "answer"]
