"""Nothing that was granted, stopped, used or owed is lost by a crash at any commit, whatever the history around it.

The machine is that of `histories`; here nodes fall in the middle of its moves and come up again on their files. A move
whose commit was not reached never happened, for nobody; one whose answer was lost has happened, for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from skillspace.storage.database import Work
from skillspace.trust.consent import Grant, GrantState, check_receipt
from skillspace.trust.consent.service import SPENT_KEPT
from skillspace.trust.consent.store import receipts, spent
from skillspace.wire.jose import read_unverified
from tests.unit.trust.consent.conftest import HUB, SCHOOL, WORKS
from tests.unit.trust.consent.falling import AFTER, BEFORE, FallingWorld
from tests.unit.trust.consent.histories import PROVIDERS, RECIPIENTS, Histories, Token, Yes, run, some

ADA = "person-ada"
LANGUAGES = ("en", "fr", "sv")
NODES = (HUB, SCHOOL, WORKS)
when = st.sampled_from([BEFORE, AFTER])
Moment = tuple[bool, int, str]
#: Who brings news takes up the task and finishes it, who hears it writes it down.
PLACES = ((True, 1), (True, 2), (False, 1))
moments = st.sampled_from([(is_hub, at, when) for is_hub, at in PLACES for when in (BEFORE, AFTER)])
yes_or_no = st.booleans()
victims = st.sampled_from(NODES)


class Falls(Histories):
    """Histories in which nodes fall."""

    world: FallingWorld

    def opened(self, folder: Path) -> FallingWorld:
        return FallingWorld(folder, self.empty)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            self.at_the_end()
        finally:
            self.world.close()
            super().teardown()

    @rule(provider=PROVIDERS, kinds=some, uses=st.sampled_from([None, 1, 2]), is_narrow=yes_or_no, when=when)
    def fall_while_saying_yes(self, provider: str, kinds: int, uses: int | None, is_narrow: bool, when: str) -> None:
        known = {yes.grant.id for yes in self.books.yeses}
        assert self.world.fall(HUB, 1, when, lambda: self.say_yes(provider, kinds, 3, uses, is_narrow))
        new = [grant for grant in self._granted() if grant.id not in known]
        assert len(new) == (when == AFTER)
        for grant in new:
            assert (grant.provider, grant.max_uses) == (provider, uses)
            self.books.yeses.append(Yes(grant=grant, provider=provider, uses_left=uses))
        self.nothing_is_lost()

    @precondition(lambda self: self.books.yeses)
    @rule(which=st.integers(0, 99), when=when)
    def fall_while_stopping(self, which: int, when: str) -> None:
        yes = self._yes(which)
        if self.world.fall(HUB, 1, when, lambda: self.stop(which)):
            yes.is_stopped |= when == AFTER
            self.nothing_is_lost()

    @rule(
        provider=PROVIDERS,
        victim=st.sampled_from([HUB, HUB, SCHOOL]),
        when=when,
        uses=st.sampled_from([None, 1, 2]),
        is_well=yes_or_no,
    )
    def fall_during_a_use(self, provider: str, victim: str, when: str, uses: int | None, is_well: bool) -> None:
        """The caller hears nothing and tries again: what was used up stays so, and nothing else is."""
        if is_well:
            self.everything_comes_back()
        self.say_yes(provider, 1, 1, uses, is_narrow=False)
        self.get_a_token(-1, 1)
        self._use(self.books.tokens[-1], victim, when)

    @precondition(lambda self: self.books.tokens)
    @rule(which=st.integers(0, 99), victim=victims, when=when)
    def fall_during_any_use(self, which: int, victim: str, when: str) -> None:
        self._use(self.books.tokens[which % len(self.books.tokens)], victim, when)

    @precondition(lambda self: self.books.yeses)
    @rule(which=st.integers(0, 99), when=when)
    def fall_while_giving_a_token(self, which: int, when: str) -> None:
        self._falls(HUB, 1, when, lambda: self.world.token(self._yes(which).grant))

    @rule(victim=victims, at=st.integers(1, 12), when=when)
    def fall_while_working(self, victim: str, at: int, when: str) -> None:
        """Some tasks are done, others not, and of one the peer did its part and nobody knows."""
        self._falls(victim, at, when, self.world.settle)

    @rule(provider=st.sampled_from([HUB, HUB, SCHOOL]), first=moments, second=moments)
    def fall_while_bringing_news(self, provider: str, first: Moment, second: Moment) -> None:
        """Of a yes, and then of its end: who brings it falls, or who hears it."""
        self.say_yes(provider, 1, 3, None, is_narrow=False)
        number = len(self.books.yeses) - 1
        self._fall_over_news(provider, first)
        self.everything_comes_back()
        self.world.come_to_rest()
        self._everybody_knows()
        self.stop(number)
        self._fall_over_news(provider, second)

    @rule(when=when)
    def fall_while_clocks_tick(self, when: str) -> None:
        self._falls(HUB, 1, when, self.clocks_tick)

    @rule(victim=victims)
    def fall_while_nothing_happens(self, victim: str) -> None:
        self.world.restart(victim)
        self.nothing_is_lost()

    def nothing_is_lost(self) -> None:
        """Hold what the nodes wrote against the test's books: all of it is there, and nothing else."""
        with self.world[HUB].database.reading() as work:
            found = {grant.id: grant for grant in self.world[HUB].consents.of_person(work, ADA) if grant.decided}
            assert found.keys() == {yes.grant.id for yes in self.books.yeses}
            for yes in self.books.yeses:
                self._is_as_said(work, yes, found[yes.grant.id])
            rows = work.connection.execute(sa.select(sa.func.count()).select_from(receipts)).scalar_one()
            assert rows == len(found) * len(LANGUAGES)
            marks = {row["id"] for row in work.rows(sa.select(spent.c.id))}
        used = {_claims(token)["jti"] for token in self.books.tokens if token.is_used}
        kept = {_claims(token)["jti"] for token in self.books.tokens if token.is_used and self._is_remembered(token)}
        assert kept <= marks <= used
        for did in NODES:
            assert self.world.wrong_in_journal(did) == []

    def at_the_end(self) -> None:
        """Everybody comes to know what they have to, and every yes that lives opens the gate."""
        self.everything_comes_back()
        self.world.come_to_rest()
        self.nothing_is_lost()
        self._everybody_knows()
        for number, yes in enumerate(self.books.yeses):
            self.get_a_token(number, 0)
            if self._lives(yes):
                self.show(self.books.tokens[-1], None, is_elsewhere=False)
        self.nothing_is_lost()

    def _falls(self, victim: str, at: int, when: str, move: Callable[[], object]) -> None:
        """Let a node fall in what changes nothing that anybody said."""
        if self.world.fall(victim, at, when, move):
            self.nothing_is_lost()

    def _fall_over_news(self, provider: str, moment: Moment) -> None:
        is_hub, at, when = moment
        peer = WORKS if provider == HUB else SCHOOL
        self.world.news_first(HUB)
        self._falls(HUB if is_hub else peer, at, when, self.world.settle)

    def _use(self, token: Token, victim: str, when: str) -> None:
        provider, recipient = token.yes.provider, RECIPIENTS[token.yes.provider]
        reasons = self._against(token, provider, recipient)
        has_fallen = self.world.fall(victim, 1, when, lambda: self._opened(token.text, provider, recipient))
        # A use counts from the moment the intermediary wrote it down, whether or not the data then went.
        if not reasons and not (has_fallen and victim == HUB and when == BEFORE):
            token.is_used = True
            if token.yes.uses_left is not None:
                token.yes.uses_left -= 1
        if has_fallen:
            self.nothing_is_lost()
        self.show(token, None, is_elsewhere=False)

    def _is_as_said(self, work: Work, yes: Yes, grant: Grant) -> None:
        consents, uses = self.world[HUB].consents, sum(token.is_used for token in self.books.tokens if token.yes is yes)
        is_over = yes.is_stopped or self.world.clock() >= grant.until
        assert is_over or grant.state is GrantState.GRANTED
        assert not yes.is_stopped or grant.state in (GrantState.REVOKED, GrantState.EXPIRED)
        assert (grant.kinds, grant.until, grant.items) == (yes.grant.kinds, yes.grant.until, yes.grant.items)
        lines = [line.outcome for line in consents.uses_of(work, grant)]
        assert (lines.count("used"), lines.count("granted")) == (uses, 1)
        assert lines.count("stopped") == (grant.state is GrantState.REVOKED)
        if grant.max_uses is not None:
            assert (grant.used, yes.uses_left) == (uses, grant.max_uses - uses)
        for language in LANGUAGES:
            receipt = consents.receipt(work, grant.id, language)
            assert receipt["dct:language"] == language
            assert check_receipt(receipt, self.world.resolve_key) == HUB

    def _everybody_knows(self) -> None:
        shared = [yes for yes in self.books.yeses if yes.provider == HUB and self._is_granted(yes)]
        with self.world[WORKS].database.reading() as work:
            held = {grant.id for grant in self.world[WORKS].room.held.live(work)}
        # What was used up before it could be delivered is not delivered any more.
        assert {yes.grant.id for yes in shared if self._lives(yes)} <= held <= {yes.grant.id for yes in shared}
        had = self.world.copies()
        assert {grant for grant, is_here in had.items() if is_here} == held
        for yes in self.books.yeses:
            if not self._is_granted(yes):
                self._has_ended_everywhere(yes, 1 if yes.grant.id in had else 0)

    def _has_ended_everywhere(self, yes: Yes, copies: int) -> None:
        hub, told = self.world[HUB], {WORKS} if yes.provider == HUB else {HUB, SCHOOL}
        with hub.database.reading() as work:
            assert {one.organisation for one in hub.consents.holders_of(work, yes.grant)} == told
            signed = {one.organisation: one for one in hub.consents.receipts_of(work, yes.grant)}
        assert signed.keys() == told
        assert sum(sum(receipt.deleted.values()) for receipt in signed.values()) == copies
        for did in told:
            with self.world[did].database.reading() as work:
                assert self.world[did].room.held.ended_state(work, HUB, yes.grant.id) is not None

    def _is_granted(self, yes: Yes) -> bool:
        return not yes.is_stopped and self.world.clock() < yes.grant.until

    def _is_remembered(self, token: Token) -> bool:
        expires = int(str(_claims(token)["exp"]))
        return self.world.clock().timestamp() < expires + SPENT_KEPT.total_seconds()

    def _granted(self) -> list[Grant]:
        with self.world[HUB].database.reading() as work:
            return [grant for grant in self.world[HUB].consents.of_person(work, ADA) if grant.decided]


