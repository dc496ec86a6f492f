"""A small data space for the tests of the journal: real rooms, routers, databases and signatures, and a line to cut."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.kernel.errors import InvalidSignature, NotAMember, PeerUnreachable
from skillspace.storage.database import Database, Work, metadata
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.identity import Peer, PeerRefused
from skillspace.trust.journal import GONE, Exhibited, JournalRoom, Verdict, WitnessAnswer, journal_of
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock, answer_faults

SCHOOL, HUB, WORKS = "did:web:school.example", "did:web:hub.example", "did:web:works.example"
ROLES = {SCHOOL: {"university"}, HUB: {"authority"}, WORKS: {"employer"}}
WITNESSES = {SCHOOL: [HUB, WORKS], HUB: [SCHOOL, WORKS], WORKS: [HUB]}
#: A room's table, beside those of the journal: things with a state, as grants and contracts are.
THING = "CREATE TABLE thing (id TEXT PRIMARY KEY, state TEXT NOT NULL, uses INTEGER NOT NULL)"


@dataclass(kw_only=True)
class Node:
    """One organisation: its own database, key, journal and HTTP application, and a room with things in it."""

    did: str
    key: SigningKey
    file: Path
    database: Database
    room: JournalRoom
    client: TestClient
    worker: Worker
    clock: HeldClock
    events: list[dict[str, Any]] = field(default_factory=list)
    is_down: bool = False
    loses_answers: bool = False

    def put(self, thing: str, state: str, uses: int = 0, *, work: Work | None = None) -> None:
        """Make or change a thing, and write that down, in one transaction."""
        if work is None:
            with self.database.writing() as own:
                self.put(thing, state, uses, work=own)
            return
        row = {"id": thing, "state": state, "uses": uses}
        work.connection.execute(sa.text("INSERT OR REPLACE INTO thing VALUES (:id, :state, :uses)"), row)
        self.room.journal.write(work, f"thing.{state}", thing, {"state": state, "uses": uses})

    def delete(self, thing: str) -> None:
        """Delete a thing by rule."""
        with self.database.writing() as work:
            work.connection.execute(sa.text("DELETE FROM thing WHERE id = :id"), {"id": thing})
            self.room.journal.write(work, "thing.deleted", thing, GONE)

    def erase(self, *things: str) -> int:
        """Erase things as for a person who leaves."""
        with self.database.writing() as work:
            for thing in things:
                work.connection.execute(sa.text("DELETE FROM thing WHERE id = :id"), {"id": thing})
            return self.room.journal.forget(work, things)

    def seal(self) -> None:
        """Sign the head, and leave the tasks that hand it to witnesses."""
        with self.database.writing() as work:
            self.room.tasks.seal(work)

    def verify(self, *answers: WitnessAnswer) -> Verdict:
        return self.room.verify(self.database, answers=answers)

    def tamper(self, *statements: str) -> None:
        """Change the file as whoever owns the machine can: past the program, and past the triggers."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as raw:
            for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                raw.execute(f"DROP TRIGGER {trigger}")
            raw.execute("PRAGMA ignore_check_constraints = ON")
            for statement in statements:
                raw.execute(statement)


class Line:
    """Calls from one node to the others, through their real routers; a node that is down does not answer."""

    def __init__(self, world: World, own_did: str) -> None:
        self._world = world
        self._own_did = own_did

    def service(self, did: str, kind: str) -> str:
        assert kind == "SkillspaceNode"
        return f"https://{did.removeprefix('did:web:')}"

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        node = self._world.nodes[did]
        if node.is_down:
            raise PeerUnreachable(f"{did} does not answer.")
        reply = node.client.request(method, url, json=body, headers={"Authorization": f"Bearer {self._own_did}"})
        if node.loses_answers or reply.status_code >= 500:
            raise PeerUnreachable(f"{did} answered {reply.status_code}, or too late.")
        content = reply.json()
        if reply.status_code >= 400:
            raise PeerRefused(str(content.get("message")), status=reply.status_code, body=content)
        return dict(content)


