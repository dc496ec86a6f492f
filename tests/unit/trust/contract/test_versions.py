"""New versions: what changed, who has to sign again, and what happens to those who do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.trust.contract import SeatState, Terms
from tests.unit.trust.contract.conftest import DIPLOMAS, HUB, OTHER, PURPOSES, SCHOOL, WORKS, World, diplomas

Valley = tuple[World, str]
CHAIN = {"id": "matching", "services": [{"participant": SCHOOL, "dataset": DIPLOMAS}]}


def _revise(world: World, contract: str, changes: dict[str, Any], *, material: bool) -> Terms:
    with world[HUB].writing() as work:
        terms = world[HUB].room.record.revise(work, contract, changes, material=material, sign_within_days=14)
    world.settle()
    return terms


def test_a_chain_that_is_added_is_told_and_binds_on(valley: Valley) -> None:
    world, contract = valley
    terms = _revise(world, contract, {"chains": [CHAIN]}, material=False)
    with world[WORKS].reading() as work:
        room = world[WORKS].room.contracts
        assert room.terms(work, contract) == terms
        (_, none), (_, changes) = room.history(work, contract)
        assert (none, str(changes[0])[:22]) == ([], "chains › matching: add")
    world.clock.move(days=5)
    assert world.binds(WORKS) is not None
    assert ("contract.changed", contract) in world[WORKS].events


def test_a_version_that_binds_somebody_cannot_pass_as_a_small_one(valley: Valley) -> None:
    world, contract = valley
    for changes in (
        {"notice_days": 1},
        {"clauses": [PURPOSES]},
        {"purposes": ["recruitment", "guidance", "marketing"]},
    ):
        with pytest.raises(BadInput, match="call the version material"):
            _revise(world, contract, changes, material=False)
    _revise(world, contract, {"chains": [CHAIN]}, material=False)
    other = {"id": "matching", "services": [{"participant": WORKS, "dataset": DIPLOMAS}]}
    with pytest.raises(BadInput, match="chains"):
        _revise(world, contract, {"chains": [other]}, material=False)


def test_who_does_not_sign_a_material_version_in_time_is_suspended_and_not_ended(valley: Valley) -> None:
    world, contract = valley
    _revise(world, contract, {"clauses": [PURPOSES, {"clause": "no-model-training/1"}]}, material=True)
    found = world.binds(WORKS)
    assert found is not None
    assert found.version == 1
    world.sign(contract, SCHOOL)
    # Until the other signs, both are bound by what both signed.
    assert world.binds(WORKS).version == 1
    world.clock.move(days=14)
    assert world.binds(WORKS) is None, "the date alone is enough"
    world.tick(HUB)
    world.settle()
    assert world.seat(contract, WORKS, seen_by=WORKS).state is SeatState.SUSPENDED
    assert world.seat(contract, SCHOOL, seen_by=WORKS).state is SeatState.IN_FORCE
    world.sign(contract, WORKS)
    assert world.seat(contract, WORKS).state is SeatState.IN_FORCE
    assert world.binds(SCHOOL).version == 2


def test_signing_again_does_not_lift_the_orchestrators_suspension(valley: Valley) -> None:
    world, contract = valley
    _revise(world, contract, {"clauses": [PURPOSES]}, material=True)
    world.clock.move(days=14)
    world.tick(HUB)
    id = world.seat(contract, WORKS).id
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, id, "suspend", reason="Reports are missing.")
    world.settle()
    world.sign(contract, WORKS)
    assert world.seat(contract, WORKS).suspended_for == ("orchestrator",)
    assert world.binds(SCHOOL) is None
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, id, "resume")
    world.sign(contract, SCHOOL)
    assert world.binds(SCHOOL) is not None


def test_resuming_does_not_stand_in_for_a_missing_signature(valley: Valley) -> None:
    world, contract = valley
    id = world.seat(contract, WORKS).id
    _revise(world, contract, {"clauses": [PURPOSES]}, material=True)
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, id, "suspend", reason="Reports are missing.")
    world.clock.move(days=14)
    world.tick(HUB)
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, id, "resume")
    world.settle()
    assert world.seat(contract, WORKS).state is SeatState.SUSPENDED
    assert world.seat(contract, WORKS).suspended_for == ("signature",)


def test_who_joins_later_signs_the_newest_version_and_knows_every_one(valley: Valley) -> None:
    world, contract = valley
    _revise(world, contract, {"clauses": [PURPOSES]}, material=True)
    world.joined(contract, OTHER, "employer")
    with world[OTHER].reading() as work:
        assert [terms.version for terms, _ in world[OTHER].room.contracts.history(work, contract)] == [1, 2]
    assert world.seat(contract, OTHER).document.version == 2


def test_a_longer_time_counts_only_for_those_who_signed_it(valley: Valley) -> None:
    world, contract = valley
    longer = {"ends": "2030-01-01T00:00:00Z"}
    with world[HUB].writing() as work:
        world[HUB].room.record.revise(work, contract, longer, material=True, sign_within_days=365)
    world.settle()
    late = world.clock() + timedelta(days=360)
    with world[HUB].reading() as work:
        why = world[HUB].room.contracts.why_not(work, provider=SCHOOL, consumer=WORKS, dataset=DIPLOMAS, at=late)
    assert [reason.split(" participation")[0] for reason in why][:2] == ["The provider's", "The consumer's"]


def test_an_offering_the_new_terms_no_longer_allow_cannot_be_signed(valley: Valley) -> None:
    world, contract = valley
    _revise(world, contract, {"purposes": ["guidance"]}, material=True)
    with world[SCHOOL].writing() as work, pytest.raises(BadInput, match="not for recruitment"):
        hash = world[SCHOOL].room.contracts.terms(work, contract).hash
        world[SCHOOL].room.partaking.sign(work, contract, hash)


def test_a_binding_is_known_again_by_the_terms_it_was_under(valley: Valley) -> None:
    world, contract = valley
    before = world.binds(WORKS)
    _revise(world, contract, {"clauses": [PURPOSES]}, material=True)
    for member in (SCHOOL, WORKS):
        world.sign(contract, member)
    with world[WORKS].reading() as work:
        room = world[WORKS].room.contracts
        asked = {"provider": SCHOOL, "consumer": WORKS, "dataset": DIPLOMAS}
        assert room.binding_by_hash(work, contract, before.terms_hash, **asked) is None
        now = world.binds(WORKS)
        assert room.binding_by_hash(work, contract, now.terms_hash, **asked) == now


def test_an_agreement_is_at_least_as_strict_as_the_contract(valley: Valley) -> None:
    world, contract = valley
    room = world[SCHOOL].room.contracts
    agreed = dict(diplomas().policy)
    with world[SCHOOL].reading() as work:
        assert room.allows_agreement(work, SCHOOL, WORKS, DIPLOMAS, agreed) == []
        assert room.allows_agreement(work, SCHOOL, WORKS, DIPLOMAS, agreed | {"obligation": []}) == [
            "The contract's obligation (delete) is missing."
        ]
        # No contract speaks of these, and this data space does not demand one.
        assert room.allows_agreement(work, SCHOOL, OTHER, DIPLOMAS, agreed) == []
        assert not room.demands(work, provider=SCHOOL, consumer=OTHER, dataset=DIPLOMAS)
        assert room.demands(work, provider=SCHOOL, consumer=WORKS, dataset=DIPLOMAS)
    with world[HUB].writing() as work:
        world[HUB].room.seats.move(work, world.seat(contract, WORKS).id, "suspend", reason="Reports are missing.")
    world.settle()
    with world[SCHOOL].reading() as work:
        assert room.allows_agreement(work, SCHOOL, WORKS, DIPLOMAS, agreed)
