"""The demo as tests handle it: seven processes that can be killed at a chosen moment and started again."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx

from skillspace.node.demo.running import Running, start_node
from skillspace.node.demo.space import DemoNode
from tests.nodes import until

CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')
CHECKBOX = re.compile(r'type="checkbox" name="kind" value="([^"]+)"')
UNTIL = re.compile(r'name="until" type="date" value="([^"]+)"')


class Browser:
    """Somebody's browser at one node: cookies and forms, and no kept connection, since nodes get killed here."""

    def __init__(self, address: str, account: str) -> None:
        self._client = httpx.Client(
            base_url=address, timeout=60, limits=httpx.Limits(max_keepalive_connections=0), trust_env=False
        )
        assert self._client.post("/sign-in", data={"account": account}).status_code == 303

    def get(self, path: str) -> httpx.Response:
        return self._client.get(path)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[-800:])
        return answer.text

    def send(self, path: str, **fields: str | list[str]) -> str:
        """Fill in a form with the token of this session and return where it leads."""
        found = CSRF.search(self.page("/you"))
        assert found is not None
        answer = self._client.post(path, data={"csrf": found[1], **fields})
        assert answer.status_code == 303, (path, answer.status_code, answer.text[-800:])
        return str(answer.headers["location"])

    def say_yes(self, grant: str) -> None:
        """Answer an ask as its page proposes it, with everything switched on."""
        page = self.page(f"/sharing/ask/{grant}")
        until = UNTIL.search(page)
        assert until is not None
        self.send(f"/sharing/ask/{grant}", answer="yes", kind=CHECKBOX.findall(page), until=until[1])

    def close(self) -> None:
        self._client.close()


class Demo:
    """The running demo; nodes are named by their ids, people too."""

    def __init__(self, started: Running) -> None:
        self.started = started
        self.nodes: dict[str, DemoNode] = {node.id: node for node in started.space.nodes}
        self.browsers: list[Browser] = []

    def browser(self, account: str, node: str = "orchestrator") -> Browser:
        made = Browser(self.nodes[node].address, account)
        self.browsers.append(made)
        return made

    def folder(self, node: str) -> Path:
        return self.started.space.node_folder(self.nodes[node])

    def did(self, node: str) -> str:
        return self.started.space.settings(self.nodes[node]).did

    def kill(self, node: str) -> None:
        """End a process as a power cut would."""
        process = self.started.processes[node]
        process.kill()
        process.join(timeout=60)

    def start(self, node: str) -> None:
        """Start a node again and wait until it answers."""
        self.started.processes[node] = start_node(self.folder(node))
        address = f"{self.nodes[node].address}/health"

        def answers() -> bool:
            try:
                return httpx.get(address, timeout=5, trust_env=False).status_code == 200
            except httpx.TransportError:
                return False

        until(answers, f"{node} answers again")

    def rows(self, node: str, query: str, *values: object) -> list[sqlite3.Row]:
        """Read from a node's database, beside the node."""
        with self._connection(node) as connection:
            return connection.execute(query, values).fetchall()

    def one(self, node: str, query: str, *values: object) -> Any:
        """Return the first value of the first row, None where there is none."""
        found = self.rows(node, query, *values)
        return found[0][0] if found else None

    def change(self, node: str, statement: str) -> None:
        """Change a node's database, beside the node."""
        with self._connection(node) as connection:
            connection.execute(statement)

    @contextmanager
    def stuck(self, node: str, step: str) -> Iterator[None]:
        """Let every transaction of a node fail that takes this step (``UPDATE ON table WHEN …``), within the block.

        The node rolls back and tries again, so it stands as long as we like at the moment just before the step.
        """
        with self._connection(node) as connection:
            connection.execute(f"CREATE TRIGGER stuck BEFORE {step} BEGIN SELECT RAISE(ABORT, 'not now'); END")
        try:
            yield
        finally:
            with self._connection(node) as connection:
                connection.execute("DROP TRIGGER stuck")

    @contextmanager
    def _connection(self, node: str) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.folder(node) / "node.db", timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def ask(self, person: str, provider: str) -> str:
        """Return the ask by which a person's records may come from an organisation."""
        query = "SELECT id FROM consent_grant WHERE person = ? AND provider = ? AND state = 'pending'"
        found = self.one("orchestrator", query, person, self.did(provider))
        assert found is not None, f"{person} was not asked about {provider}"
        return str(found)

    def gathered(self, grant: str) -> str:
        """Return where the records of a yes are."""
        return str(self.one("orchestrator", "SELECT state FROM gathering WHERE grant_id = ?", grant))

    def held(self, node: str, person: str) -> set[str]:
        """Return the names of the documents an organisation holds about a demo person."""
        query = "SELECT id FROM held_document WHERE local_id = ?"
        local = f"{node[:3].upper()}-{person.removeprefix('person-')}"
        return {row[0] for row in self.rows(node, query, local)}


def free_ports(count: int) -> int:
    """Return the first of `count` neighbouring ports nobody listens on."""
    for first in range(21000, 29000, count):
        if all(_is_free(port) for port in range(first, first + count)):
            return first
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def download(browser: Browser) -> dict[str, Any]:
    """Return everything a person has here, as they can take it along."""
    content: dict[str, Any] = json.loads(browser.page("/you/download.jsonld"))
    return content
