"""A contract of two: either side may bring the data, either side may end it, nobody else is in it."""

from __future__ import annotations

from typing import Any

import pytest

from skillspace.kernel.errors import BadInput, Conflict
from skillspace.trust.contract import ContractState
from tests.unit.trust.contract.conftest import DIPLOMAS, OTHER, SCHOOL, WORKS, World, contract_content, diplomas


@pytest.fixture
def pair(world: World) -> tuple[World, str]:
    """The works proposed a contract to the school, which brings its diplomas; both signed."""
    content: dict[str, Any] = contract_content(kind="bilateral", roles=[{"role": "school"}, {"role": "employer"}])
    works, school = world[WORKS].room, world[SCHOOL].room
    with world[WORKS].writing() as work:
        contract = works.record.draft(work, content).id
        works.record.publish(work, contract, role="employer")
        id = works.seats.invite(work, contract, SCHOOL, "school")
    world.settle()
    with world[SCHOOL].writing() as work:
        school.partaking.accept(work, contract)
        school.partaking.propose(work, contract, diplomas())
    world.settle()
    with world[WORKS].writing() as work:
        (talk,) = works.contracts.talks(work, id)
        works.seats.agree(work, talk.id, 1)
        works.seats.move(work, id, "conclude")
    world.settle()
    world.sign(contract, SCHOOL)
    return world, contract


def test_two_who_signed_are_bound_and_nobody_else_is(pair: tuple[World, str]) -> None:
    world, contract = pair
    for node in (WORKS, SCHOOL):
        assert world.binds(node) is not None, world.why_not(node)
    asked = world[WORKS].client.get(f"/contracts/{contract}", headers={"Authorization": f"Bearer {OTHER}"})
    assert asked.status_code == 404
    with world[WORKS].writing() as work, pytest.raises(Conflict, match="two parties"):
        world[WORKS].room.seats.invite(work, contract, OTHER, "school")


def test_the_proposer_may_bring_the_data_and_the_other_agrees_to_it(pair: tuple[World, str]) -> None:
    world, contract = pair
    works, school = world[WORKS].room, world[SCHOOL].room
    vacancies = diplomas(provider=WORKS, dataset="urn:example:vacancies", roles=("school",))
    seat = world.seat(contract, SCHOOL, seen_by=WORKS)
    with world[WORKS].writing() as work:
        works.seats.propose(work, seat.id, vacancies)
    world.settle()
    with world[SCHOOL].writing() as work:
        talk = school.contracts.talks(work, seat.id)[-1]
        school.partaking.agree(work, talk.id, talk.round)
    world.settle()
    world.sign(contract, SCHOOL)
    for node in (WORKS, SCHOOL):
        assert world.binds(node, provider=WORKS, consumer=SCHOOL, dataset="urn:example:vacancies") is not None


def test_either_side_ends_it(pair: tuple[World, str]) -> None:
    world, contract = pair
    with world[SCHOOL].writing() as work:
        world[SCHOOL].room.partaking.leave(work, contract, "We found another employer.")
    world.settle()
    world.clock.move(days=30)
    world.tick(WORKS)
    world.settle()
    for node in (WORKS, SCHOOL):
        with world[node].reading() as work:
            assert world[node].room.contracts.find(work, contract).state is ContractState.TERMINATED
        assert world.binds(node) is None


def test_in_a_contract_of_two_the_proposer_brings_nothing_alone(world: World) -> None:
    content = contract_content(kind="bilateral", roles=[{"role": "school"}, {"role": "employer"}])
    with world[WORKS].writing() as work:
        contract = world[WORKS].room.record.draft(work, content).id
        with pytest.raises(BadInput, match="proposed to the other"):
            world[WORKS].room.record.publish(
                work, contract, role="employer", offerings=[diplomas(provider=WORKS, dataset=DIPLOMAS)]
            )
