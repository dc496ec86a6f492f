"""A small data space for the tests of contracts: an orchestrator, three members, real databases, routers, signatures,
and lines that can be cut, lose answers and repeat what was said."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.kernel.errors import InvalidSignature, NotAMember, PeerUnreachable
from skillspace.storage.database import Database, Work, tasks
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.contract import ContractRoom, ContractState, Offering, contract_room
from skillspace.trust.identity import Peer, PeerRefused
from skillspace.trust.policy import offer_rules
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock, answer_faults, empty_database

HUB, SCHOOL, WORKS, OTHER = (f"did:web:{name}.example" for name in ("hub", "school", "works", "other"))
ALL = (HUB, SCHOOL, WORKS, OTHER)
DIPLOMAS = "urn:example:diplomas"
PURPOSES = {"clause": "purpose-limitation/1", "values": {"purposes": ["recruitment", "guidance"]}}


@dataclass(kw_only=True)
class Node:
    """One organisation: its own database, keys, room and HTTP application."""

    did: str
    key: SigningKey
    database: Database
    room: ContractRoom
    worker: Worker
    authenticate: Any
    journal: list[tuple[str, str, dict[str, Any]]]
    events: list[tuple[str, str]] = field(default_factory=list)
    is_down: bool = False
    open_client: TestClient | None = None

    @property
    def client(self) -> TestClient:
        """The doors of this node, built when somebody first knocks."""
        if self.open_client is None:
            app = FastAPI()
            app.include_router(self.room.router(self.authenticate, self.database))
            answer_faults(app)
            # Entered, it keeps one loop for all requests instead of making one for each.
            self.open_client = TestClient(app, raise_server_exceptions=True).__enter__()
        return self.open_client

    def shut(self) -> None:
        if self.open_client is not None:
            self.open_client.__exit__()
            self.open_client = None

    def writing(self) -> Any:
        return self.database.writing()

    def reading(self) -> Any:
        return self.database.reading()


class Line:
    """Calls from one node to the others, through their real routers. `faults` makes it lose and repeat."""

    def __init__(self, world: World, own_did: str) -> None:
        self._world = world
        self._own_did = own_did

    def service(self, did: str, kind: str) -> str:
        assert kind == "SkillspaceNode"
        return f"https://{did.removeprefix('did:web:')}"

    def call(self, method: str, did: str, url: str, body: object = None) -> dict[str, Any]:
        fault = self._world.fault()
        node = self._world.nodes[did]
        if node.is_down or fault == "lost":
            raise PeerUnreachable(f"{did} does not answer.")
        if fault == "repeated":
            self._send(node, method, url, body)
        content = self._send(node, method, url, body)
        if fault == "answer lost":
            raise PeerUnreachable(f"The answer of {did} was lost.")
        if isinstance(content, PeerRefused):
            raise content
        return content

    def _send(self, node: Node, method: str, url: str, body: object) -> dict[str, Any] | PeerRefused:
        reply = node.client.request(method, url, json=body, headers={"Authorization": f"Bearer {self._own_did}"})
        content = reply.json()
        assert reply.status_code < 500, content
        if reply.status_code >= 400:
            return PeerRefused(str(content.get("message")), status=reply.status_code, body=content)
        return dict(content)


class World:
    """Four organisations and a clock they share."""

    def __init__(
        self, folder: Path, empty: Path, *, keys: dict[str, SigningKey] | None = None, **settings: Any
    ) -> None:
        self._empty, self._settings, self._keys = empty, settings, keys or {}
        self.clock = HeldClock()
        self.chance: random.Random | None = None
        self.retired: dict[str, dict[str, str]] = {}
        self.unpublished: set[str] = set()
        self.nodes: dict[str, Node] = {}
        for did in ALL:
            self.nodes[did] = self._node(folder, did)

    def __getitem__(self, did: str) -> Node:
        return self.nodes[did]

    def fault(self) -> str:
        """What goes wrong with this call; nothing without `chance`."""
        if self.chance is None:
            return ""
        return self.chance.choices(["", "lost", "answer lost", "repeated"], [6, 1, 1, 1])[0]

    def resolve_key(self, issuer: str, kid: str) -> dict[str, str]:
        if issuer in self.unpublished:
            raise PeerUnreachable(f"{issuer} does not answer.")
        if kid in self.retired and kid.startswith(issuer):
            return self.retired[kid]
        if issuer not in self.nodes or self.nodes[issuer].key.kid != kid:
            raise InvalidSignature(f"{issuer} names no key {kid}.")
        return self.nodes[issuer].key.public_jwk()

    def authenticate(self, header: str | None) -> Peer:
        did = (header or "").removeprefix("Bearer ")
        if did not in ALL:
            raise NotAMember()
        return Peer(did=did, name=did[8:], roles=frozenset())

    def settle(self, *, rounds: int = 200) -> None:
        """Let every node do what is due, waits skipped, until nobody has anything to do but to watch the clock.

        What is for a node that is down is tried three times and left for later.
        """
        due = (tasks.c.state == "waiting") & (tasks.c.name != "contract.clock")
        if any(node.is_down for node in self.nodes.values()):
            due &= tasks.c.attempts < 3
        for _ in range(rounds):
            busy = 0
            for node in self.nodes.values():
                if not node.is_down:
                    with node.writing() as work:
                        work.update(tasks, due, due=work.now)
                    busy += node.worker.run_due()
            if not busy:
                return
        raise AssertionError("The nodes do not come to rest.")

    def tick(self, did: str) -> None:
        """Let one node look at the clock now."""
        node = self.nodes[did]
        with node.writing() as work:
            node.room.tasks.start(work)
            work.bring_forward("contract.clock")
        node.worker.run_due()

    def ecosystem(self, **changes: Any) -> str:
        """Draft and publish a contract of many at the hub, and return its identifier."""
        with self[HUB].writing() as work:
            terms = self[HUB].room.record.draft(work, contract_content() | changes)
            self[HUB].room.record.publish(work, terms.id, role=terms.roles[0].role)
        return terms.id

    def state(self, contract: str, seen_by: str = HUB) -> ContractState:
        """Where a contract stands, as one node sees it."""
        with self[seen_by].reading() as work:
            return self[seen_by].room.contracts.find(work, contract).state

    def seat(self, contract: str, member: str, *, seen_by: str = HUB) -> Any:
        """A member's latest participation as one node sees it."""
        with self[seen_by].reading() as work:
            found = [one for one in self[seen_by].room.contracts.members(work, contract) if one.member == member]
        return max(found, key=lambda one: one.id) if found else None

    def joined(self, contract: str, member: str, role: str, *offerings: Offering) -> str:
        """Bring a member all the way into a contract with its offerings, and return its participation's identifier."""
        hub, node = self[HUB], self[member]
        with hub.writing() as work:
            id = hub.room.seats.invite(work, contract, member, role)
        self.settle()
        with node.writing() as work:
            node.room.partaking.accept(work, contract)
            for offering in offerings:
                node.room.partaking.propose(work, contract, offering)
        self.settle()
        with hub.writing() as work:
            for talk in hub.room.contracts.talks(work, id):
                hub.room.seats.agree(work, talk.id, talk.round)
            hub.room.seats.move(work, id, "conclude")
        self.settle()
        self.sign(contract, member)
        return id

    def sign(self, contract: str, member: str) -> None:
        """Let a member sign what it knows of."""
        node = self[member]
        with node.writing() as work:
            node.room.partaking.sign(work, contract, node.room.contracts.terms(work, contract).hash)
        self.settle()

    def binds(self, at_node: str, *, consumer: str = WORKS, dataset: str = DIPLOMAS, **more: Any) -> Any:
        """What binds the school and a consumer, as one node sees it."""
        with self[at_node].reading() as work:
            asked = {"provider": SCHOOL, "consumer": consumer, "dataset": dataset} | more
            return self[at_node].room.contracts.binding(work, **asked)

    def why_not(self, at_node: str, *, consumer: str = WORKS, dataset: str = DIPLOMAS, **more: Any) -> list[str]:
        """Why nothing binds them."""
        with self[at_node].reading() as work:
            asked = {"provider": SCHOOL, "consumer": consumer, "dataset": dataset} | more
            return self[at_node].room.contracts.why_not(work, **asked)

    def rotate(self, did: str, *, keep: bool = True) -> None:
        """Give a node a new key, as a restart after `rotate-key` does; the old one is published on where `keep`."""
        node = self[did]
        if keep:
            self.retired[node.key.kid] = node.key.public_jwk()
        number = int(node.key.kid.rpartition("-")[2]) + 1
        node.key = SigningKey.generate(f"{did}#key-{number}")
        self._furnish(node)
        with node.writing() as work:
            node.room.tasks.start(work)

    def _node(self, folder: Path, did: str) -> Node:
        (folder / did[8:]).mkdir(parents=True)
        # Made once: an empty database, or one for each organisation.
        shutil.copy(self._empty / did[8:] / "node.db" if self._empty.is_dir() else self._empty, folder / did[8:])
        node = Node(
            did=did,
            key=self._keys.get(did) or SigningKey.generate(f"{did}#key-1"),
            database=Database.in_folder(folder / did[8:], clock=self.clock),
            room=None,  # type: ignore[arg-type]
            worker=None,  # type: ignore[arg-type]
            authenticate=self.authenticate,
            journal=[],
        )
        self._furnish(node)
        return node

    def _furnish(self, node: Node) -> None:
        def note(_work: Work, kind: str, about: str, content: Any) -> None:
            node.journal.append((kind, about, dict(content)))

        settings = self._settings if node.did == HUB else {}
        node.room = contract_room(
            own_did=node.did,
            key=node.key,
            resolve_key=self.resolve_key,
            peers=Line(self, node.did),
            note=note,
            **settings,
        )
        book = TaskBook()
        node.room.tasks.register(book)
        names = [f"contract.{name}" for name in ("in_force", "ended", "changed", "order_refused")]
        names += [f"participation.{state}" for state in ("in_force", "suspended", "leaving", "left", "excluded")]
        for name in names:
            book.on_event(name, lambda _work, event: node.events.append((event["name"], event["about"])))
        node.shut()
        node.worker = Worker(node.database, book)

    def close(self) -> None:
        for node in self.nodes.values():
            node.shut()
            node.database.close()


