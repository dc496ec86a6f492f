"""Whatever a node honestly does, in whatever order, its journal is whole and its witnesses agree."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from skillspace.trust.journal.store import contents
from tests.unit.trust.journal.conftest import HUB, SCHOOL, WORKS, World, empty_database

things = st.sampled_from([f"thing-{number}" for number in range(5)])


class HonestNode(RuleBasedStateMachine):
    """A school that makes, changes, deletes and erases things, signs, and is witnessed by two that come and go."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.world = World(self.folder, empty_database(self.folder))
        self.school = self.world[SCHOOL]
        self.written = 0
        self.there: set[str] = set()

    @rule(thing=things, state=st.sampled_from(["made", "signed", "ended"]), uses=st.integers(0, 3))
    def put(self, thing: str, state: str, uses: int) -> None:
        self.school.put(thing, state, uses)
        self.there.add(thing)
        self.written += 1

    @rule(thing=things)
    def roll_back(self, thing: str) -> None:
        try:
            with self.school.database.writing() as work:
                self.school.put(thing, "lost", work=work)
                raise KeyboardInterrupt
        except KeyboardInterrupt:
            pass

    @rule(thing=things)
    def delete(self, thing: str) -> None:
        if thing in self.there:
            self.school.delete(thing)
            self.there.discard(thing)
            self.written += 1

    @rule(some=st.sets(things, max_size=3))
    def erase(self, some: set[str]) -> None:
        self.written += self.school.erase(*some) > 0
        self.there -= some

    @rule(minutes=st.integers(-10, 90))
    def wait(self, minutes: int) -> None:
        self.world.clock.move(minutes=minutes)

    @rule()
    def seal(self) -> None:
        self.school.seal()

    @rule(witness=st.sampled_from([HUB, WORKS]), is_down=st.booleans(), loses=st.booleans())
    def come_and_go(self, witness: str, is_down: bool, loses: bool) -> None:
        self.world[witness].is_down, self.world[witness].loses_answers = is_down, loses

    @rule()
    def settle(self) -> None:
        self.school.worker.run_due()

    @invariant()
    def nothing_is_found(self) -> None:
        answers = [self.school.room.tasks.ask(did) for did in (HUB, WORKS) if self._answers(did)]
        verdict = self.school.verify(*answers)
        assert (verdict.findings, verdict.entries) == ([], self.written)
        with self.school.database.reading() as work:
            said = work.connection.execute(contents.select()).all()
        assert len(said) == verdict.contents == verdict.entries - verdict.forgotten

    @invariant()
    def nobody_was_alarmed(self) -> None:
        assert not any(node.events for node in self.world.nodes.values())

    def _answers(self, did: str) -> bool:
        return not (self.world[did].is_down or self.world[did].loses_answers)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.close()
            shutil.rmtree(self.folder)


TestHonestNode = HonestNode.TestCase
TestHonestNode.settings = settings(
    max_examples=10, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
