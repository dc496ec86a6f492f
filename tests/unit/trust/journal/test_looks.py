"""What witnesses hold is asked by tasks, compared with the journal, and kept with its time."""

from __future__ import annotations

from typing import Any

import pytest

from skillspace.kernel.errors import BadInput, Unavailable
from skillspace.trust.journal import Held, Look
from skillspace.trust.journal.store import acknowledgements, witnessed
from tests.unit.trust.journal.conftest import HUB, SCHOOL, WORKS, Node, World


@pytest.fixture
def school(signed: Node) -> Node:
    return signed


def looked(world: World) -> dict[str, Look]:
    """Ask every witness of the school, and return what stands then."""
    with world[SCHOOL].database.writing() as work:
        world[SCHOOL].room.looks.ask(work)
    world.settle()
    return latest(world)


def latest(world: World) -> dict[str, Look]:
    with world[SCHOOL].database.reading() as work:
        return {one.witness: one for one in world[SCHOOL].room.looks.latest(work)}


def test_witnesses_that_were_never_asked_are_told_as_such(world: World, school: Node) -> None:
    assert {one.held for one in latest(world).values()} == {Held.UNASKED}
    assert set(latest(world)) == {HUB, WORKS}


def test_each_witness_shows_its_last_checkpoint_when_and_that_it_matches(world: World, school: Node) -> None:
    world.clock.move(minutes=5)
    found = looked(world)[HUB]
    assert (found.held, found.number, found.fault, found.is_silent) == (Held.MATCHES, 4, "", False)
    assert found.answered == world.clock()
    assert found.at is not None
    assert found.at < found.answered


def test_the_clock_asks_each_hour(world: World, school: Node) -> None:
    with school.database.writing() as work:
        school.room.start(work)
    world.settle()
    first = latest(world)[HUB].asked
    world.clock.move(hours=1, seconds=1)
    world.settle()
    assert first is not None
    assert latest(world)[HUB].asked == world.clock() != first


def test_a_witness_that_does_not_answer_is_told_with_what_it_said_before(world: World, school: Node) -> None:
    before = looked(world)[WORKS]
    world[WORKS].is_down = True
    world.clock.move(hours=2)
    found = looked(world)
    assert found[HUB].is_silent is False
    assert found[WORKS].is_silent
    assert (found[WORKS].held, found[WORKS].answered, found[WORKS].number) == (Held.MATCHES, before.answered, 4)
    assert "does not answer" in found[WORKS].fault
    world[WORKS].is_down = False
    assert looked(world)[WORKS].is_silent is False


def test_a_journal_that_was_written_anew_does_not_match(world: World, school: Node) -> None:
    school.tamper("UPDATE journal_chain SET hash = '" + "ab" * 32 + "' WHERE number = 4")
    found = looked(world)
    assert {one.held for one in found.values()} == {Held.DIFFERS}
    assert "from entry 4 on" in found[HUB].fault


def test_a_witness_that_forgot_what_it_signed_for_does_not_match(world: World, school: Node) -> None:
    world[HUB].tamper("DELETE FROM journal_witnessed")
    found = looked(world)
    assert (found[HUB].held, found[HUB].number) == (Held.DIFFERS, None)
    assert "signed for entry 4" in found[HUB].fault
    assert found[WORKS].held is Held.MATCHES


def test_a_witness_that_has_not_been_given_anything_holds_nothing(world: World) -> None:
    world[SCHOOL].put("thing-1", "made")
    assert {one.held for one in looked(world).values()} == {Held.NOTHING}


def test_an_acknowledgement_by_another_key_does_not_count(world: World, school: Node) -> None:
    with world[HUB].database.reading() as work:
        row = dict(work.rows(witnessed.select())[0])
    with world[WORKS].database.reading() as work:
        other = dict(work.rows(witnessed.select())[0])
    world[HUB].tamper(
        f"UPDATE journal_witnessed SET acknowledgement = '{other['acknowledgement']}' WHERE number = {row['number']}"  # noqa: S608
    )
    found = looked(world)[HUB]
    assert found.held is Held.DIFFERS
    assert "What it signed for is not what it shows" in found.fault


@pytest.mark.parametrize("garbage", [{}, {"witness": 5}, {"witness": "x", "checkpoints": [{}]}, {"checkpoints": "x"}])
def test_an_answer_nobody_can_read_is_silence_with_its_reason(
    world: World, school: Node, garbage: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    peers = school.room.looks._peers
    monkeypatch.setattr(peers, "call", lambda *_args, **_more: garbage, raising=False)
    assert all(one.is_silent and one.fault for one in looked(world).values())


def test_a_fault_on_the_way_never_leaves_the_task_behind(
    world: World, school: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_more: object) -> Any:
        raise faults.pop()

    faults = [Unavailable("Too slow."), BadInput("No.")]
    monkeypatch.setattr(school.room.looks._peers, "call", refuse, raising=False)
    assert {one.fault for one in looked(world).values()} == {"Too slow.", "No."}
    assert faults == []


def test_a_witness_is_read_from_its_last_acknowledgement_on(
    world: World, school: Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        school.put(f"more-{number}", "made")
        school.seal()
        world.settle()
    asked: list[str] = []
    call = school.room.looks._peers.call

    def listen(method: str, did: str, url: str, body: object = None) -> Any:
        asked.append(url.rpartition("=")[2])
        return call(method, did, url, body)

    monkeypatch.setattr(school.room.looks._peers, "call", listen, raising=False)
    assert looked(world)[HUB].number == 7
    assert set(asked) == {"6"}
    with school.database.reading() as work:
        assert len(work.rows(acknowledgements.select())) == 8
