"""Whatever happens in whatever order, nobody grants what the rules forbid: the rules are told a second time here.

The second telling shares no code with the room: it counts ages by month and day, keeps its own book of mandates, words
and agreements, and says yes or no. After every step both are asked the same questions.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from skillspace.kernel.errors import SkillspaceError
from skillspace.storage.database import Database, Work
from skillspace.trust.mandate import Act, Capacity, Mandate, Scope
from tests.conftest import NOON
from tests.small_space import HeldClock
from tests.tables import make_tables
from tests.unit.trust.mandate.conftest import OFFICER, PAPER, WORKS, World

YOUNG, GROWN = "young", "grown"
MOTHER, FATHER, COACH = "mother", "father", "coach"
AGENTS = (MOTHER, FATHER, COACH)
THRESHOLD = {"SE": 13, "FR": 15}
ZONE = {"SE": ZoneInfo("Europe/Stockholm"), "FR": ZoneInfo("Europe/Paris")}
KINDS = (frozenset({"badge"}), frozenset({"badge", "diploma"}))
ASKS = ("ask-1", "ask-2")
SCOPES = (
    {"acts": ["*"], "purposes": ["*"], "kinds": ["*"], "recipients": ["*"]},
    {"acts": ["grant", "view"], "purposes": ["train"], "kinds": ["badge"], "recipients": ["role:employer"]},
    {"acts": ["grant"], "purposes": ["train"], "kinds": ["*"], "recipients": [WORKS]},
    {"acts": ["grant"], "purposes": ["train"], "kinds": ["badge"]},
)
principals = st.sampled_from((YOUNG, GROWN))
guardians = st.sampled_from((MOTHER, FATHER))


@dataclass
class Noted:
    """A mandate as the second telling remembers it."""

    id: str
    principal: str
    agent: str
    is_guardian: bool
    is_own_will: bool
    scope: dict[str, list[str]]
    jointly: bool
    ends: datetime
    is_on: bool = False
    is_resting: bool = False
    is_over: bool = False
    agreed: dict[tuple[str, frozenset[str]], datetime] = field(default_factory=dict)

    def reaches(self, at: datetime, kinds: frozenset[str]) -> bool:
        scope = self.scope
        covers_kinds = "*" in scope["kinds"] or all(kind in scope["kinds"] for kind in kinds)
        everyone = scope.get("recipients", [])
        covers_recipient = any(name in everyone for name in ("*", WORKS, "role:employer"))
        is_live = self.is_on and not self.is_resting and not self.is_over and at < self.ends
        return is_live and covers_kinds and covers_recipient


class RulesHold(RuleBasedStateMachine):
    """A young person, a grown one, two guardians and a coach, over years."""

    empty: Path

    @initialize(
        born=st.sampled_from([date(2020, 2, 29), date(2012, 2, 29)])
        | st.dates(date(2018, 1, 1), date(2021, 12, 31))
        | st.dates(date(2011, 6, 1), date(2015, 12, 31)),
        country=st.sampled_from(["SE", "FR"]),
        jointly=st.tuples(st.booleans(), st.booleans()),
        scope=st.sampled_from(SCOPES[:2]),
    )
    def begin(self, born: date, country: str, jointly: tuple[bool, bool], scope: dict[str, list[str]]) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.empty, self.folder / "node.db")
        self.clock = HeldClock()
        self.database = Database.in_folder(self.folder, clock=self.clock)
        self.world = World(self.database, self.clock)
        self.born, self.country = born, country
        self.world.born(YOUNG, born, country)
        self.world.grown_up(GROWN)
        self.book: list[Noted] = []
        self.words: list[tuple[str, str, bool, frozenset[str]]] = []
        self.steps = 0
        # Most walks begin where rules meet: two guardians, and a caseworker who would like to decide.
        for agent, joint in zip((MOTHER, FATHER), jointly, strict=True):
            self.appointed(YOUNG, agent, Capacity.GUARDIAN, SCOPES[0], 1500, jointly=joint)
        self.appointed(YOUNG, COACH, Capacity.CASEWORKER, scope, 3000)

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)

    # ── the second telling ────────────────────────────────────────────────────────────────────────────────────────

    def age(self) -> int:
        today = self.clock().astimezone(ZONE[self.country]).date()
        had_none_this_year = (today.month, today.day) < (self.born.month, self.born.day)
        return today.year - self.born.year - int(had_none_this_year)

    def is_child(self, person: str) -> bool:
        return person == YOUNG and self.age() < THRESHOLD[self.country]

    def said_no(self, person: str, ask: str, kinds: frozenset[str]) -> bool:
        refused = dict.fromkeys(kinds, False)
        for who, about, is_yes, named in self.words:
            if who == person:
                whole = about == ask and not is_yes
                refused |= dict.fromkeys(kinds if whole else named & kinds, not is_yes)
        return any(refused.values())

    def assented(self, ask: str, kinds: frozenset[str]) -> bool:
        answer = False
        for who, about, is_yes, named in self.words:
            if who == YOUNG and about == ask:
                answer = is_yes and kinds <= named
        return answer

    def may_grant(self, person: str, actor: str, ask: str, kinds: frozenset[str]) -> bool:
        if person == actor:
            return not self.is_child(person)
        live = [m for m in self.book if m.principal == person and m.reaches(self.clock(), kinds)]
        if self.said_no(person, ask, kinds):
            return False
        if not self.is_child(person):
            return any(m.agent == actor and m.is_own_will and "grant" in m.scope["acts"] for m in live)
        if self.age() >= 7 and not self.assented(ask, kinds):
            return False
        parents = [m for m in live if m.is_guardian]
        for mine in (m for m in parents if m.agent == actor):
            others = [m for m in parents if m.agent != actor and (ask, kinds) in m.agreed]
            month_ago = self.clock() - timedelta(days=30)
            if not mine.jointly or any(m.agreed[ask, kinds] > month_ago for m in others):
                return True
        return False

    def does_grant(self, work: Work, person: str, actor: str, ask: str, kinds: frozenset[str]) -> bool:
        facts = {"purpose": "train", "kinds": kinds, "recipient": WORKS, "about": ask, "at": self.clock()}
        try:
            self.world.mandates.check(work, principal=person, actor=actor, act=Act.GRANT, **facts)  # type: ignore[arg-type]
        except SkillspaceError:
            return False
        return True

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "book"):
            return
        self.steps += 1
        every = [(ask, kinds) for ask in ASKS for kinds in KINDS]
        # Guardians are where the rules meet; of the others one question a step is enough.
        questions = [(YOUNG, actor, *asked) for actor in (MOTHER, FATHER) for asked in every]
        rest = ((YOUNG, YOUNG), (YOUNG, COACH), (GROWN, GROWN), *((GROWN, agent) for agent in AGENTS))
        questions += [(*pair, *every[self.steps % 4]) for pair in rest]
        with self.database.reading() as work:
            for person, actor, ask, kinds in questions:
                expected = self.may_grant(person, actor, ask, kinds)
                found = self.does_grant(work, person, actor, ask, kinds)
                assert found == expected, (person, actor, ask, sorted(kinds))

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────────────

    def attempt(self, action: Callable[[Work], Mandate]) -> Mandate | None:
        try:
            with self.world.writing() as work:
                return action(work)
        except SkillspaceError:
            return None

    @rule(
        agent=guardians,
        scope=st.sampled_from(SCOPES),
        jointly=st.booleans(),
        days=st.integers(20, 2000),
        accepts=st.integers(0, 4),
    )
    def a_guardian_is_appointed(
        self, agent: str, scope: dict[str, list[str]], jointly: bool, days: int, accepts: int
    ) -> None:
        self.appointed(YOUNG, agent, Capacity.GUARDIAN, scope, days, jointly=jointly, accepts=accepts)

    @rule(person=principals, scope=st.sampled_from(SCOPES), days=st.integers(20, 2000))
    def a_caseworker_is_appointed(self, person: str, scope: dict[str, list[str]], days: int) -> None:
        self.appointed(person, COACH, Capacity.CASEWORKER, scope, days)

    def appointed(
        self,
        person: str,
        agent: str,
        capacity: Capacity,
        scope: dict[str, list[str]],
        days: int,
        *,
        jointly: bool = False,
        accepts: int = 1,
    ) -> None:
        ends = self.clock() + timedelta(days=days)
        made = self.attempt(
            lambda work: self.world.appointing.appoint(
                work,
                officer=OFFICER,
                principal=person,
                agent=agent,
                capacity=capacity,
                scope=Scope.of(**scope),
                evidence=[PAPER],
                ends=ends,
                jointly=jointly,
            )
        )
        if made is None:
            return
        is_guardian, was_child = capacity is Capacity.GUARDIAN, self.is_child(person)
        noted = Noted(made.id, person, agent, is_guardian, not is_guardian and not was_child, scope, jointly, ends)
        self.book.append(noted)
        if not was_child:
            self.attempt(lambda work: self.world.appointing.accept(work, made.id, person))
        if accepts:
            noted.is_on = self.attempt(lambda work: self.world.appointing.accept(work, made.id, agent)) is not None

    @rule(person=principals, agent=st.sampled_from(AGENTS), scope=st.sampled_from(SCOPES), days=st.integers(20, 2000))
    def somebody_names_a_coach(self, person: str, agent: str, scope: dict[str, list[str]], days: int) -> None:
        ends = self.clock() + timedelta(days=days)
        coach = Capacity.COACH
        made = self.attempt(
            lambda work: self.world.appointing.name_agent(
                work, principal=person, agent=agent, capacity=coach, scope=Scope.of(**scope), ends=ends
            )
        )
        assert made is None or not self.is_child(person)
        if made is not None:
            self.book.append(Noted(made.id, person, agent, False, True, scope, False, ends))

    @precondition(lambda self: self.book)
    @rule(data=st.data())
    def a_coach_accepts(self, data: st.DataObject) -> None:
        noted = data.draw(st.sampled_from(self.book))
        if not noted.is_on and not noted.is_over:
            noted.is_on = (
                self.attempt(lambda work: self.world.appointing.accept(work, noted.id, noted.agent)) is not None
            )

    @precondition(lambda self: self.book)
    @rule(data=st.data(), move=st.sampled_from(["end", "suspend", "resume", "refuse"]))
    def a_mandate_is_moved(self, data: st.DataObject, move: str) -> None:
        noted = data.draw(st.sampled_from(self.book))
        by = data.draw(st.sampled_from([noted.principal, noted.agent, OFFICER, COACH]))
        moved = self.attempt(lambda work: getattr(self.world.appointing, move)(work, noted.id, by))
        if moved is None:
            return
        assert by in (noted.principal, noted.agent, OFFICER)
        assert not (noted.is_guardian and by == YOUNG and self.is_child(YOUNG)), "a child dismisses no guardian"
        noted.is_over = noted.is_over or move in ("end", "refuse")
        noted.is_resting = move == "suspend"

    @rule(person=principals, ask=st.sampled_from(ASKS), is_yes=st.booleans(), kinds=st.sampled_from(KINDS))
    def somebody_says_a_word(self, person: str, ask: str, is_yes: bool, kinds: frozenset[str]) -> None:
        self.world.say(is_yes, person=person, about=ask, kinds=tuple(sorted(kinds)))
        self.words.append((person, ask, is_yes, kinds))

    @rule(agent=guardians, ask=st.sampled_from(ASKS), kinds=st.sampled_from(KINDS))
    def a_guardian_agrees(self, agent: str, ask: str, kinds: frozenset[str]) -> None:
        could = self.may_grant(YOUNG, agent, ask, kinds)
        try:
            with self.world.writing() as work:
                facts = {"purpose": "train", "kinds": kinds, "recipient": WORKS, "about": ask}
                done = self.world.mandates.agree(work, principal=YOUNG, actor=agent, act=Act.GRANT, **facts)
        except SkillspaceError:
            assert not could
            return
        assert (done is not None) == could
        if done is None:
            for noted in self.book:
                is_mine = noted.principal == YOUNG and noted.agent == agent and noted.is_guardian
                if is_mine and noted.is_on and not noted.is_over and not noted.is_resting:
                    noted.agreed[ask, kinds] = self.clock()

    @rule(kinds=st.sampled_from(KINDS), agent=st.sampled_from((None, MOTHER, FATHER)))
    def the_child_says_yes_and_perhaps_a_guardian_too(self, kinds: frozenset[str], agent: str | None) -> None:
        self.somebody_says_a_word(YOUNG, ASKS[0], True, kinds)
        if agent:
            self.a_guardian_agrees(agent, ASKS[0], kinds)

    @rule(hours=st.sampled_from([1, 24, 24 * 29, 24 * 31, 24 * 200]))
    def time_goes_by(self, hours: int) -> None:
        self.clock.move(hours=hours)

    @precondition(lambda self: any(noted.is_on and not noted.is_over for noted in self.book))
    @rule(just_before=st.booleans())
    def it_is_nearly_the_end_of_a_mandate(self, just_before: bool) -> None:
        ends = min(noted.ends for noted in self.book if noted.is_on and not noted.is_over)
        self.clock.at = max(self.clock(), ends - timedelta(microseconds=int(just_before)))

    @rule(just_before=st.booleans())
    def it_is_nearly_the_birthday(self, just_before: bool) -> None:
        year = self.born.year + THRESHOLD[self.country]
        leap = (self.born.month, self.born.day) == (2, 29) and year % 4 != 0
        month, day = (3, 1) if leap else (self.born.month, self.born.day)
        midnight = datetime(year, month, day, tzinfo=ZONE[self.country])
        at = midnight.astimezone(NOON.tzinfo) - timedelta(microseconds=int(just_before))
        if at > self.clock():
            self.clock.at = at

    @rule()
    def the_clock_comes_by(self) -> None:
        self.world.tick()
        month = timedelta(days=60)
        with self.database.reading() as work:
            for noted in self.book:
                state = self.world.mandates.find(work, noted.id).state
                # What the clock closes opens nothing any more, and it closes nothing that should go on.
                is_late = noted.ends <= self.clock() or (noted.is_guardian and not self.is_child(YOUNG))
                waited = not noted.is_on and self.world.mandates.find(work, noted.id).proposed + month <= self.clock()
                is_childs = not noted.is_own_will and not self.is_child(noted.principal)
                if state in ("expired", "outgrown"):
                    assert is_late or waited or is_childs
                    noted.is_over = True


def test_at_no_time_does_a_check_let_a_grant_through_that_the_rules_forbid(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("empty")
    database = Database.in_folder(folder)
    make_tables(database)
    database.close()
    RulesHold.empty = folder / "node.db"
    run_state_machine_as_test(RulesHold, settings=settings(max_examples=12, stateful_step_count=30, deadline=None))