def _claims(token: Token) -> dict[str, object]:
    return read_unverified(token.text)[1]


@pytest.fixture(autouse=True)
def silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Falls are meant here; writing their tracebacks takes longer than the rest of the test."""
    monkeypatch.setattr("skillspace.storage.tasks.log.warning", lambda *_words, **_named: None)


def test_nothing_is_lost_at_any_one_commit(tmp_path: Path, empty: Path) -> None:
    machine = type("One", (Falls,), {"folder": tmp_path, "empty": empty})()
    machine.begin()
    for provider, when in product((HUB, SCHOOL), (BEFORE, AFTER)):
        machine.fall_while_saying_yes(provider, 1, 2, is_narrow=False, when=when)
        for victim in (HUB, SCHOOL):
            machine.fall_during_a_use(provider, victim, when, 2, is_well=True)
        machine.fall_while_giving_a_token(-1, when)
        machine.fall_while_stopping(-1, when)
        for place in PLACES:
            machine.fall_while_bringing_news(provider, (*place, when), (*place, when))
        machine.fall_while_clocks_tick(when)
    machine.teardown()


def test_nothing_is_lost_wherever_a_node_falls(tmp_path: Path, empty: Path) -> None:
    run(Falls, tmp_path / "runs", empty, max_examples=20, stateful_step_count=30)


@pytest.mark.slow
def test_nothing_is_lost_in_long_histories(tmp_path: Path, empty: Path) -> None:
    for name, heals, examples in (("single", True, 30), ("many", False, 20)):
        run(Falls, tmp_path / name, empty, heals=heals, max_examples=examples, stateful_step_count=60)
