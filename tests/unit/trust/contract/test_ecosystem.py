"""A contract of many, across four nodes: from draft to data that may flow, and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput, Conflict, MoveNotAllowed
from skillspace.trust.contract import ContractState, SeatState
from skillspace.trust.contract.errors import NotYours, Outdated, TermsChanged
from tests.unit.trust.contract.conftest import DIPLOMAS, HUB, OTHER, SCHOOL, WORKS, World, diplomas

Valley = tuple[World, str]


def test_two_members_who_signed_are_bound_at_every_node_that_needs_to_know(valley: Valley) -> None:
    world, contract = valley
    for node in (HUB, SCHOOL, WORKS):
        found = world.binds(node)
        assert found is not None, world.why_not(node)
        assert (found.contract, found.version, found.legal_basis) == (contract, 1, "consent")
    assert world.binds(OTHER) is None


def test_a_contract_comes_into_force_with_its_first_member(world: World) -> None:
    contract = world.ecosystem()
    assert world.state(contract) is ContractState.OPEN
    world.joined(contract, SCHOOL, "school", diplomas())
    assert world.state(contract) is ContractState.IN_FORCE
    assert ("contract.in_force", contract) in world[SCHOOL].events


def test_before_its_start_a_signed_contract_binds_nobody(world: World) -> None:
    contract = world.ecosystem(starts="2026-12-01T00:00:00Z")
    world.joined(contract, SCHOOL, "school", diplomas())
    world.joined(contract, WORKS, "employer")
    assert world.state(contract) is ContractState.OPEN
    assert world.binds(WORKS) is None
    world.clock.move(days=11)
    world.tick(HUB)
    world.settle()
    assert world.binds(WORKS) is not None


def test_a_member_asks_to_take_part_and_is_let_in_or_turned_away(world: World) -> None:
    contract = world.ecosystem()
    for did in (SCHOOL, OTHER):
        with world[did].writing() as work:
            world[did].room.partaking.join(work, orchestrator=HUB, contract=contract, role="school")
    world.settle()
    for did, move in ((SCHOOL, "admit"), (OTHER, "reject")):
        with world[HUB].writing() as work:
            world[HUB].room.seats.move(work, world.seat(contract, did).id, move, reason="We looked at it.")
    world.settle()
    assert world.seat(contract, SCHOOL, seen_by=SCHOOL).state is SeatState.NEGOTIATING
    assert world.seat(contract, OTHER, seen_by=OTHER).state is SeatState.REJECTED
    assert world.seat(contract, OTHER, seen_by=OTHER).reason == "We looked at it."


def test_an_offering_goes_back_and_forth_until_one_side_agrees_with_the_others_last_word(world: World) -> None:
    contract = world.ecosystem()
    hub, school = world[HUB].room, world[SCHOOL].room
    with world[HUB].writing() as work:
        id = hub.seats.invite(work, contract, SCHOOL, "school")
    world.settle()
    with world[SCHOOL].writing() as work:
        school.partaking.accept(work, contract)
        school.partaking.propose(work, contract, diplomas())
    world.settle()
    with world[HUB].writing() as work:
        (talk,) = hub.contracts.talks(work, id)
        with pytest.raises(Conflict, match=DIPLOMAS):
            hub.seats.move(work, id, "conclude")
        less = diplomas(purposes=("guidance",))
        hub.seats.counter(work, talk.id, 1, less)
    world.settle()
    with world[SCHOOL].writing() as work:
        (talk,) = school.contracts.talks(work, id)
        assert [str(change) for change in talk.changes] == [
            "purposes › recruitment: removed recruitment",
            "purposes › guidance: added guidance",
        ]
        school.partaking.agree(work, talk.id, talk.round)
    with world[HUB].writing() as work, pytest.raises(MoveNotAllowed):
        hub.seats.agree(work, talk.id, 2)
    world.settle()
    with world[HUB].reading() as work:
        assert hub.contracts.talks(work, id)[0].state == "agreed"


def test_agreeing_with_an_older_word_is_refused(world: World) -> None:
    contract = world.ecosystem()
    hub = world[HUB].room
    with world[HUB].writing() as work:
        id = hub.seats.invite(work, contract, SCHOOL, "school")
    world.settle()
    with world[SCHOOL].writing() as work:
        world[SCHOOL].room.partaking.accept(work, contract)
        world[SCHOOL].room.partaking.propose(work, contract, diplomas())
    world.settle()
    with world[HUB].writing() as work:
        (talk,) = hub.contracts.talks(work, id)
        hub.seats.counter(work, talk.id, 1, diplomas(kinds=()))
        with pytest.raises(Outdated):
            hub.seats.offers.counter(work, talk.id, 1, diplomas(), party="member", member=SCHOOL)
        with pytest.raises(NotYours):
            hub.seats.offers.drop(work, talk.id, party="member", member=WORKS)


def test_an_offering_outside_the_terms_is_refused_with_the_reason(world: World) -> None:
    contract = world.ecosystem()
    world.joined(contract, SCHOOL, "school")
    with world[SCHOOL].writing() as work:
        partaking = world[SCHOOL].room.partaking
        with pytest.raises(BadInput, match="not for marketing"):
            partaking.propose(work, contract, diplomas(purposes=("marketing",)))
        with pytest.raises(BadInput, match="no role astronaut"):
            partaking.propose(work, contract, diplomas(roles=("astronaut",)))
        with pytest.raises(BadInput, match="no party"):
            partaking.propose(work, contract, diplomas(provider=WORKS))


def test_only_the_roles_and_purposes_of_an_offering_are_bound(valley: Valley) -> None:
    world, contract = valley
    world.joined(contract, OTHER, "school")
    assert world.binds(SCHOOL, consumer=OTHER) is None
    assert world.why_not(SCHOOL, consumer=OTHER) == ["The offering is not for the role school."]
    assert world.binds(SCHOOL, purpose="recruitment") is not None
    assert world.binds(SCHOOL, purpose="guidance") is None


def test_who_leaves_is_bound_until_its_notice_is_over_and_the_others_stay(valley: Valley) -> None:
    world, contract = valley
    world.joined(contract, OTHER, "employer")
    with world[WORKS].writing() as work:
        world[WORKS].room.partaking.leave(work, contract, "We no longer recruit.")
    world.settle()
    assert world.seat(contract, WORKS, seen_by=SCHOOL).state is SeatState.LEAVING
    assert world.binds(SCHOOL) is not None
    world.clock.move(days=30)
    # Nobody was told yet: the date alone is enough.
    assert world.binds(SCHOOL, at=world.clock()) is None
    world.tick(HUB)
    world.settle()
    assert world.seat(contract, WORKS, seen_by=WORKS).state is SeatState.LEFT
    assert world.binds(SCHOOL, consumer=OTHER) is not None
    assert ("participation.left", world.seat(contract, WORKS).id) in world[SCHOOL].events


def test_leaving_by_law_counts_at_once_even_while_the_orchestrator_is_down(valley: Valley) -> None:
    world, contract = valley
    world[HUB].is_down = True
    with world[SCHOOL].writing() as work:
        world[SCHOOL].room.partaking.leave(work, contract, "A court said so.", by_law=True)
    assert world.binds(SCHOOL) is None
    world[HUB].is_down = False
    world.settle()
    assert world.seat(contract, SCHOOL).state is SeatState.LEFT
    assert world.binds(WORKS) is None


def test_both_may_agree_to_part_sooner(valley: Valley) -> None:
    world, contract = valley
    with world[WORKS].writing() as work:
        world[WORKS].room.partaking.leave(work, contract, "We no longer recruit.")
    world.settle()
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, world.seat(contract, WORKS).id, "release")
    world.settle()
    assert world.seat(contract, WORKS, seen_by=WORKS).state is SeatState.LEFT
    assert world.binds(SCHOOL) is None


def test_a_suspended_member_is_bound_to_nobody_until_it_is_let_in_again(valley: Valley) -> None:
    world, contract = valley
    id = world.seat(contract, WORKS).id
    with world[HUB].writing() as work:
        with pytest.raises(BadInput, match="told why"):
            world[HUB].room.seats.move(work, id, "suspend")
        world[HUB].room.seats.move(work, id, "suspend", reason="Reports are missing.")
    world.settle()
    for node in (HUB, SCHOOL, WORKS):
        assert world.binds(node) is None
    assert "suspended" in " ".join(world.why_not(SCHOOL))
    assert world.seat(contract, WORKS, seen_by=WORKS).reason == "Reports are missing."
    assert world.seat(contract, WORKS, seen_by=SCHOOL).reason == ""
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, id, "resume")
    world.settle()
    assert world.binds(SCHOOL) is not None


def test_leaving_does_not_lift_a_suspension(valley: Valley) -> None:
    world, contract = valley
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, world.seat(contract, WORKS).id, "suspend", reason="Reports are missing.")
    world.settle()
    with world[WORKS].writing() as work:
        world[WORKS].room.partaking.leave(work, contract, "Then we go.")
    world.settle()
    assert world.seat(contract, WORKS).state is SeatState.LEAVING
    assert world.binds(SCHOOL) is None


def test_an_excluded_member_is_out_and_may_ask_again_only_anew(valley: Valley) -> None:
    world, contract = valley
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, world.seat(contract, WORKS).id, "exclude", reason="Handed data on.")
    world.settle()
    assert world.binds(SCHOOL) is None
    assert world.binds(WORKS) is None
    assert world.seat(contract, WORKS, seen_by=WORKS).state is SeatState.EXCLUDED
    with world[WORKS].writing() as work, pytest.raises(Conflict):
        world[WORKS].room.partaking.sign(work, contract, "0" * 64)


def test_a_contract_is_suspended_and_ends_for_all_with_its_notice(valley: Valley) -> None:
    world, contract = valley
    record = world[HUB].room.record
    with world[HUB].writing() as work:
        record.suspend(work, contract, "An incident is looked into.")
    world.settle()
    assert world.binds(WORKS) is None
    with world[HUB].writing() as work:
        record.resume(work, contract)
        record.terminate(work, contract, "The project is over.")
    world.settle()
    assert world.binds(WORKS) is not None
    world.clock.move(days=31)
    assert f"Contract {contract} was terminated." in world.why_not(WORKS)
    world.tick(HUB)
    world.settle()
    assert world.state(contract, WORKS) is ContractState.TERMINATED
    assert world.seat(contract, SCHOOL, seen_by=SCHOOL).state is SeatState.LEFT
    assert ("contract.ended", contract) in world[WORKS].events


def test_an_orchestrator_brings_data_of_its_own(valley: Valley) -> None:
    world, contract = valley
    with world[HUB].writing() as work:
        world[HUB].room.record.bring(work, contract, diplomas(provider=HUB, dataset="urn:example:statistics"))
    world.settle()
    assert world.binds(WORKS, provider=HUB, dataset="urn:example:statistics") is not None


def test_a_further_offering_counts_once_it_is_signed(valley: Valley) -> None:
    world, contract = valley
    more = "urn:example:transcripts"
    id = world.seat(contract, SCHOOL).id
    with world[SCHOOL].writing() as work:
        world[SCHOOL].room.partaking.propose(work, contract, diplomas(dataset=more))
    world.settle()
    with world[HUB].writing() as work:
        talk = world[HUB].room.contracts.talks(work, id)[-1]
        world[HUB].room.seats.agree(work, talk.id, 1)
    world.settle()
    assert world.binds(WORKS, dataset=more) is None
    world.sign(contract, SCHOOL)
    assert world.binds(WORKS, dataset=more) is not None
    assert world.binds(WORKS) is not None


def test_where_people_countersign_nothing_binds_before(tmp_path: Path, empty: Path) -> None:
    world = World(tmp_path, empty, countersigns_at_once=False)
    contract = world.ecosystem()
    ids = [world.joined(contract, SCHOOL, "school", diplomas()), world.joined(contract, WORKS, "employer")]
    assert world.seat(contract, WORKS, seen_by=WORKS).state is SeatState.SIGNED
    assert world.binds(SCHOOL) is None
    for id in ids:
        with world[HUB].writing() as work:
            world[HUB].room.seats.countersign(work, id)
    world.settle()
    assert world.binds(SCHOOL) is not None
    world.close()


def test_a_refused_order_says_why_and_is_not_repeated(valley: Valley) -> None:
    world, contract = valley
    for _ in range(2):
        with world[OTHER].writing() as work:
            world[OTHER].room.partaking.join(work, orchestrator=HUB, contract=contract, role="employer")
    world.settle()
    with world[OTHER].reading() as work:
        ((move, reason),) = world[OTHER].room.contracts.refusals(work, contract)
        assert (move, reason) == ("join", f"{OTHER} already has a part in this contract.")
        assert world[OTHER].room.contracts.waiting_orders(work, contract) == []


def test_signing_what_was_not_read_is_refused(valley: Valley) -> None:
    world, contract = valley
    with world[WORKS].writing() as work, pytest.raises(TermsChanged):
        world[WORKS].room.partaking.sign(work, contract, "0" * 64)


def test_every_signature_and_change_of_state_is_in_the_journal(world: World) -> None:
    contract = world.ecosystem()
    world.joined(contract, WORKS, "employer")
    kinds = {kind for kind, _, _ in world[HUB].journal}
    assert {
        "contract.publish",
        "contract.enter",
        "contract.participation.sign",
        "contract.participation.countersign",
    } <= kinds
    assert "contract.signed" in {kind for kind, _, _ in world[WORKS].journal}
