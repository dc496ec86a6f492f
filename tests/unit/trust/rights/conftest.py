"""A small data space for the tests of rights: real rooms, routers, databases and signatures, and a line to disturb."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.kernel.errors import InvalidSignature, NotAMember, PeerUnreachable
from skillspace.storage.database import Database, Work, tasks
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.consent import subject_for
from skillspace.trust.identity import Peer, PeerRefused
from skillspace.trust.rights import (
    AUTOMATIC,
    Answerer,
    Asked,
    Case,
    DataSubject,
    Duty,
    Holding,
    Line,
    Part,
    Right,
    Rights,
    RightsRoom,
    rights_of,
)
from skillspace.trust.rights.hearing import Hearing
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON
from tests.dying import dying
from tests.small_space import HeldClock, answer_faults, empty_database, heard

HUB, RIVAL = "did:web:hub.example", "did:web:rival.example"
SCHOOL, WORKS = "did:web:school.example", "did:web:works.example"
ROLES = {HUB: {"authority", "intermediary"}, RIVAL: {"intermediary"}, SCHOOL: {"university"}, WORKS: {"employer"}}
NAMES = {HUB: "Invented Hub", RIVAL: "Invented Rival", SCHOOL: "Invented University", WORKS: "Invented Works"}
ADA, BOB = "person-ada", "person-bob"
SECRETS = {ADA: b"a secret of Ada Example, 32 byte", BOB: b"a secret of Bob Example, 32 byte"}
PDF = b"%PDF-1.7 a diploma that does not exist \x00\xff"

own_tables = sa.MetaData()
documents = sa.Table(
    "document_in_a_test",
    own_tables,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("intermediary", sa.String, nullable=False),
    sa.Column("subject", sa.String, nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("keep_until", sa.Date, nullable=True),
    sa.Column("marked", sa.Boolean, nullable=False),
)


class Crash(BaseException):
    """The process is gone in the middle of something."""


class Drawer:
    """A room of an organisation that keeps documents about people, some of them by a law until a day."""

    def answerer(self) -> Answerer:
        return Answerer(
            name="drawer", collect=self.collect, duties=self.duties, erase=self.erase, restrict=self.restrict
        )

    def add(self, work: Work, who: str, subject: str, kind: str, body: bytes, keep_until: date | None = None) -> None:
        row = {"intermediary": who, "subject": subject, "kind": kind, "body": body, "keep_until": keep_until}
        work.insert(documents, row | {"marked": False})

    def collect(self, work: Work, who: DataSubject) -> Iterable[Holding]:
        for row in work.rows(sa.select(documents).where(self._of(who)).order_by(documents.c.number)):
            is_pdf = row["kind"] == "diploma"
            yield Holding(
                kind=row["kind"],
                title=f"{row['kind']} {row['number']}",
                content=row["body"] if is_pdf else {"text": row["body"].decode()},
                media_type="application/pdf" if is_pdf else "application/json",
                source="ourselves",
                since=NOON,
                recipients=(HUB,),
                retention="until you leave",
                portable=row["kind"] != "note",
            )

    def duties(self, work: Work, who: DataSubject) -> list[Duty]:
        today = work.now.date()
        rows = work.rows(sa.select(documents).where(self._of(who) & (documents.c.keep_until >= today)))
        return [Duty(law="Invented Bookkeeping Act §7", until=row["keep_until"], what=row["kind"]) for row in rows]

    def erase(self, work: Work, who: DataSubject) -> Mapping[str, int]:
        free = documents.c.keep_until.is_(None) | (documents.c.keep_until < work.now.date())
        gone: dict[str, int] = {}
        for row in work.rows(sa.select(documents).where(self._of(who) & free)):
            work.delete(documents, documents.c.number == row["number"])
            gone[row["kind"]] = gone.get(row["kind"], 0) + 1
        return gone

    def restrict(self, work: Work, who: DataSubject, on: bool) -> None:
        work.update(documents, self._of(who), marked=on)

    def _of(self, who: DataSubject) -> sa.ColumnElement[bool]:
        return (documents.c.intermediary == who.intermediary) & (documents.c.subject == who.subject)


@dataclass(kw_only=True)
class Node:
    """One organisation: its own database, keys, room and HTTP application."""

    did: str
    key: SigningKey
    database: Database
    folder: Path
    room: RightsRoom
    client: TestClient
    worker: Worker
    drawer: Drawer
    events: list[dict[str, Any]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    notes: list[tuple[str, str, dict[str, object]]] = field(default_factory=list)
    is_down: bool = False

    @property
    def rights(self) -> Rights:
        assert self.room.rights is not None
        return self.room.rights

    @property
    def hearing(self) -> Hearing:
        assert self.room.hearing is not None
        return self.room.hearing

    def packages(self) -> list[Path]:
        return sorted((self.folder / "rights").rglob("*.zip"))

    def kept(self, subject: str) -> list[str]:
        with self.database.reading() as work:
            return [row["kind"] for row in work.rows(sa.select(documents).where(documents.c.subject == subject))]


class Wire:
    """Calls from one node to the others, through their real routers; `disturb` says what happens to the next ones."""

    def __init__(self, world: World, own_did: str) -> None:
        self._world = world
        self._own_did = own_did

    def service(self, did: str, kind: str) -> str:
        assert kind == "SkillspaceNode"
        return f"https://{did.removeprefix('did:web:')}"

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        before, after = self._world.disturbance()
        self._up(did)
        before()
        reply = self._send(method, did, url, body)
        if after is None:  # the message comes twice
            reply = self._send(method, did, url, body)
        else:
            after()
        return heard(did, reply)

    @contextmanager
    def stream(self, did: str, url: str, headers: Mapping[str, str] | None = None) -> Iterator[httpx.Response]:
        before, _ = self._world.disturbance()
        self._up(did)
        before()
        sent = {"Authorization": f"Bearer {self._own_did}"} | dict(headers or {})
        with dying(Crash):
            reply = self._world.nodes[did].client.get(url, headers=sent)
        if reply.status_code >= 400:
            raise PeerRefused(str(reply.json().get("message")), status=reply.status_code)
        yield reply  # type: ignore[misc]

    def _up(self, did: str) -> None:
        self._world.calls.append(did)
        if self._world.nodes[did].is_down:
            raise PeerUnreachable(f"{did} does not answer.")

    def _send(self, method: str, did: str, url: str, body: object) -> Any:
        headers = {"Authorization": f"Bearer {self._own_did}"}
        with dying(Crash):
            return self._world.nodes[did].client.request(method, url, json=body, headers=headers)


def _nothing() -> None:
    return


def _lost() -> None:
    raise PeerUnreachable("The line was cut.")


def _crash() -> None:
    raise Crash


#: What happens before and after a call arrives; an end of None doubles the message.
DISTURBANCES: dict[str, tuple[Callable[[], None], Callable[[], None] | None]] = {
    "none": (_nothing, _nothing),
    "lost": (_lost, _nothing),
    "answer lost": (_nothing, _lost),
    "twice": (_nothing, None),
    "crash before": (_crash, _nothing),
    "crash after": (_nothing, _crash),
}


class World:
    """Four organisations, who of them is a member, a clock they share, and a line between them."""

    def __init__(self, folder: Path, empty: Path, automatic: frozenset[Right]) -> None:
        self._empty = empty
        self._automatic = automatic
        self.clock = HeldClock()
        self.members = {did: Peer(did=did, name=NAMES[did], roles=frozenset(roles)) for did, roles in ROLES.items()}
        self.calls: list[str] = []
        self.coming: list[str] = []
        self.linked = {ADA: [SCHOOL, WORKS], BOB: [SCHOOL]}
        self.nodes: dict[str, Node] = {}
        for did in ROLES:
            self.nodes[did] = self._node(folder / did[8:], did)

    def __getitem__(self, did: str) -> Node:
        return self.nodes[did]

    def disturbance(self) -> tuple[Callable[[], None], Callable[[], None] | None]:
        return DISTURBANCES[self.coming.pop(0) if self.coming else "none"]

    def resolve_key(self, issuer: str, kid: str) -> dict[str, str]:
        if issuer not in self.nodes or self.nodes[issuer].key.kid != kid:
            raise InvalidSignature(f"{issuer} names no key {kid}.")
        return self.nodes[issuer].key.public_jwk()

    def authenticate(self, header: str | None) -> Peer:
        did = (header or "").removeprefix("Bearer ")
        if did not in self.members:
            raise NotAMember()
        return self.members[did]

    def settle(self, *, most: int = 10_000) -> None:
        """Let every node do what is due until nobody has anything to do; one that crashes starts again."""
        for _ in range(most):
            done = 0
            for node in self.nodes.values():
                try:
                    done += node.worker.run_due() if not node.is_down else 0
                except Crash:
                    with node.database.writing() as work:
                        work.update(tasks, tasks.c.state == "running", state="waiting", due=work.now)
                    done += 1
            if not done:
                return

    def open(self, right: Right, person: str = ADA, **options: Any) -> Case:
        with self[HUB].database.writing() as work:
            return self[HUB].rights.open(work, person, right, **options)

    def case(self, case: Case) -> Case:
        with self[HUB].database.reading() as work:
            return self[HUB].rights.case(work, case.id, case.person)

    def part(self, case: Case, organisation: str) -> Part:
        return next(part for part in self.case(case).parts if part.organisation == organisation)

    def request(self, did: str, case: Case) -> str:
        """Return an organisation's own identifier of its part of a case."""
        with self[did].database.reading() as work:
            desk = self[did].room.desk
            found = [*desk.queue(work), *desk.answered(work)]
            return next(each.id for each in found if each.part == self.part(case, did).id)

    def subject(self, did: str, person: str = ADA) -> str:
        return person if did == HUB else subject_for(SECRETS[person], did)

    def put(self, did: str, kind: str = "diploma", *, person: str = ADA, keep_until: date | None = None) -> None:
        body = PDF if kind == "diploma" else b"plain text"
        with self[did].database.writing() as work:
            self[did].drawer.add(work, HUB, self.subject(did, person), kind, body, keep_until)

    def close(self) -> None:
        for node in self.nodes.values():
            node.client.close()
            node.database.close()

    def _organisations(self, _work: Work, person: str) -> list[Asked]:
        return [Asked(did=did, name=NAMES[did], subject=self.subject(did, person)) for did in self.linked[person]]

    def _node(self, folder: Path, did: str) -> Node:
        key = SigningKey.generate(f"{did}#key-1")
        folder.mkdir()
        shutil.copy(self._empty, folder)
        database = Database.in_folder(folder, clock=self.clock)
        if not database.engine.url.drivername.startswith("sqlite"):  # the file that was copied has them
            own_tables.create_all(database.engine)
        events, lines = list[dict[str, Any]](), list[Line]()
        notes: list[tuple[str, str, dict[str, object]]] = []
        room = rights_of(
            own_did=did,
            own_name=NAMES[did],
            country="SE",
            authority="Integritetsskyddsmyndigheten (IMY), https://www.imy.se",
            key=key,
            folder=folder,
            database=database,
            resolve_key=self.resolve_key,
            peers=Wire(self, did),  # type: ignore[arg-type]
            organisations=self._organisations if "intermediary" in ROLES[did] else None,
            automatic=self._automatic,
            note=lambda _work, kind, about, content: notes.append((kind, about, dict(content))),
            tell=lambda _work, line: lines.append(line),
        )
        drawer = Drawer()
        room.answerers.add(drawer.answerer())
        app = FastAPI()
        app.include_router(room.router(self.authenticate, database))
        answer_faults(app)
        book = TaskBook()
        room.tasks.register(book)
        for name in ("opened", "moved", "closed", "overdue", "reminder", "erased_later", "request_freed"):
            book.on_event(f"rights.{name}", lambda _work, event: events.append(dict(event)))
        return Node(
            did=did,
            key=key,
            database=database,
            folder=folder,
            room=room,
            client=TestClient(app, raise_server_exceptions=False),
            worker=Worker(database, book),
            drawer=drawer,
            events=events,
            lines=lines,
            notes=notes,
        )


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row, to be copied."""
    return empty_database(tmp_path_factory.mktemp("empty-rights"), own_tables)


@pytest.fixture
def world(tmp_path: Path, empty: Path) -> Iterator[World]:
    """A world whose organisations answer by machine what a machine may."""
    made = World(tmp_path, empty, AUTOMATIC)
    yield made
    made.close()


@pytest.fixture
def by_hand(tmp_path: Path, empty: Path) -> Iterator[World]:
    """A world whose organisations answer nothing by machine."""
    made = World(tmp_path, empty, frozenset())
    yield made
    made.close()
