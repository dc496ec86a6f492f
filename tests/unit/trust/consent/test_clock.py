"""The clock of consent takes its work in turns, and a delivery is tried for as long as the yes lives."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillspace.trust.consent import GrantState
from tests.unit.trust.consent.conftest import HUB, WORKS, World


def test_many_that_run_out_at_one_moment_are_ended_some_at_a_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skillspace.trust.consent.tasks.AT_ONCE", 2)
    hub = world[HUB]
    with hub.database.writing() as work:
        for number in range(5):
            asked = world.ask(work, kinds=("plan",), person=f"person-{number}", until=world.clock() + timedelta(days=9))
            hub.consents.grant(work, asked.id, f"person-{number}")
    world.settle()
    world.clock.move(days=9)
    with hub.database.writing() as work:
        assert hub.consents.expire_due(work, limit=2) == 2
    with world[WORKS].database.writing() as work:
        assert world[WORKS].room.held.expire_due(work, limit=2) == 2
    for node in (hub, world[WORKS]):
        with node.database.writing() as work:
            node.room.tasks.start(work)
    world.settle()
    with world[HUB].database.reading() as work:
        found = [world[HUB].consents.of_person(work, f"person-{number}")[0].state for number in range(5)]
    assert found == [GrantState.EXPIRED] * 5
    with world[WORKS].database.reading() as work:
        assert world[WORKS].room.held.live(work) == []


def test_a_recipient_that_was_away_for_days_still_gets_its_grant(world: World) -> None:
    world[WORKS].is_down = True
    grant = world.granted()
    for _ in range(80):
        world.settle()
        world.clock.move(hours=1)
    world[WORKS].is_down = False
    for _ in range(2):
        world.clock.move(hours=1)
        world.settle()
    with world[WORKS].database.reading() as work:
        assert world[WORKS].room.held.find(work, grant.id).id == grant.id


def test_a_recipient_that_refused_a_grant_at_first_is_offered_it_again(world: World) -> None:
    hub = world.members.pop(HUB)
    grant = world.granted()
    for _ in range(10):
        world.settle()
        world.clock.move(seconds=11)
    world.members[HUB] = hub
    for _ in range(2):
        world.clock.move(hours=1)
        world.settle()
    with world[WORKS].database.reading() as work:
        assert world[WORKS].room.held.find(work, grant.id).id == grant.id
