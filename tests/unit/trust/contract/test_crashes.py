"""A node may fall at any step of a task: what was said is said again, and counts once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from skillspace.storage.database import tasks
from skillspace.storage.tasks import TaskRun
from skillspace.trust.contract import SeatState
from tests.unit.trust.contract.conftest import DIPLOMAS, HUB, OTHER, SCHOOL, WORKS, World, diplomas

Valley = tuple[World, str]


class Fallen(Exception):
    """The process is gone."""


class Falling:
    """Lets the n-th touch of a task on the database, or call to a peer, be the last of its process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, world: World, at: int) -> None:
        self.left = at
        # A fall is meant here; writing its traceback takes longer than the rest of the test.
        monkeypatch.setattr("skillspace.storage.tasks.log.warning", lambda *_words, **_named: None)
        for name in ("reading", "finishing"):
            self._break(monkeypatch, TaskRun, name)
        for node in world.nodes.values():
            self._break(monkeypatch, node.room.tasks._peers, "call")

    def _break(self, monkeypatch: pytest.MonkeyPatch, holder: Any, name: str) -> None:
        whole: Callable[..., Any] = getattr(holder, name)

        def breaking(*args: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                raise Fallen
            return whole(*args, **named)

        monkeypatch.setattr(holder, name, breaking)


@pytest.mark.parametrize("step", [1, 2, 3, 4, 5, 6, 8, 10])
def test_leaving_comes_through_wherever_a_node_falls(
    valley: Valley, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, contract = valley
    with world[WORKS].writing() as work:
        world[WORKS].room.partaking.leave(work, contract, "A court said so.", by_law=True)
    Falling(monkeypatch, world, step)
    world.settle()
    for node in (HUB, SCHOOL, WORKS):
        assert world.seat(contract, WORKS, seen_by=node).state is SeatState.LEFT
        assert world.binds(node) is None
    events = [event for event in world[SCHOOL].events if event[0] == "participation.left"]
    assert len(events) == 1


@pytest.mark.parametrize("step", [2, 3, 6, 9])
def test_an_offering_is_brought_up_once_wherever_a_node_falls(
    valley: Valley, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, contract = valley
    with world[SCHOOL].writing() as work:
        world[SCHOOL].room.partaking.propose(work, contract, diplomas(dataset="urn:example:transcripts"))
    Falling(monkeypatch, world, step)
    world.settle()
    with world[SCHOOL].reading() as work:
        talks = world[SCHOOL].room.contracts.talks(work, world.seat(contract, SCHOOL).id)
    assert [(talk.offering.dataset, talk.state) for talk in talks] == [
        (DIPLOMAS, "agreed"),
        ("urn:example:transcripts", "proposed"),
    ]


@pytest.mark.parametrize("step", [4, 5, 6, 7, 8, 10, 13])
def test_who_comes_in_knows_the_others_wherever_a_node_falls(
    valley: Valley, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, contract = valley
    with world[HUB].writing() as work:
        id = world[HUB].room.seats.invite(work, contract, OTHER, "employer")
    world.settle()
    with world[OTHER].writing() as work:
        world[OTHER].room.partaking.accept(work, contract)
    world.settle()
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, id, "conclude")
    world.settle()
    Falling(monkeypatch, world, step)
    world.sign(contract, OTHER)
    assert world.binds(OTHER, consumer=OTHER) is not None, world.why_not(OTHER, consumer=OTHER)


def test_orders_arrive_in_the_order_they_were_given(world: World) -> None:
    contract = world.ecosystem()
    with world[HUB].writing() as work:
        world[HUB].room.seats.invite(work, contract, OTHER, "school")
    world.settle()
    with world[OTHER].writing() as work:
        world[OTHER].room.partaking.accept(work, contract)
        world[OTHER].room.partaking.propose(work, contract, diplomas(provider=OTHER))
    # The later task comes first: it sends the earlier order before its own.
    with world[OTHER].writing() as work:
        rows = work.rows(tasks.select().where(tasks.c.name == "contract.order").order_by(tasks.c.id))
        work.update(tasks, tasks.c.id == rows[0]["id"], due=world.clock().replace(year=2027))
    world[OTHER].worker.run_due()
    world.settle()
    with world[OTHER].reading() as work:
        assert world[OTHER].room.contracts.refusals(work, contract) == []
        talks = world[OTHER].room.contracts.talks(work, world.seat(contract, OTHER).id)
        assert len(talks) == 1
