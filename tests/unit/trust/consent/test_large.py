"""A yes is never larger than what travels: what would not reach its recipient is not asked for."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Work
from skillspace.trust.consent import Grant
from tests.unit.trust.consent.conftest import HUB, WORKS, World


def asked(world: World, work: Work, *lengths: int) -> Grant:
    things = {"skills-profile": tuple(f"{number:03d}".ljust(length, "x") for number, length in enumerate(lengths))}
    return world.ask(work, kinds=("skills-profile", "plan"), items=things)


def test_every_yes_that_may_be_asked_for_is_delivered_and_used(world: World) -> None:
    with world[HUB].database.writing() as work:
        grant = world[HUB].consents.grant(work, asked(world, work, *[99] * 300).id, "person-ada")
    world.settle()
    token = world.token(grant)
    assert 0 < len(token) < 60_000
    with world[WORKS].database.reading() as work:
        assert world[WORKS].room.held.find(work, grant.id).items == dict(grant.items)


@pytest.mark.parametrize("lengths", [[99] * 700, [500] * 100])
def test_more_single_things_than_travel_are_not_asked_for(world: World, lengths: list[int]) -> None:
    with world[HUB].database.writing() as work, pytest.raises(BadInput, match="fewer"):
        asked(world, work, *lengths)


def test_more_uses_than_a_recipient_can_read_are_not_asked_for(world: World) -> None:
    with world[HUB].database.writing() as work, pytest.raises(BadInput):
        world.ask(work, kinds=("plan",), max_uses=1_000_001)
