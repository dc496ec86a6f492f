"""A service chain of three real nodes, each its own process, of which any may be killed at any moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from skillspace.exchange import Offering
from skillspace.exchange.chains import Chain, ChainRequest, Stop
from skillspace.node.composition import Node, compose
from skillspace.node.demo.running import start_node
from skillspace.node.feeds import feed_path
from skillspace.node.settings import Settings
from skillspace.trust.policy import offer_rules
from tests.nodes import acquaint, admit, make_node, running, until

PURPOSE = "guidance"
LINES = [{"name": f"Ada {number}", "mark": number} for number in range(5000)]
OPEN_PARTS = "SELECT COUNT(*) FROM chain_part WHERE state NOT IN ('handed-on', 'kept', 'failed', 'ended')"
OPEN_TRANSFERS = "SELECT COUNT(*) FROM transfer WHERE state NOT IN ('COMPLETED', 'TERMINATED')"
SERVICE = {"dataset": "mill-service", "kind": "fields", "fields": ["mark"]}


@dataclass(kw_only=True)
class Valley:
    """Three nodes as processes: the hub asks and consumes, the school gives, the mill works."""

    settings: dict[str, Settings]
    hub: Node
    processes: dict[str, BaseProcess] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a node and wait until it answers."""
        self.processes[name] = start_node(self.settings[name].folder)
        until(lambda: self._answers(name), f"{name} answers", 60)

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        self.processes[name].kill()
        self.processes[name].join(timeout=60)

    def ask(self) -> str:
        """Ask for a chain, in the hub's own database beside its process."""
        did = {name: found.did for name, found in self.settings.items()}
        stops = (
            Stop(participant=did["school"], dataset="marks"),
            Stop(participant=did["mill"], dataset="mill-service"),
            Stop(participant=did["hub"]),
        )
        with self.hub.database.writing() as work:
            return self.hub.chains.ask(work, ChainRequest(purpose=PURPOSE, stops=stops))

    def chain(self, chain: str) -> Chain:
        """Return a chain as its asker sees it."""
        with self.hub.database.reading() as work:
            return self.hub.chains.chain(work, chain)

    def one(self, name: str, query: str, *values: object) -> Any:
        """Return the first value a node's database answers with."""
        with self.connection(name) as connection:
            found = connection.execute(query, values).fetchone()
        return found[0] if found else None

    @contextmanager
    def stuck(self, name: str, state: str) -> Iterator[None]:
        """Let a node's part not come to a state within the block: it stands just before it, and tries again."""
        with self.connection(name) as connection:
            connection.execute(
                f"CREATE TRIGGER stuck BEFORE UPDATE ON chain_part WHEN NEW.state = '{state}' "
                "BEGIN SELECT RAISE(ABORT, 'not now'); END"
            )
        try:
            yield
        finally:
            with self.connection(name) as connection:
                connection.execute("DROP TRIGGER stuck")

    @contextmanager
    def connection(self, name: str) -> Iterator[sqlite3.Connection]:
        """A connection to a node's database beside the node."""
        connection = sqlite3.connect(self.settings[name].folder / "node.db", timeout=30, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def nothing_is_open(self, *, files: int) -> None:
        """Wait until no part and no transfer is open anywhere, and so many files are left at the hub alone."""
        for name in self.settings:
            until(lambda name=name: self.one(name, OPEN_PARTS) == 0, f"{name} has no open part")
            until(lambda name=name: self.one(name, OPEN_TRANSFERS) == 0, f"{name} has no open transfer")
            expected = files if name == "hub" else 0
            until(lambda name=name, expected=expected: len(self.files(name)) == expected, f"{name} has cleared up")
            dead = "SELECT name || ': ' || last_error FROM task WHERE state = 'dead' AND name LIKE 'chains.%'"
            assert self.one(name, dead) is None

    def files(self, name: str) -> list[Path]:
        """What chains left in a node's folder."""
        return [path for path in (self.settings[name].folder / "chains").rglob("*") if path.is_file()]

    def _answers(self, name: str) -> bool:
        try:
            return httpx.get(f"{self.settings[name].address}/health", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False


def publish(node: Node, dataset: str) -> None:
    """Offer something to every member for the purpose of these tests."""
    offering = Offering(
        id=dataset,
        title={"en": dataset},
        description={},
        kinds=(),
        personal=False,
        purposes=(PURPOSE,),
        media_type="application/x-ndjson",
        policy=offer_rules(purposes=[PURPOSE]),
        updated=datetime(2026, 11, 1, tzinfo=UTC),
    )
    with node.database.writing() as work:
        node.exchange.catalog.publish(work, offering)


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valley]:
    """The three nodes, members of one data space, running as processes."""
    folder = tmp_path_factory.mktemp("valley")
    hub = make_node(folder / "hub", "Invented Hub", "authority", "agency")
    school = make_node(folder / "school", "Invented School", "university", authority=hub.did)
    mill = make_node(folder / "mill", "Invented Mill", "edtech", authority=hub.did, processors=[SERVICE])
    with running(hub, school, mill) as nodes:
        admit(nodes[0], *nodes[1:])
        acquaint(*nodes)
        publish(nodes[1], "marks")
        publish(nodes[2], "mill-service")
        file = feed_path(school.folder, "marks")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(json.dumps(line) + "\n" for line in LINES), encoding="utf-8")
    made = Valley(settings={"hub": hub, "school": school, "mill": mill}, hub=compose(hub))
    try:
        for name in made.settings:
            made.start(name)
        yield made
    finally:
        for process in made.processes.values():
            process.terminate()
            process.join(timeout=60)
        made.hub.trust.outbound.close()
        made.hub.database.close()


