"""Whatever the network loses, repeats or delays and whenever a node dies: at rest both sides hold the same state."""

from __future__ import annotations

import itertools
import json
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

import skillspace.storage.database
from skillspace.exchange import NegotiationState, TransferState
from skillspace.kernel.errors import Conflict
from skillspace.trust.contract import Agreement
from tests.unit.exchange.network import CONTENT, DATASET, Fault, Network, Side, Ticking, drain

N, T = NegotiationState, TransferState
SIDES = st.sampled_from(["school", "bureau"])
MANY = 3
HEAD_STARTS = ["nothing", "an agreement", "a transfer"]
Work = list[tuple[str, Fault | None]]
WORK = st.lists(st.tuples(SIDES, st.sampled_from([*Fault, None, None, None])), max_size=4)
RULES = st.sampled_from(
    [
        {"permission": [{"action": "use"}]},
        {"permission": [{"action": "use"}], "obligation": [{"action": "urn:skillspace:action:report"}]},
        {"permission": [{"action": "use"}], "prohibition": [{"action": "urn:skillspace:action:resell"}]},
    ]
)


class World:
    """A school that has data and a bureau that wants them, kept for all examples."""

    def __init__(self, folder: Path) -> None:
        self.network, self.clock = Network(), Ticking()
        names = ("school", "bureau")
        known = {f"urn:connector:{name}": f"https://{name}.invented.example/dsp" for name in names}
        self.school, self.bureau = (Side(folder, name, self.network, self.clock, known) for name in names)
        self.both = {"school": self.school, "bureau": self.bureau}

    def begin(self) -> None:
        """Forget everything."""
        self.network.late.clear()
        self.network.faults.clear()
        self.network.said.clear()
        for side in self.both.values():
            side.forget()

    def published(self) -> dict[str, Any]:
        """What the school offers."""
        with self.school.database.reading() as work:
            found = self.school.exchange.catalog.offering(work, DATASET)
            assert found is not None
            return dict(self.school.exchange.catalog.offer(found))

    def in_force(self, side: Side) -> dict[str, Agreement]:
        """The agreements in force at a side."""
        with side.database.reading() as work:
            return {found.id: found for found in side.exchange.negotiations.agreements(work) if found.in_force}

    def tokens(self) -> Iterator[tuple[str, str]]:
        """Every address and token of a school's endpoint that was ever said."""
        for request, _ in self.network.said:
            if request.method == "POST" and request.url.endswith("/start") and request.sender.startswith("school"):
                address = json.loads(request.body).get("dataAddress")
                if address:
                    named = {one["name"]: one["value"] for one in address["endpointProperties"]}
                    yield address["endpoint"], named["authorization"]

    def opens(self, endpoint: str, token: str) -> bool:
        """Tell whether the school gives data for a token."""
        path = endpoint.removeprefix(self.school.base)
        answer = self.school.client.get(path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (200, 401, 403), answer.text
        return answer.status_code == 200 and answer.content == CONTENT


class TwoSides(RuleBasedStateMachine):
    """Operators, time, restarts and a bad network, in any order; after each, nodes work and things go wrong."""

    world: ClassVar[World]

    @initialize(automatic=st.tuples(st.booleans(), st.booleans()), ahead=st.sampled_from(HEAD_STARTS))
    def begin(self, automatic: tuple[bool, bool], ahead: str) -> None:
        self.world.begin()
        if ahead != "nothing":
            self.open(by_bureau=True, then=[])
            drain(self.world.network, self.world.clock, *self.world.both.values())
        if ahead == "a transfer":
            self.ask_for_data(format="HttpData-PULL", then=[])
            drain(self.world.network, self.world.clock, *self.world.both.values())
        for side, is_automatic in zip(self.world.both.values(), automatic, strict=True):
            side.negotiating.is_automatic = side.transferring.is_automatic = is_automatic

    @precondition(lambda self: len(self.world.bureau.negotiations()) < MANY)
    @rule(by_bureau=st.booleans(), then=WORK)
    def open(self, by_bureau: bool, then: Work) -> None:
        world = self.world
        offer = world.published()
        with (world.bureau if by_bureau else world.school).database.writing() as work:
            if by_bureau:
                world.bureau.exchange.negotiations.open(work, world.school.id, DATASET, offer)
            else:
                world.school.exchange.negotiations.propose(work, world.bureau.id, DATASET)
        self.work(then)

    @rule(rules=RULES, then=WORK)
    def publish_other_terms(self, rules: dict[str, Any], then: Work) -> None:
        self.world.school.publish(rules)
        self.work(then)

    @precondition(lambda self: any(not found.is_over for found in self.world.bureau.negotiations()))
    @rule(who=SIDES, which=st.integers(0, 3), how=st.integers(0, 3), rules=RULES, then=WORK)
    def negotiate(self, who: str, which: int, how: int, rules: dict[str, Any], then: Work) -> None:
        side = self.world.both[who]
        found = pick([found for found in side.negotiations() if found.moves], which)
        move = pick(found.moves, how) if found else None
        if move in ("offer", "request"):
            with side.database.writing() as work:
                side.exchange.negotiations.counter(work, found.pid, rules)
        elif move:
            reason = ("No longer needed.",) if move == "terminate" else ()
            side.act(lambda work, steps, _: getattr(steps, move)(work, found, *reason))
        self.work(then)

    @precondition(lambda self: self.world.in_force(self.world.bureau) and len(self.world.bureau.transfers()) < MANY)
    @rule(format=st.sampled_from(["HttpData-PULL", "HttpData-PULL", "HttpData-PUSH"]), then=WORK)
    def ask_for_data(self, format: str, then: Work) -> None:
        bureau = self.world.bureau
        agreement = next(iter(self.world.in_force(bureau).values()))
        with bureau.database.writing() as work:
            name = f"reference {len(bureau.exchange.transfers.transfers(work))}"
            bureau.exchange.transfers.request(work, agreement, name, format=format)
        self.work(then)

    @precondition(lambda self: any(not found.is_over for found in self.world.bureau.transfers()))
    @rule(who=SIDES, which=st.integers(0, 3), how=st.integers(0, 3), then=WORK)
    def handle(self, who: str, which: int, how: int, then: Work) -> None:
        side = self.world.both[who]
        found = pick([found for found in side.transfers() if found.moves], which)
        move = pick(found.moves, how) if found else None
        reason = ("A pause.",) if move in ("suspend", "terminate") else ()
        with suppress(Conflict), side.database.writing() as work:
            if move == "start" and found.state is T.SUSPENDED:
                side.exchange.transfers.resume(work, found.pid)
            elif move:
                getattr(side.exchange.transfers.steps, move)(work, found, *reason)
        self.work(then)

    @rule(seconds=st.sampled_from([0.3, 5, 11]), then=WORK)
    def wait(self, seconds: float, then: Work) -> None:
        self.world.clock.moment += timedelta(seconds=seconds)
        self.work(then)

    @precondition(lambda self: bool(self.world.network.late))
    @rule(then=WORK)
    def arrive_at_last(self, then: Work) -> None:
        self.world.network.arrive()
        self.work(then)

    def work(self, then: Work) -> None:
        """Let nodes work one after the other, with what goes wrong with the first thing each says."""
        for who, fault in then:
            side = self.world.both[who]
            self.world.network.faults[side.netloc] = deque([fault] if fault else [])
            side.work_on()

    def tokens_open_nothing_but_what_is_started(self) -> None:
        started = {found.pid for found in self.world.school.transfers() if found.state is T.STARTED}
        for endpoint, token in self.world.tokens():
            assert not self.world.opens(endpoint, token) or endpoint.rpartition("/")[2] in started

    @rule()
    def rest(self) -> None:
        drain(self.world.network, self.world.clock, *self.world.both.values())
        self.negotiations_agree()
        self.transfers_agree()
        self.tokens_open_nothing_but_what_is_started()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.rest()

    def negotiations_agree(self) -> None:
        world = self.world
        pairs(world.bureau.negotiations(), world.school.negotiations(), N.TERMINATED)
        ours, theirs = world.in_force(world.bureau), world.in_force(world.school)
        assert ours == theirs
        finalized = {found.agreement for found in world.school.negotiations() if found.state is N.FINALIZED}
        assert set(theirs) == finalized

    def transfers_agree(self) -> None:
        world = self.world
        for ours, theirs in pairs(world.bureau.transfers(), world.school.transfers(), T.TERMINATED):
            is_open = ours.state is T.STARTED
            if ours.is_push:
                assert not is_open or (theirs.address is not None and ours.token_hash is not None)
                continue
            assert (theirs.token_hash is not None) is is_open, (ours, theirs)
            assert (ours.address is not None) is is_open, (ours, theirs)
            if ours.address is not None:
                assert world.opens(ours.address["endpoint"], ours.address["token"]), (ours, theirs)


def pick(listed: list[Any], number: int) -> Any:
    return listed[number % len(listed)] if listed else None


def pairs(consumers: list[Any], providers: list[Any], ended: Any) -> Iterator[tuple[Any, Any]]:
    """Match the two sides of each process; what only one side knows is over, and nothing is known twice."""
    known = {found.consumer_pid: found for found in providers if found.consumer_pid}
    assert len(known) == sum(found.consumer_pid is not None for found in providers)
    matched: list[tuple[Any, Any]] = []
    for ours in consumers:
        theirs = known.pop(ours.pid, None)
        if theirs is None:
            assert ours.state is ended, ours
            continue
        assert (ours.state, ours.peer_pid) == (theirs.state, theirs.pid), (ours, theirs)
        matched.append((ours, theirs))
    for theirs in [*known.values(), *(found for found in providers if not found.consumer_pid)]:
        assert theirs.state is ended, theirs
    return iter(matched)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    numbers = itertools.count()
    with pytest.MonkeyPatch.context() as patch:
        # Tasks of one transaction are done in the order of their names: the same in every run of an example.
        patch.setattr(skillspace.storage.database, "new_id", lambda kind: f"{kind}-{next(numbers):012x}")
        made = World(tmp_path_factory.mktemp("world"))
        yield made
        for side in made.both.values():
            side.close()


def run(world: World, examples: int, steps: int) -> None:
    machine = type("TwoSidesOfThisWorld", (TwoSides,), {"world": world})
    checks = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    terms = settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=checks)
    run_state_machine_as_test(machine, settings=terms)


def test_both_sides_agree_whatever_the_network_does(world: World) -> None:
    run(world, examples=60, steps=10)


@pytest.mark.slow
def test_both_sides_agree_whatever_the_network_does_for_long(world: World) -> None:
    run(world, examples=300, steps=20)
