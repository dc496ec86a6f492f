"""The machine of random histories on three nodes, with the rules of release written a second time, as plain as can be.

They hold against the gate in both directions: what it opens they allow, and what they allow it opens.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from skillspace.kernel.errors import SkillspaceError
from skillspace.trust.consent import Grant, Release
from skillspace.trust.consent.release.tokens import USE, make_token
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from skillspace.trust.policy import offer_rules
from skillspace.wire.jose import read_unverified, sign_jwt
from tests.unit.trust.consent.conftest import DIPLOMAS, HUB, PROFILES, SCHOOL, WORKS, World

#: Both offer plans, so that a token shown at the wrong one is about something there.
KINDS = {HUB: ("skills-profile", "plan"), SCHOOL: ("diploma", "plan")}
DATASETS = {HUB: PROFILES, SCHOOL: DIPLOMAS}
RECIPIENTS = {HUB: WORKS, SCHOOL: HUB}
OTHERS = {HUB: SCHOOL, SCHOOL: WORKS}
PURPOSES = {HUB: "recruit", SCHOOL: "gather"}
PROVIDERS = st.sampled_from([HUB, SCHOOL])
#: Of one kind a yes may cover single things only.
ITEMS = {"plan": ("this",)}
EMPLOYER = Peer(did=WORKS, name="works", roles=frozenset({"employer"}))
some = st.integers(0, 3)
#: What may end between a yes and its use.
CHANGES = ("agreement", "policy", "contract", "offering", "member", "hub", "person")
#: What else may happen to a token on its way.
MISHAPS = ("stop", "use", "time", "another", "limit", "end")
WIDER = ("longer", "more kinds", "more things", "the old hash")
ANOTHER_PURPOSE = offer_rules(purposes=["advertise"])


@dataclass
class Yes:
    """What the person said, as the test remembers it."""

    grant: Grant
    provider: str
    uses_left: int | None
    is_stopped: bool = False


@dataclass
class Token:
    """A token the test holds, and what it knows of it."""

    text: str
    yes: Yes
    kinds: frozenset[str]
    made: datetime
    is_used: bool = False


@dataclass
class Books:
    """The test's own books."""

    yeses: list[Yes] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)


