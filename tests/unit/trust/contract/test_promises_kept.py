"""What a contract promised holds in awkward orders: long reasons, lies about who is still in it, shorter notice."""

from __future__ import annotations

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Work
from skillspace.trust.contract import ContractState
from skillspace.trust.contract.enforcing import Enforcing
from skillspace.trust.contract.store import contracts, orders, seats
from tests.unit.trust.contract.conftest import DIPLOMAS, HUB, OTHER, SCHOOL, WORKS, World, diplomas

Valley = tuple[World, str]
ASKED = (SCHOOL, WORKS, DIPLOMAS, "recruitment")


def test_a_contract_that_is_paused_lets_no_more_through_than_one_in_force(valley: Valley) -> None:
    world, contract = valley
    enforcing = Enforcing(world[SCHOOL].room.contracts)
    with world[SCHOOL].reading() as work:
        assert enforcing.why_not(work, *ASKED) is None
        assert "purpose" in str(enforcing.why_not(work, SCHOOL, WORKS, DIPLOMAS, "marketing"))
        assert enforcing.why_not(work, SCHOOL, OTHER, DIPLOMAS, "recruitment") is None, "no contract of these two"
    with world[HUB].writing() as work:
        world[HUB].room.record.suspend(work, contract, "An audit.")
    world.settle()
    with world[SCHOOL].reading() as work:
        assert "suspended" in str(enforcing.why_not(work, *ASKED))


def test_an_invitation_nobody_accepted_closes_nothing_between_two(world: World) -> None:
    contract = world.ecosystem()
    world.joined(contract, SCHOOL, "school", diplomas())
    with world[HUB].writing() as work:
        world[HUB].room.seats.invite(work, contract, WORKS, "employer")
        room = world[HUB].room.contracts
        assert room.allows_agreement(work, SCHOOL, WORKS, DIPLOMAS, diplomas().policy) == []


@pytest.mark.parametrize("what", ["suspend", "terminate", "exclude"])
def test_a_reason_too_long_to_be_told_is_refused_where_it_is_given(valley: Valley, what: str) -> None:
    world, contract = valley
    seat, hub = world.seat(contract, WORKS).id, world[HUB].room

    def move(work: Work, why: str) -> None:
        if what == "suspend":
            hub.record.suspend(work, contract, why)
        elif what == "terminate":
            hub.record.terminate(work, contract, why, by_law=True)
        else:
            hub.seats.move(work, seat, "exclude", reason=why)

    with world[HUB].writing() as work, pytest.raises(BadInput):
        move(work, "x" * 501)
    with world[HUB].writing() as work:
        move(work, "x" * 500)
    world.settle()
    assert world.binds(WORKS) is None


def test_a_reason_too_long_for_the_orchestrator_is_refused_before_it_is_ordered(valley: Valley) -> None:
    world, contract = valley
    with world[WORKS].writing() as work, pytest.raises(BadInput):
        world[WORKS].room.partaking.leave(work, contract, "x" * 501)
    with world[WORKS].writing() as work, pytest.raises(BadInput):
        world[WORKS].room.partaking.join(work, orchestrator=HUB, contract="short", role="two words")


def test_who_left_by_law_is_not_put_back_by_an_orchestrator_that_goes_on_as_before(valley: Valley) -> None:
    world, contract = valley
    with world[SCHOOL].writing() as work:
        world[SCHOOL].room.partaking.leave(work, contract, "A court said so.", by_law=True)
    before = world.seat(contract, SCHOOL)
    world.settle()
    _say_it_is_still_in(world, contract, before.id)
    assert world.binds(SCHOOL) is None
    assert world.seat(contract, SCHOOL, seen_by=SCHOOL).state == "left"


def test_news_on_its_way_when_a_member_leaves_by_law_does_not_bring_it_back(valley: Valley) -> None:
    world, contract = valley
    world[HUB].is_down = True
    with world[SCHOOL].writing() as work:
        order = world[SCHOOL].room.partaking.leave(work, contract, "A court said so.", by_law=True)
    world[HUB].is_down = False
    # The order is done at the orchestrator, and the news that was asked for before it arrives after it.
    school = world[SCHOOL]
    with school.writing() as work:
        work.update(orders, orders.c.id == order, state="done")
        school.room.tasks.fetch_later(work, contract=contract, orchestrator=HUB, revision=None)
    while (run := school.worker.next_due()) is not None and run.name != "contract.pull":
        pass
    assert run is not None
    school.worker.perform(run)
    assert world.binds(SCHOOL) is None


def _say_it_is_still_in(world: World, contract: str, seat: str) -> None:
    """Let the hub write its record back to before, under a newer number, and tell everybody."""
    with world[HUB].writing() as work:
        revision = int(work.one(contracts.select().where(contracts.c.id == contract))["revision"]) + 1
        work.update(contracts, contracts.c.id == contract, revision=revision)
        work.update(seats, seats.c.id == seat, state="in_force", revision=revision)
    with world[SCHOOL].writing() as work:
        world[SCHOOL].room.tasks.fetch_later(work, contract=contract, orchestrator=HUB, revision=None)
    world.settle()


def test_a_shorter_notice_counts_for_nobody_who_did_not_sign_it(valley: Valley) -> None:
    world, contract = valley
    hub = world[HUB].room
    with world[HUB].writing() as work:
        hub.record.revise(work, contract, {"notice_days": 0}, material=True)
        hub.record.terminate(work, contract, "We close.")
    world.tick(HUB)
    assert world.state(contract) is ContractState.IN_FORCE
    world.clock.move(days=29)
    world.tick(HUB)
    assert world.state(contract) is ContractState.IN_FORCE
    world.clock.move(days=1)
    world.tick(HUB)
    assert world.state(contract) is ContractState.TERMINATED