def arrived(valley: Valley, chain: str) -> None:
    """Wait until a chain is done, check its result and its provenance, and take it away."""
    until(lambda: valley.chain(chain).is_over, "the chain is over")
    found = valley.chain(chain)
    assert (found.state, found.reason) == ("done", None)
    until(lambda: valley.chain(chain).is_unbroken, "every hop has said what it did")
    with valley.hub.database.reading() as work:
        result = valley.hub.chains.result(work, chain)
    got = [json.loads(line) for line in result.path.read_text(encoding="utf-8").splitlines()]
    assert got == [{"mark": line["mark"]} for line in LINES]
    valley.nothing_is_open(files=1)
    with valley.hub.database.writing() as work:
        valley.hub.chains.forget(work, chain)


def test_a_chain_of_three_processes_arrives(valley: Valley) -> None:
    arrived(valley, valley.ask())


@pytest.mark.parametrize(
    ("victim", "at", "state"),
    [
        ("mill", "mill", "agreed"),
        ("mill", "mill", "fetched"),
        ("mill", "mill", "processed"),
        ("school", "mill", "fetched"),
        ("hub", "hub", "fetched"),
        ("mill", "hub", "fetched"),
        ("hub", "hub", "kept"),
    ],
)
def test_a_node_killed_in_the_middle_of_a_chain_goes_on_when_it_is_back(
    valley: Valley, victim: str, at: str, state: str
) -> None:
    before = {"agreed": "waiting", "fetched": "agreed", "processed": "fetched", "kept": "fetched"}[state]
    with valley.stuck(at, state):
        chain = valley.ask()
        query = "SELECT state FROM chain_part WHERE chain = ?"
        until(lambda: valley.one(at, query, chain) == before, f"{at} is {before}")
        valley.kill(victim)
    valley.start(victim)
    arrived(valley, chain)


def test_a_chain_cancelled_while_a_hop_is_dead_is_deleted_there_when_it_is_back(valley: Valley) -> None:
    with valley.stuck("mill", "processed"):
        chain = valley.ask()
        until(lambda: valley.files("mill"), "the mill has its input")
        valley.kill("mill")
    with valley.hub.database.writing() as work:
        valley.hub.chains.cancel(work, chain)
    valley.start("mill")
    valley.nothing_is_open(files=0)
    assert valley.chain(chain).state == "cancelled"
    # Either the asker's word came first, or that of a neighbour who had heard it already.
    assert valley.one("mill", "SELECT state FROM chain_part WHERE chain = ?", chain) in ("ended", "failed")
