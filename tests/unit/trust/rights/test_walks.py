"""Cases between nodes, whatever happens on the way: both sides end in the same place, with proof of every step.

Messages are lost, doubled and answered into the void, processes die before and after each call, nodes are away for
days. At the end the line is whole again, and everything must agree.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from skillspace.kernel.errors import SkillspaceError
from skillspace.storage.database import Database, metadata, tasks
from skillspace.trust.rights import GROUNDS, Case, CaseState, PackageState, Part, PartState, Request, Right, read_reply
from skillspace.trust.rights.store import restrictions
from tests.tables import make_tables
from tests.unit.trust.rights.conftest import ADA, DISTURBANCES, HUB, SCHOOL, Crash, World, own_tables

SAID = {
    PartState.RECEIVED: "receive",
    PartState.EXTENDED: "extend",
    PartState.DOUBTED: "doubt",
    PartState.ANSWERED: "answer",
    PartState.REFUSED: "refuse",
}
OPEN = (PartState.RECEIVED, PartState.IN_WORK, PartState.EXTENDED, PartState.DOUBTED)
whom = st.integers(0, 20)


class Walks(RuleBasedStateMachine):
    """A person with two organisations (the university and the hub itself), its staff, a clock and a bad line."""

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        database = Database.in_folder(self.folder / "empty")
        make_tables(database)
        own_tables.create_all(database.engine)
        database.close()
        self.world = World(self.folder, self.folder / "empty" / "node.db", frozenset({Right.ACCESS}))
        self.world.linked[ADA] = [SCHOOL]
        self.world.put(SCHOOL)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            try:
                self.settle_for_good()
                self.everything_agrees()
            finally:
                self.world.close()
                shutil.rmtree(self.folder)

    @rule(right=st.sampled_from(list(Right)))
    def press(self, right: Right) -> None:
        assume(len(self.cases()) < 4)
        self.world.open(right, words="It is wrong.")

    @rule(which=whom, move=st.sampled_from(["withdraw", "supply", "lift"]), dies=st.booleans())
    def person(self, which: int, move: str, dies: bool) -> None:
        cases = self.cases()
        assume(cases)
        case, rights = cases[which % len(cases)], self.world[HUB].rights
        acts: dict[str, Any] = {
            "withdraw": lambda work: rights.withdraw(work, case.id, ADA),
            "supply": lambda work: rights.supply(work, case.id, ADA, SCHOOL, "It is me."),
            "lift": lambda work: rights.lift(work, case.id, ADA),
        }
        self.act(HUB, acts[move], dies)

    @rule(which=whom, move=st.sampled_from(["take", "extend", "doubt", "answer", "refuse", "lift"]), dies=st.booleans())
    def staff(self, which: int, move: str, dies: bool) -> None:
        found, desk = self.requests(), self.world[SCHOOL].room.desk
        assume(found)
        request = found[which % len(found)]
        ground = sorted(GROUNDS[request.right])[which % 3]
        acts: dict[str, Any] = {
            "take": lambda work: desk.take(work, request.id, "staff-1"),
            "extend": lambda work: desk.extend(work, request.id, "staff-1", "Much to read."),
            "doubt": lambda work: desk.doubt(work, request.id, "staff-1", "Who are you?"),
            "answer": lambda work: desk.answer(work, request.id, "staff-1", "Done."),
            "refuse": lambda work: desk.refuse(work, request.id, "staff-1", ground, "No."),
            "lift": lambda work: desk.lift(work, request.id, "staff-1", "It was checked."),
        }
        self.act(SCHOOL, acts[move], dies)

    @rule(days=st.integers(0, 25), seconds=st.integers(0, 90_000))
    def wait(self, days: int, seconds: int) -> None:
        self.world.clock.move(days=days, seconds=seconds)

    @rule(coming=st.lists(st.sampled_from(sorted(DISTURBANCES)), min_size=1, max_size=6))
    def disturb(self, coming: list[str]) -> None:
        self.world.coming.extend(coming)

    @rule(did=st.sampled_from([HUB, SCHOOL]))
    def away_or_back(self, did: str) -> None:
        self.world[did].is_down = not self.world[did].is_down

    @rule(most=st.integers(1, 6))
    def work(self, most: int) -> None:
        self.world.settle(most=most)

    @rule(did=st.sampled_from([HUB, SCHOOL]))
    def rounds(self, did: str) -> None:
        with self.world[did].database.writing() as work:
            self.world[did].room.rounds.make(work)

    @invariant()
    def no_part_stands_where_its_organisation_did_not_say(self) -> None:
        for case in self.cases():
            with self.world[HUB].database.reading() as work:
                said = {(each.part, each.move) for each in self.world[HUB].rights.proofs(work, case)}
            for part in case.parts:
                if part.state in SAID:
                    assert (part.id, SAID[part.state]) in said or part.state is PartState.RECEIVED
                assert (part.due is None) == (part.is_done or part.state is PartState.DOUBTED)
                assert not (part.is_overdue and part.is_done)
            done = [part.is_done for part in case.parts]
            assert (case.state is CaseState.CLOSED) <= all(done)
            assert (case.state is CaseState.OPEN) <= (not any(done))

    def act(self, did: str, what: Any, dies: bool) -> None:
        before = self.snapshot(did)
        try:
            with self.world[did].database.writing() as work:
                what(work)
                if dies:
                    raise Crash
        except (SkillspaceError, Crash):
            assert self.snapshot(did) == before

    def snapshot(self, did: str) -> list[Any]:
        names = ("rights_part", "rights_request", "rights_reply", "rights_restriction", "task")
        with self.world[did].database.reading() as work:
            return [work.rows(sa.select(metadata.tables[name])) for name in names]

    def cases(self) -> list[Case]:
        with self.world[HUB].database.reading() as work:
            return self.world[HUB].rights.cases(work, ADA)

    def requests(self, did: str = SCHOOL) -> list[Request]:
        desk = self.world[did].room.desk
        with self.world[did].database.reading() as work:
            return sorted([*desk.queue(work), *desk.answered(work)], key=lambda request: request.id)

    def settle_for_good(self) -> None:
        self.world.coming.clear()
        for node in self.world.nodes.values():
            node.is_down = False
        for _ in range(6):
            self.world.settle()
            self.world.clock.move(hours=1)

    def everything_agrees(self) -> None:
        for did in (HUB, SCHOOL):
            with self.world[did].database.reading() as work:
                assert work.rows(sa.select(tasks)) == []
            theirs = {request.part: request for request in self.requests(did)}
            for case in self.cases():
                for part in case.parts:
                    if part.organisation == did:
                        self.sides_agree(case, part, theirs.get(part.id))
        self.stops_are_right()
        self.data_are_where_they_belong()

    def sides_agree(self, case: Case, part: Part, request: Request | None) -> None:
        if request is None:
            assert part.state is PartState.WITHDRAWN  # before it was ever asked
            return
        if part.state is PartState.WITHDRAWN:  # its answer may have crossed that
            assert request.state not in OPEN
        else:
            assert (part.state, part.due) == (request.state, request.due)
            assert (part.extended is None, part.doubted is None) == (request.extended is None, request.doubted is None)
        key, desk = self.world[part.organisation].key.public_jwk(), self.world[part.organisation].room.desk
        with self.world[HUB].database.reading() as work:
            proofs = [proof for proof in self.world[HUB].rights.proofs(work, case) if proof.part == part.id]
        with self.world[part.organisation].database.reading() as work:
            words = desk.words(work, request.id)
        taken = [word["token"] for word in words if word["refused"] is None]
        assert {proof.token for proof in proofs} == set(taken) or part.state is PartState.WITHDRAWN
        for proof in proofs:
            at = self.world.clock()
            assert read_reply(proof.token, lambda _i, _k: key, at, organisation=part.organisation).move == proof.move

    def stops_are_right(self) -> None:
        stopping = {request.id for request in self.requests() if self.stops(request)}
        with self.world[SCHOOL].database.reading() as work:
            assert {row["request"] for row in work.rows(sa.select(restrictions))} == stopping

    def stops(self, request: Request) -> bool:
        if request.right is Right.RESTRICTION:
            return request.state is PartState.ANSWERED
        return request.right is Right.OBJECTION and request.state in (*OPEN, PartState.ANSWERED)

    def data_are_where_they_belong(self) -> None:
        erased = any(
            request.right is Right.ERASURE and request.state is PartState.ANSWERED for request in self.requests()
        )
        assert self.world[SCHOOL].kept(self.world.subject(SCHOOL)) == ([] if erased else ["diploma"])
        here = [p.id for case in self.cases() for p in case.parts if p.package_state is PackageState.HERE]
        assert {path.stem for path in self.world[HUB].packages() if path.parent.name == "in"} == set(here)
        assert all(part.package_state is not PackageState.WAITING for case in self.cases() for part in case.parts)


Walks.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestBothSidesEndInTheSamePlaceWhateverHappensBetween = Walks.TestCase