class Histories(RuleBasedStateMachine):
    """A person, a school, a hub and an employer, and everything that can happen between them."""

    folder: Path
    empty: Path
    count = 0
    #: Whether what ended comes back after each use: most uses then have one fault or none.
    heals = True

    @initialize()
    def begin(self) -> None:
        type(self).count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        self.world = self.opened(folder)
        self.books = Books()
        self.agreements: dict[str, Agreement] = {}
        for provider in (HUB, SCHOOL):
            self.world[provider].offered[DATASETS[provider]] = frozenset(KINDS[provider])
            made = self.world.agree(provider, RECIPIENTS[provider], DATASETS[provider], purposes=[PURPOSES[provider]])
            self.agreements[provider] = made
            # Another has an agreement too, for every purpose: then only the yes stands against it.
            self.world.agree(provider, OTHERS[provider], DATASETS[provider], purposes=[*PURPOSES.values()])

    def opened(self, folder: Path) -> World:
        return World(folder, self.empty)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            for node in self.world.nodes.values():
                node.database.close()

    @rule(
        provider=PROVIDERS,
        kinds=some,
        days=st.integers(1, 3),
        uses=st.sampled_from([None, None, 1, 2]),
        is_narrow=st.booleans(),
    )
    def say_yes(self, provider: str, kinds: int, days: int, uses: int | None, is_narrow: bool) -> None:
        wanted = KINDS[provider][: kinds % 2 + 1]
        items = {kind: only for kind, only in ITEMS.items() if kind in wanted and is_narrow}
        with self.world[HUB].database.writing() as work:
            asked = self.world.ask(
                work,
                kinds=wanted,
                recipient=RECIPIENTS[provider],
                until=self.world.clock() + timedelta(days=days),
                items=items,
            )
            grant = self.world[HUB].consents.grant(work, asked.id, "person-ada", max_uses=uses)
        self.books.yeses.append(Yes(grant=grant, provider=provider, uses_left=uses))

    @precondition(lambda self: self.books.yeses)
    @rule(which=st.integers(0, 99))
    def stop(self, which: int) -> None:
        yes = self._yes(which)
        try:
            with self.world[HUB].database.writing() as work:
                self.world[HUB].consents.revoke(work, yes.grant.id, "person-ada")
        except SkillspaceError:
            assert yes.is_stopped or self.world.clock() >= yes.grant.until
        yes.is_stopped = True

    @precondition(lambda self: self.books.yeses)
    @rule(which=st.integers(0, 99), kinds=some)
    def get_a_token(self, which: int, kinds: int) -> None:
        yes = self._yes(which)
        wanted = frozenset(yes.grant.kinds[: kinds % 2 + 1])
        text = self.world.token(yes.grant, *wanted)
        is_live = self._lives(yes)
        assert bool(text) is is_live
        if text:
            self.books.tokens.append(Token(text=text, yes=yes, kinds=wanted, made=self.world.clock()))

    @rule(seconds=st.sampled_from([1, 20, 50, 70, 3600, 86400]))
    def wait(self, seconds: int) -> None:
        self.world.clock.move(seconds=seconds)

    @rule()
    def clocks_tick(self) -> None:
        with self.world[HUB].database.writing() as work:
            self.world[HUB].consents.expire_due(work)

    @rule()
    def settle(self) -> None:
        self.world.settle()

    @rule(provider=PROVIDERS, what=st.sampled_from(CHANGES))
    def something_changes(self, provider: str, what: str) -> None:
        """One thing ends, or comes back: rarely more than one at a time, so that most uses have at most one fault."""
        found = self._ours(provider)
        if what == "agreement":
            self.world[provider].agreements[found.id] = replace(found, in_force=not found.in_force)
        elif what == "policy":
            self.world[provider].agreements[found.id] = replace(found, policy={**found.policy, **ANOTHER_PURPOSE})
        elif what == "contract":
            self.world.no_contract ^= {f"{provider} {RECIPIENTS[provider]} {DATASETS[provider]}"}
        elif what == "offering":
            offered, every = self.world[provider].offered, frozenset(KINDS[provider])
            is_whole = offered[DATASETS[provider]] == every
            offered[DATASETS[provider]] = frozenset(KINDS[provider][:1]) if is_whole else every
        elif what == "member" and self.world.members.pop(WORKS, None) is None:
            self.world.members[WORKS] = EMPLOYER
        elif what == "hub":
            self.world[HUB].is_down = not self.world[HUB].is_down
        elif what == "person" and self.books.yeses:
            self.world.restricted ^= {self._yes(-1).grant.subject}

    @rule()
    def all_is_well_again(self) -> None:
        self.everything_comes_back()

    def everything_comes_back(self) -> None:
        for provider in (HUB, SCHOOL):
            name = self.agreements[provider].id
            self.world[provider].agreements[name] = self.agreements[provider]
            self.world[provider].offered[DATASETS[provider]] = frozenset(KINDS[provider])
        self.world.no_contract.clear()
        self.world.restricted.clear()
        self.world.members[WORKS] = EMPLOYER
        self.world[HUB].is_down = False

    @precondition(lambda self: self.books.yeses)
    @rule(which=st.integers(-2, -1), kinds=some)
    def use_at_once(self, which: int, kinds: int) -> None:
        self.get_a_token(which, kinds)
        if self.books.tokens:
            self.show(self.books.tokens[-1], None, is_elsewhere=False)

    @rule(
        provider=PROVIDERS,
        what=st.sampled_from([*CHANGES, *MISHAPS]),
        seconds=st.sampled_from([64, 66, 3 * 86400]),
    )
    def something_changes_between_token_and_use(self, provider: str, what: str, seconds: int) -> None:
        self.say_yes(provider, 1, 1, 1 if what == "limit" else None, is_narrow=False)
        if what == "end":
            self.world.clock.at = self._yes(-1).grant.until - timedelta(seconds=20)
        for _ in range(2):
            self.get_a_token(-1, 1)
        token, peer = self.books.tokens[-1], None
        if what == "stop":
            self.stop(-1)
        elif what == "time":
            self.wait(seconds)
        elif what == "use":
            self.show(token, None, is_elsewhere=False)
        elif what == "end":
            self.wait(20)
        elif what == "limit":
            self.show(self.books.tokens[-2], None, is_elsewhere=False)
        elif what == "another":
            peer = OTHERS[provider]
        else:
            self.something_changes(provider, what)
        self.show(token, peer, is_elsewhere=False)

    @rule(provider=PROVIDERS)
    def use_at_once_elsewhere(self, provider: str) -> None:
        self.say_yes(provider, 1, 1, None, is_narrow=False)
        self.get_a_token(-1, 1)
        self.show(self.books.tokens[-1], None, is_elsewhere=True)

    @precondition(lambda self: self.books.tokens)
    @rule()
    def use_the_same_again(self) -> None:
        self.show(self.books.tokens[-1], None, is_elsewhere=False)

    @precondition(lambda self: self.books.tokens)
    @rule(which=st.integers(0, 99), peer=st.sampled_from([None, None, WORKS, SCHOOL]), is_elsewhere=st.booleans())
    def use_any(self, which: int, peer: str | None, is_elsewhere: bool) -> None:
        self.show(self.books.tokens[which % len(self.books.tokens)], peer, is_elsewhere=is_elsewhere)

    @precondition(lambda self: self.books.yeses)
    @rule(what=st.sampled_from(WIDER), asked=st.sampled_from([1, 2]))
    def use_more_than_the_yes(self, what: str, asked: int) -> None:
        """Not even what the intermediary itself signed opens more than the person agreed to."""
        yes, hub = self._yes(-1), self.world[HUB]
        provider, now = yes.provider, self.world.clock()
        wider = {
            "longer": replace(yes.grant, until=yes.grant.until + timedelta(days=900)),
            "more kinds": replace(yes.grant, kinds=(*yes.grant.kinds, "everything")),
            "more things": replace(yes.grant, items={yes.grant.kinds[0]: ("this", "that")}),
            "the old hash": replace(yes.grant, until=yes.grant.until + timedelta(days=900)),
        }[what]
        text = make_token(wider, wider.kinds[:asked], key=hub.key, own_did=HUB, at=now)
        if what == "the old hash":
            of_the_yes = read_unverified(make_token(yes.grant, yes.grant.kinds, key=hub.key, own_did=HUB, at=now))[1]
            text = sign_jwt(read_unverified(text)[1] | {"hash": of_the_yes["hash"]}, hub.key, typ=USE)
        assert self._opened(text, provider, RECIPIENTS[provider])[0] is None

    def show(self, token: Token, peer: str | None, *, is_elsewhere: bool) -> None:
        """Show a token somewhere, and hold the gate's answer against the test's own."""
        provider = token.yes.provider
        if is_elsewhere:
            provider = SCHOOL if provider == HUB else HUB
        caller = peer or RECIPIENTS[token.yes.provider]
        reasons = self._against(token, provider, caller)
        expected = token.kinds & self.world[provider].offered[DATASETS[provider]]
        opened, said = self._opened(token.text, provider, caller)
        assert (opened is None) == bool(reasons), f"it {'opened' if opened else said}, and against it were {reasons}"
        if self.heals:
            self.everything_comes_back()
        if opened is None:
            return
        assert opened.kinds == expected
        for kind in KINDS[provider]:
            for item in ("this", "that"):
                assert opened.covers(kind, item) == (kind in expected and item in token.yes.grant.items.get(kind, item))
        token.is_used = True
        if token.yes.uses_left is not None:
            token.yes.uses_left -= 1

    def _opened(self, text: str, provider: str, caller: str) -> tuple[Release | None, str]:
        """What the gate gives for a token, or what it says."""
        agreement = self.world[provider].agreements.get(f"agreement-{provider[8:]}-{caller[8:]}")
        agreement = agreement or self.agreements[provider]
        gate = self.world[provider].room.gate
        try:
            with gate.opened(text, caller, DATASETS[provider], agreement, "transfer") as (_, release):
                return release, ""
        except SkillspaceError as fault:
            return None, f"{fault.code} {fault.message}"

    def _against(self, token: Token, provider: str, caller: str) -> list[str]:
        """Every reason not to open, from the test's own books."""
        yes, now = token.yes, self.world.clock()
        right = RECIPIENTS[yes.provider]
        needs_hub = provider == SCHOOL
        known = {
            "it is shown elsewhere": provider != yes.provider,
            "the caller is another": caller != right,
            "the caller is no member": caller not in self.world.members,
            "the yes is over": not self._lives(yes),
            "the token is old": now >= token.made + timedelta(seconds=65),
            "the token was used": token.is_used,
            "the agreement has ended": caller == right and not self._ours(provider).in_force,
            "the policy says no": self._ours(provider).policy != self.agreements[provider].policy and caller == right,
            "no contract": bool(self.world.bars(provider, right, DATASETS[provider], "")),
            "restricted": yes.grant.subject in self.world.restricted,
            "nothing offered": not token.kinds & self.world[provider].offered[DATASETS[provider]],
            "nobody to ask": needs_hub and self.world[HUB].is_down,
        }
        return [name for name, is_so in known.items() if is_so]

    def _ours(self, provider: str) -> Agreement:
        return self.world[provider].agreements[self.agreements[provider].id]

    def _lives(self, yes: Yes) -> bool:
        return not yes.is_stopped and self.world.clock() < yes.grant.until and yes.uses_left != 0

    def _yes(self, which: int) -> Yes:
        return self.books.yeses[which % len(self.books.yeses)]


def run(machine: type[Histories], folder: Path, empty: Path, *, heals: bool = True, **limits: Any) -> None:
    """Let histories of a machine happen, each in a folder of its own under `folder`."""
    folder.mkdir()
    own = type("Run", (machine,), {"folder": folder, "empty": empty, "heals": heals})
    health = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    run_state_machine_as_test(own, settings=settings(deadline=None, suppress_health_check=health, **limits))
