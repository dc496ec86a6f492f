"""Random histories of four nodes whose lines lose and repeat: at rest the replicas agree with the record, and no node
ever says yes where the record says no."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from skillspace.kernel.errors import SkillspaceError
from skillspace.trust.contract import PARTICIPATION, SeatState, check_contract
from skillspace.trust.contract.machine import MEMBER, ORCHESTRATOR, SEATED
from skillspace.wire.jose import SigningKey
from tests.unit.trust.contract.conftest import DIPLOMAS, HUB, OTHER, SCHOOL, WORKS, World, diplomas

MEMBERS = (SCHOOL, WORKS, OTHER)
members = st.sampled_from(MEMBERS)
TRANSCRIPTS = "urn:example:transcripts"
_ORCHESTRATOR_MOVES = sorted({move for _, move, party in PARTICIPATION.moves if party == ORCHESTRATOR})


class Histories(RuleBasedStateMachine):
    """The valley, and everything its members and its orchestrator may try."""

    def __init__(self, world: World, contract: str) -> None:
        super().__init__()
        self.world, self.contract = world, contract
        self.world.chance = random.Random(1)  # noqa: S311 (chance, no secret)

    def _try(self, did: str, act: Callable[[Any, Any], Any]) -> None:
        """Try something at a node; what the rules forbid is refused by name, and changes nothing."""
        node = self.world[did]
        try:
            with node.writing() as work:
                act(work, node.room)
        except SkillspaceError:
            pass

    def _seat(self, member: str, seen_by: str = HUB) -> Any:
        return self.world.seat(self.contract, member, seen_by=seen_by)

    @rule(member=members, move=st.sampled_from(_ORCHESTRATOR_MOVES))
    def orchestrator_moves(self, member: str, move: str) -> None:
        seat = self._seat(member)
        if seat is not None:
            self._try(HUB, lambda work, room: room.seats.move(work, seat.id, move, reason="Somebody said so."))

    @rule(member=members, role=st.sampled_from(["school", "employer"]))
    def invited(self, member: str, role: str) -> None:
        self._try(HUB, lambda work, room: room.seats.invite(work, self.contract, member, role))

    @rule(member=members, role=st.sampled_from(["school", "employer"]))
    def asks(self, member: str, role: str) -> None:
        self._try(
            member,
            lambda work, room: room.partaking.join(work, orchestrator=HUB, contract=self.contract, role=role),
        )

    @rule(member=members, word=st.sampled_from(["accept", "decline", "withdraw"]))
    def answers(self, member: str, word: str) -> None:
        self._try(member, lambda work, room: getattr(room.partaking, word)(work, self.contract))

    @rule(member=members, dataset=st.sampled_from([DIPLOMAS, TRANSCRIPTS]))
    def proposes(self, member: str, dataset: str) -> None:
        offering = diplomas(provider=member, dataset=dataset)
        self._try(member, lambda work, room: room.partaking.propose(work, self.contract, offering))

    @rule(member=members, word=st.sampled_from(["agree", "drop", "counter"]), by_member=st.booleans())
    def speaks(self, member: str, word: str, by_member: bool) -> None:
        did = member if by_member else HUB
        seat = self._seat(member, did) if did == HUB or self._knows(did) else None
        if seat is None:
            return
        with self.world[did].reading() as work:
            talks = self.world[did].room.contracts.talks(work, seat.id)
        if talks:
            talk = talks[-1]
            more: dict[str, tuple[Any, ...]] = {
                "agree": (talk.round,),
                "counter": (talk.round, talk.offering),
                "drop": (),
            }
            self._try(
                did,
                lambda work, room: getattr(room.partaking if by_member else room.seats, word)(
                    work, talk.id, *more[word]
                ),
            )

    @rule(member=members)
    def signs(self, member: str) -> None:
        self._try(
            member,
            lambda work, room: room.partaking.sign(work, self.contract, room.contracts.terms(work, self.contract).hash),
        )

    @rule(member=members, role=st.sampled_from(["school", "employer"]), dataset=st.sampled_from([DIPLOMAS, ""]))
    def comes_in(self, member: str, role: str, dataset: str) -> None:
        """The whole way in, as far as the lines let it come: alone, these steps rarely meet in order."""
        self.invited(member, role)
        self._work_on()
        self.answers(member, "accept")
        if dataset:
            self.proposes(member, dataset)
        self._work_on()
        self.speaks(member, "agree", by_member=False)
        self.orchestrator_moves(member, "conclude")
        self._work_on()
        self.signs(member)

    def _work_on(self) -> None:
        for _ in range(4):
            for did in (HUB, *MEMBERS):
                self.world[did].worker.run_due()
            self.world.clock.move(seconds=1)

    @rule(member=members, by_law=st.booleans())
    def leaves(self, member: str, by_law: bool) -> None:
        self._try(member, lambda work, room: room.partaking.leave(work, self.contract, "We go.", by_law=by_law))

    @rule(material=st.booleans(), days=st.integers(0, 60))
    def new_version(self, material: bool, days: int) -> None:
        changes = {"notice_days": days} if material else {"title": f"The valley, number {days}"}
        self._try(
            HUB,
            lambda work, room: room.record.revise(work, self.contract, changes, material=material, sign_within_days=5),
        )

    @rule(word=st.sampled_from(["suspend", "resume", "resume"]))
    def whole_contract(self, word: str) -> None:
        why = ("An incident.",) if word == "suspend" else ()
        self._try(HUB, lambda work, room: getattr(room.record, word)(work, self.contract, *why))

    @rule(days=st.integers(0, 12))
    def time_passes(self, days: int) -> None:
        self.world.clock.move(days=days, seconds=1)
        for did in (HUB, *MEMBERS):
            self.world.tick(did)

    @rule(member=st.sampled_from((HUB, *MEMBERS)))
    def somebody_works(self, member: str) -> None:
        self.world[member].worker.run_due()

    @rule(member=members)
    def somebody_rotates(self, member: str) -> None:
        self.world.rotate(member)

    @rule()
    def everything_arrives(self) -> None:
        self._at_rest()

    def teardown(self) -> None:
        self._at_rest()
        self.world.close()

    def _knows(self, did: str) -> bool:
        with self.world[did].reading() as work:
            return any(one.id == self.contract for one in self.world[did].room.contracts.listed(work))

    def _at_rest(self) -> None:
        chance, self.world.chance = self.world.chance, None
        self.world.settle()
        for member in MEMBERS:
            if self._knows(member):
                self._replica_agrees(member)
            for consumer in MEMBERS:
                self._never_yes_alone(member, consumer)
        with self.world[HUB].reading() as work:
            check_contract(self.world[HUB].room.contracts.export(work, self.contract), self.world.resolve_key)
        self.world.chance = chance

    def _replica_agrees(self, member: str) -> None:
        record, own = self._seat(member), self._seat(member, member)
        assert (own.id, own.state, own.suspended_for, own.document) == (
            record.id,
            record.state,
            record.suspended_for,
            record.document,
        )
        if record.state not in SEATED:
            return
        for other in MEMBERS:
            theirs, seen = self._seat(other), self._seat(other, member)
            if theirs is not None and theirs.document is not None:
                assert (seen.id, seen.state, seen.document) == (theirs.id, theirs.state, theirs.document)
        room = self.world[member].room.contracts
        with self.world[member].reading() as work, self.world[HUB].reading() as at_hub:
            head, kept = room.find(work, self.contract), self.world[HUB].room.contracts.find(at_hub, self.contract)
        assert (head.state, head.version, head.stops) == (kept.state, kept.version, kept.stops)

    def _never_yes_alone(self, node: str, consumer: str) -> None:
        for dataset in (DIPLOMAS, TRANSCRIPTS):
            found = self.world.binds(node, consumer=consumer, dataset=dataset)
            kept = self.world.binds(HUB, consumer=consumer, dataset=dataset)
            assert found is None or found == kept
            if kept is not None:
                for seat in (self._seat(SCHOOL), self._seat(consumer)):
                    assert seat.state in (SeatState.IN_FORCE, SeatState.LEAVING)
                    assert seat.suspended_for == ()
                    assert seat.leaves is None or seat.leaves > self.world.clock()
                if node in (SCHOOL, consumer):
                    assert found == kept, self.world.why_not(node, consumer=consumer, dataset=dataset)


def test_replicas_agree_with_the_record_and_never_say_yes_alone(
    tmp_path_factory: pytest.TempPathFactory, built_valley: tuple[Path, dict[str, SigningKey], str]
) -> None:
    folder, keys, contract = built_valley

    def history() -> Histories:
        return Histories(World(tmp_path_factory.mktemp("history"), folder, keys=keys), contract)

    run_state_machine_as_test(
        history,
        settings=settings(
            max_examples=5,
            stateful_step_count=20,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_both_sides_have_moves_of_their_own() -> None:
    assert {"accept", "decline", "withdraw", "sign", "leave", "leave_by_law"} == {
        move for _, move, party in PARTICIPATION.moves if party == MEMBER
    }