def contract_content(**changes: Any) -> dict[str, Any]:
    """What an orchestrator writes: a contract about diplomas, for a year, with thirty days of notice."""
    content: dict[str, Any] = {
        "kind": "ecosystem",
        "title": "Diplomas in the invented valley",
        "roles": [
            {"role": "orchestrator"},
            {"role": "school", "obligations": [{"clause": "quality-and-updates/1", "values": {"days": 30}}]},
            {"role": "employer"},
        ],
        "clauses": [PURPOSES, {"clause": "no-handing-on/1", "values": {}}],
        "purposes": ["recruitment", "guidance"],
        "business_model": {"model": "commission", "settings": {"percent": "2.5"}},
        "starts": "2026-11-01T00:00:00Z",
        "ends": "2027-11-01T00:00:00Z",
        "notice_days": 30,
        "law": "Sweden",
        "language": "en",
    }
    return content | changes


def diplomas(provider: str = SCHOOL, dataset: str = DIPLOMAS, **changes: Any) -> Offering:
    """An offering of diplomas for recruitment, to employers."""
    content: dict[str, Any] = {
        "provider": provider,
        "dataset": dataset,
        "policy": offer_rules(purposes=["recruitment"], keep_days=90),
        "purposes": ("recruitment",),
        "kinds": ("diploma",),
        "legal_basis": "consent",
        "roles": ("employer",),
    }
    return Offering(**(content | changes))


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row, to be copied."""
    return empty_database(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def world(tmp_path: Path, empty: Path) -> Iterator[World]:
    made = World(tmp_path, empty)
    yield made
    made.close()


def build(world: World) -> str:
    """Put a contract in force: the school brings diplomas, the works may use them."""
    contract = world.ecosystem()
    world.joined(contract, SCHOOL, "school", diplomas())
    world.joined(contract, WORKS, "employer")
    return contract


@pytest.fixture(scope="session")
def built_valley(tmp_path_factory: pytest.TempPathFactory, empty: Path) -> tuple[Path, dict[str, SigningKey], str]:
    """The valley, built once: where its databases lie, the keys, and the contract."""
    folder = tmp_path_factory.mktemp("valley")
    world = World(folder, empty)
    contract = build(world)
    world.close()
    return folder, {did: node.key for did, node in world.nodes.items()}, contract


@pytest.fixture
def valley(
    tmp_path: Path, empty: Path, built_valley: tuple[Path, dict[str, SigningKey], str], kept_in: str
) -> Iterator[tuple[World, str]]:
    """A contract in force: the school brings diplomas, the works may use them."""
    folder, keys, contract = built_valley
    is_file = kept_in == "sqlite"  # what was built once is copied as files; elsewhere it is built again
    made = World(tmp_path, folder, keys=keys) if is_file else World(tmp_path, empty)
    yield made, contract if is_file else build(made)
    made.close()
