"""Two nodes that only speak the protocol with each other, as processes that can be killed at a chosen state."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx2 as httpx

from skillspace.exchange import Offering
from skillspace.node.composition import Node, compose
from skillspace.node.demo.running import start_node
from skillspace.node.keys import make_key
from skillspace.node.settings import read_settings, write_settings
from skillspace.trust.identity import did_of_address
from tests.nodes import free_port, until
from tests.patience import PATIENCE_S
from tests.tables import lay_tables

DATASET = "glass"
CONTENT = b"Invented data about glass.\n" * 40_000
#: Between a peer's message and ours: time enough to see a state and to kill its node in it.
PAUSE_MS = 400


@dataclass
class Connector:
    """One node by its folder; `process` is None while it is down."""

    name: str
    folder: Path
    address: str
    process: BaseProcess | None = None
    kills: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """Its identifier as participant."""
        return f"urn:connector:{self.name}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.process = start_node(self.folder)
        until(self._answers, f"{self.name} answers")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.exitcode is None, (self.folder / "node.log").read_text()[-2000:]
        try:
            return httpx.get(f"{self.address}/health", timeout=5, trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        if self.process is not None:
            self.process.kill()
            self.process.join(timeout=60)
            self.process = None

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Read from its database, beside it."""
        with self._reading() as connection:
            return connection.execute(query, values).fetchall()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(f"file:{self.folder / 'node.db'}?mode=ro", uri=True, timeout=PATIENCE_S)
        try:
            yield connection
        finally:
            connection.close()

    def killed_when(self, reached: Callable[[], object], what: str) -> None:
        """Kill it as soon as something is so, and start it again."""
        deadline = time.monotonic() + 60
        while not reached():
            assert time.monotonic() < deadline, f"{self.name}: it did not come about that {what}"
            time.sleep(0.002)
        self.kill()
        self.kills.append(what)
        self.start()

    @contextmanager
    def operator(self) -> Iterator[Node]:
        """Let its operator do something while the program does not run, as one does after a restart."""
        was_up = self.process is not None
        self.kill()
        node = compose(read_settings(self.folder))
        try:
            yield node
        finally:
            node.stop()
        if was_up:
            self.start()


def connectors(folder: Path) -> tuple[Connector, Connector]:
    """Make a provider with one dataset and a consumer, both down, that know each other by hand."""
    made = [
        Connector(name=name, folder=folder / name, address=f"http://127.0.0.1:{free_port()}")
        for name in ("provider", "consumer")
    ]
    for one, other in (made, made[::-1]):
        one.folder.mkdir(parents=True)
        did = did_of_address(one.address)
        content = {
            "name": f"Invented {one.name}",
            "address": one.address,
            "roles": ["authority"],
            "authority": did,
            "loopback": True,
            "authentication": "mock",
            "participant_id": one.id,
            "pause_ms": PAUSE_MS,
            "crawl_seconds": 3600.0,
            "peers": [{"id": other.id, "address": f"{other.address}/dsp"}],
        }
        write_settings(one.folder, content)
        make_key(one.folder, did)
        lay_tables(one.folder)
    provider, consumer = made
    (provider.folder / "files").mkdir()
    (provider.folder / "files" / "glass.txt").write_bytes(CONTENT)
    with provider.operator() as node, node.database.writing() as work:
        node.exchange.catalog.publish(work, _glass())
    with provider.operator() as node, node.database.writing() as work:
        settings = {"kind": "file", "path": "glass.txt", "media_type": "text/plain"}
        node.exchange.data_sources.write(work, DATASET, "file", settings)
    return provider, consumer


def _glass() -> Offering:
    return Offering(
        id=DATASET,
        title={"en": "Glass"},
        description={},
        kinds=(),
        personal=False,
        purposes=(),
        media_type="text/plain",
        policy={"permission": [{"action": "use"}]},
        formats=("HttpData-PULL", "HttpData-PUSH"),
        updated=datetime(2026, 11, 1, tzinfo=UTC),
    )