class World:
    """Three organisations that are each other's witnesses, and a clock they share."""

    def __init__(self, folder: Path, empty: Path) -> None:
        self.clock = HeldClock()
        self.members = {did: Peer(did=did, name=did[8:], roles=frozenset(roles)) for did, roles in ROLES.items()}
        self.retired: set[str] = set()
        self.nodes = {did: self._node(folder / did[8:], empty, did) for did in ROLES}

    def __getitem__(self, did: str) -> Node:
        return self.nodes[did]

    def resolve_key(self, issuer: str, kid: str) -> Mapping[str, object]:
        if issuer not in self.nodes or self.nodes[issuer].key.kid != kid or kid in self.retired:
            raise InvalidSignature(f"{issuer} names no key {kid}.")
        return self.nodes[issuer].key.public_jwk()

    def authenticate(self, header: str | None) -> Peer:
        did = (header or "").removeprefix("Bearer ")
        if did not in self.members:
            raise NotAMember()
        return self.members[did]

    def settle(self) -> None:
        """Let every node do what is due, until nobody has anything to do."""
        while sum(node.worker.run_due() for node in self.nodes.values() if not node.is_down):
            pass

    def close(self) -> None:
        for node in self.nodes.values():
            node.client.close()
            node.database.close()

    def _node(self, folder: Path, empty: Path, did: str) -> Node:
        folder.mkdir(parents=True)
        shutil.copy(empty, folder)
        return open_node(
            folder,
            did,
            key=SigningKey.generate(f"{did}#key-1"),
            clock=self.clock,
            peers=Line(self, did),
            resolve_key=self.resolve_key,
            authenticate=self.authenticate,
        )


def open_node(
    folder: Path,
    did: str,
    *,
    key: SigningKey,
    clock: HeldClock,
    peers: Any,
    resolve_key: Callable[[str, str], Mapping[str, object]],
    authenticate: Callable[[str | None], Peer],
) -> Node:
    """Open the node whose database lies in a folder."""
    database = Database.in_folder(folder, clock=clock)
    room = journal_of(
        did=did,
        key=key,
        database=database,
        resolve_key=resolve_key,
        peers=peers,
        witnesses=lambda _work: WITNESSES[did],
    )
    room.exhibits.append(Exhibited(prefix="thing.", exhibit=show_things, rows=all_things))
    app = FastAPI()
    app.include_router(room.router(authenticate, database))
    answer_faults(app)
    book, events = TaskBook(), list[dict[str, Any]]()
    room.tasks.register(book)
    room.looks.register(book)
    for name in ("forked", "disputed"):
        book.on_event(f"journal.{name}", lambda _work, event: events.append(dict(event)))
    return Node(
        did=did,
        key=key,
        file=folder / "node.db",
        database=database,
        room=room,
        client=TestClient(app, raise_server_exceptions=False),
        worker=Worker(database, book),
        clock=clock,
        events=events,
    )


def show_things(work: Work, abouts: list[str]) -> dict[str, Mapping[str, object] | None]:
    """What the table of things says now."""
    found: dict[str, Mapping[str, object] | None] = dict.fromkeys(abouts)
    query = sa.text("SELECT id, state, uses FROM thing WHERE id IN :ids").bindparams(
        sa.bindparam("ids", list(abouts), expanding=True)
    )
    for row in work.connection.execute(query):
        found[row.id] = {"state": row.state, "uses": row.uses}
    return found


def all_things(work: Work) -> Iterator[str]:
    for (name,) in work.connection.execute(sa.text("SELECT id FROM thing ORDER BY id")):
        yield name


def empty_database(folder: Path) -> Path:
    """Make a database with the journal's tables and no row, to be copied."""
    database = Database.in_folder(folder)
    names = [name for name in metadata.tables if name.startswith("journal_") or name == "task"]
    metadata.create_all(database.engine, tables=[metadata.tables[name] for name in names])
    with database.writing() as work:
        work.connection.exec_driver_sql(THING)
    database.close()
    return folder / "node.db"


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return empty_database(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def world(tmp_path: Path, empty: Path) -> Iterator[World]:
    made = World(tmp_path, empty)
    yield made
    made.close()


@pytest.fixture
def school(world: World) -> Node:
    return world[SCHOOL]


@pytest.fixture
def signed(world: World) -> Node:
    """A school whose log of four entries two witnesses know."""
    school = world[SCHOOL]
    for number in range(4):
        school.put(f"thing-{number}", "made", number)
    school.seal()
    world.settle()
    return school


def deliver(world: World, caller: str, token: str) -> Any:
    headers = {"Authorization": f"Bearer {caller}"}
    return world[HUB].client.post("/journal/checkpoints", json={"checkpoint": token}, headers=headers)
