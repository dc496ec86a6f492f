"""The agent against an oracle of its own, over asks, wishes, undoing, time and leaving in any order."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from skillspace.kernel.errors import Conflict, MoveNotAllowed
from skillspace.trust.agent import Effect, Preference, PreferenceState, Wish
from skillspace.trust.consent import Grant, GrantState
from tests.unit.trust.agent.conftest import ADA, BO, OTHER, SCHOOL, WORKS, World, opened

ROLE_OF = {WORKS: "employer", OTHER: "employer", SCHOOL: "university"}


@dataclass
class Told:
    """What the oracle remembers of one preference."""

    wish: Wish
    person: str
    kept: Preference
    is_on: bool = False
    wrong: int = 0


class AgentHolds(RuleBasedStateMachine):
    """Whatever happens: no yes against a never, none wider than its preference, and every answer is accounted for."""

    empty: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.world: World = opened(self.empty, Path(self.folder.name))
        self.told: dict[str, Told] = {}
        self.answers: dict[str, tuple[Grant, datetime, Effect, str]] = {}
        self.known: set[tuple[str, str]] = set()
        self.undone: set[str] = set()
        self.taken_back: set[tuple[str, ...]] = set()
        self.number = 0

    def teardown(self) -> None:
        self.world.database.close()
        self.folder.cleanup()

    @rule(
        effect=st.sampled_from([Effect.ALWAYS, Effect.ALWAYS, Effect.NEVER, Effect.ASK]),
        kinds=st.sampled_from([{"badge"}, {"badge"}, {"diploma"}, {"badge", "diploma"}, {"story"}]).map(frozenset),
        whom=st.sampled_from([{WORKS}, {WORKS}, {OTHER}, {"role:employer"}, {SCHOOL, WORKS}]).map(frozenset),
        days=st.sampled_from([None, None, 5, 40]),
        ends=st.sampled_from([None, None, 20, 100]),
        person=st.sampled_from([ADA, ADA, BO]),
        counts=st.sampled_from([True, True, False]),
    )
    def the_person_wishes(
        self,
        effect: Effect,
        kinds: frozenset[str],
        whom: frozenset[str],
        days: int | None,
        ends: int | None,
        person: str,
        counts: bool,
    ) -> None:
        until = self.world.clock() + timedelta(days=ends) if ends else None
        most = days if effect is Effect.ALWAYS else None
        wish = Wish(effect=effect, kinds=kinds, organisations=whom, most_days=most, until=until)
        with self.world.database.writing() as work:
            kept = self.world.preferences.propose(work, person, wish)
            if counts and kept.state is PreferenceState.PROPOSED:
                self.world.preferences.activate(work, kept.id, person)
                self.told[kept.id] = Told(wish=wish, person=person, kept=kept, is_on=True)
        self.told.setdefault(kept.id, Told(wish=wish, person=person, kept=kept))

    @precondition(lambda self: self.told)
    @rule(data=st.data(), move=st.sampled_from(["activate", "activate", "activate", "pause", "resume", "end"]))
    def the_person_moves_one(self, data: st.DataObject, move: str) -> None:
        id = data.draw(st.sampled_from(sorted(self.told)))
        one = self.told[id]
        try:
            with self.world.database.writing() as work:
                getattr(self.world.preferences, move)(work, id, one.person)
        except (MoveNotAllowed, Conflict):
            return
        one.is_on = move in ("activate", "resume")
        one.wrong = 0 if one.is_on else one.wrong

    @rule(
        kinds=st.sampled_from([["badge"], ["badge"], ["badge"], ["diploma"], ["badge", "diploma"], ["story"]]),
        recipient=st.sampled_from([WORKS, WORKS, OTHER, SCHOOL]),
        days=st.sampled_from([3, 3, 30]),
        person=st.sampled_from([ADA, ADA, BO]),
        is_new=st.sampled_from([True, True, False]),
        again=st.sampled_from([2, 4, 8]),
        undoes=st.sampled_from([False, False, True]),
    )
    def somebody_asks(
        self, kinds: list[str], recipient: str, days: int, person: str, is_new: bool, again: int, undoes: bool
    ) -> None:
        for _ in range(again):
            self.one_ask(kinds, recipient, days, person, is_new)
        done = [id for id, (grant, *_, mandate) in self.answers.items() if mandate and grant.person == person]
        if undoes and done:
            self.undo_one(done[-1])

    def one_ask(self, kinds: list[str], recipient: str, days: int, person: str, is_new: bool) -> None:
        self.number += is_new
        dataset = f"set {self.number}"
        with self.world.database.writing() as work:
            asked = self.world.put(
                work,
                *kinds,
                recipient=recipient,
                person=person,
                dataset=dataset,
                until=self.world.clock() + timedelta(days=days),
            )
            self.world.agent.on_ask(work, asked)
            found = self.world.consents.find(work, asked.id)
        if asked.id in self.answers:
            return
        self.compare(asked, found, (person, recipient, dataset))

    def compare(self, asked: Grant, found: Grant, use: tuple[str, ...]) -> None:
        """Decide the ask by hand and hold it against what happened."""
        at = self.world.clock()
        mine = [
            one
            for one in self.told.values()
            if one.is_on and one.person == asked.person and (one.wish.until is None or at < one.wish.until)
        ]
        about = [one for one in mine if self.is_about(one.wish, asked)]
        nevers = [one for one in about if one.wish.effect is Effect.NEVER]
        happened = {GrantState.GRANTED: Effect.ALWAYS, GrantState.REFUSED: Effect.NEVER}.get(found.state, Effect.ASK)
        self.answers[asked.id] = (found, at, happened, found.acting.mandate or "" if found.acting else "")
        if happened is Effect.ALWAYS:
            assert found.acting is not None
            one = self.told[str(found.acting.mandate)]
            assert one in about
            assert not nevers
            assert one.wish.effect is Effect.ALWAYS
            assert set(found.kinds) <= one.wish.kinds
            assert one.wish.most_days is None or found.until <= at + timedelta(days=one.wish.most_days)
            assert one.wish.until is None or found.until <= one.wish.until
            assert "story" not in found.kinds
            assert (asked.person, asked.recipient) in self.known or asked.recipient in one.wish.organisations
            assert use not in self.taken_back
            assert not self.blocked_by_ask(one, about)
        forbidden = {kind for one in nevers for kind in one.wish.kinds}
        if use not in self.taken_back:
            assert (happened is Effect.NEVER) == (set(asked.kinds) <= forbidden)

    def blocked_by_ask(self, one: Told, about: list[Told]) -> bool:
        """Whether an ask that is as specific about whom stands against an always."""

        def reach(wish: Wish) -> int:
            return 1 if "role:employer" in wish.organisations else 2

        return any(q.wish.effect is Effect.ASK and reach(q.wish) >= reach(one.wish) for q in about)

    def is_about(self, wish: Wish, asked: Grant) -> bool:
        whom = {asked.recipient, f"role:{ROLE_OF[asked.recipient]}"}
        return bool(whom & wish.organisations) and bool(set(asked.kinds) & wish.kinds)

    @precondition(lambda self: any(effect is Effect.ASK for _, _, effect, _ in self.answers.values()))
    @rule(data=st.data(), is_yes=st.booleans())
    def the_person_answers(self, data: st.DataObject, is_yes: bool) -> None:
        waiting = sorted(id for id, (_, _, effect, _) in self.answers.items() if effect is Effect.ASK)
        asked = self.world.grant(data.draw(st.sampled_from(waiting)))
        if asked.state is not GrantState.PENDING or asked.until <= self.world.clock():
            return
        with self.world.database.writing() as work:
            if is_yes:
                self.world.consents.grant(work, asked.id, asked.person)
                self.known.add((asked.person, asked.recipient))
            else:
                self.world.consents.refuse(work, asked.id, asked.person)

    @precondition(lambda self: any(mandate for _, _, _, mandate in self.answers.values()))
    @rule(data=st.data())
    def the_person_undoes_one(self, data: st.DataObject) -> None:
        done = sorted(id for id, (_, _, _, mandate) in self.answers.items() if mandate)
        self.undo_one(data.draw(st.sampled_from(done)))

    def undo_one(self, id: str) -> None:
        grant, at, effect, mandate = self.answers[id]
        is_late = self.world.clock() >= at + timedelta(days=14)
        if grant.person.startswith("erased-") or (effect is Effect.NEVER and grant.until <= self.world.clock()):
            return
        try:
            after = self.world.undo(grant)
        except Conflict:
            assert is_late or id in self.undone
            return
        assert not is_late
        assert id not in self.undone
        self.undone.add(id)
        self.taken_back.add((grant.person, grant.recipient, grant.dataset))
        one = self.told[mandate]
        one.wrong += 1
        one.is_on = one.is_on and one.wrong < 2
        expected = GrantState.PENDING if effect is Effect.NEVER else {GrantState.REVOKED, GrantState.EXPIRED}
        assert after.state in expected if isinstance(expected, set) else after.state is expected
        if effect is Effect.NEVER:
            self.answers[after.id] = (after, self.world.clock(), Effect.ASK, "")

    @rule(hours=st.sampled_from([1, 1, 25, 24 * 15]))
    def time_goes_by(self, hours: int) -> None:
        self.world.clock.move(hours=hours)
        with self.world.database.writing() as work:
            self.world.consents.expire_due(work)
            self.world.preferences.expire_due(work)

    @precondition(lambda self: any(grant.person == BO for grant, *_ in self.answers.values()))
    @rule()
    def bo_leaves_and_comes_back(self) -> None:
        with self.world.database.writing() as work:
            self.world.room.erase(work, BO)
            self.world.consents.erase(work, BO)
            assert self.world.room.export(work, BO) == {
                "preferences": [],
                "decisions": [],
                "suggestions": [],
                "is_quiet": False,
            }
        self.told = {id: one for id, one in self.told.items() if one.person != BO}
        self.answers = {id: one for id, one in self.answers.items() if one[0].person != BO}
        self.known = {one for one in self.known if one[0] != BO}
        self.taken_back = {one for one in self.taken_back if one[0] != BO}

    @invariant()
    def states_are_as_the_oracle_has_them(self) -> None:
        for one in self.told.values():
            ended = one.wish.until is not None and one.wish.until <= self.world.clock()
            if not ended:
                assert (self.world.state(one.kept) == "active") == one.is_on

    @invariant()
    def no_more_yeses_a_day_than_allowed(self) -> None:
        moments = [(one[0].person, one[1]) for one in self.answers.values() if one[2] is Effect.ALWAYS]
        for person, at in moments:
            same_day = [m for who, m in moments if who == person and at - timedelta(days=1) < m <= at]
            assert len(same_day) <= 10


def test_no_yes_against_a_never_and_none_wider_than_its_preference(empty: Path) -> None:
    machine = type("AgentHoldsHere", (AgentHolds,), {"empty": empty})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=30, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
