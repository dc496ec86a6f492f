"""A small data space for the tests of consent: real rooms, routers, databases and signatures, and a line to cut."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.kernel.errors import InvalidSignature, NotAMember, PeerUnreachable
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.consent import Consent, Consents, Grant, Release, consent_of, subject_for
from skillspace.trust.consent.ports import Note, no_note
from skillspace.trust.contract import Agreement
from skillspace.trust.identity import Peer
from skillspace.trust.policy import offer_rules
from skillspace.trust.register import Duty, Record
from skillspace.wire.jose import SigningKey
from tests.small_space import HeldClock, answer_faults, empty_database, heard

HUB, RIVAL = "did:web:hub.example", "did:web:rival.example"
SCHOOL, WORKS, OTHER = "did:web:school.example", "did:web:works.example", "did:web:other.example"
ROLES = {
    HUB: {"authority", "intermediary"},
    RIVAL: {"intermediary"},
    SCHOOL: {"university"},
    WORKS: {"employer"},
    OTHER: {"employer"},
}
DIPLOMAS, PROFILES = "urn:example:diplomas", "urn:example:profiles"
SECRET = b"a secret of Ada Example, 32 byte"
YEAR = timedelta(days=365)


@dataclass(kw_only=True)
class Node:
    """One organisation: its own database, keys, room and HTTP application."""

    did: str
    folder: Path
    key: SigningKey
    database: Database
    room: Consent
    client: TestClient
    worker: Worker
    agreements: dict[str, Agreement] = field(default_factory=dict)
    offered: dict[str, frozenset[str]] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    is_down: bool = False

    @property
    def consents(self) -> Consents:
        assert self.room.consents is not None
        return self.room.consents


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
        self._world.calls.append((did, url))
        if node.is_down:
            raise PeerUnreachable(f"{did} does not answer.")
        reply = node.client.request(method, url, json=body, headers={"Authorization": f"Bearer {self._own_did}"})
        return heard(did, reply)


class World:
    """Five organisations, who of them is a member, and a clock they share."""

    line = Line

    def __init__(self, folder: Path, empty: Path) -> None:
        self._empty = empty
        self.clock = HeldClock()
        self.members = {did: Peer(did=did, name=did[8:], roles=frozenset(roles)) for did, roles in ROLES.items()}
        self.no_contract: set[str] = set()
        self.restricted: set[str] = set()
        self.duties: dict[tuple[str, str], Duty] = {}
        self.countries: dict[str, str] = {}
        self.records: dict[str, tuple[int, Record]] = {}
        self.calls: list[tuple[str, str]] = []
        self.nodes: dict[str, Node] = {}
        for did in ROLES:
            self.nodes[did] = self._node(folder, did)

    def __getitem__(self, did: str) -> Node:
        return self.nodes[did]

    def resolve_key(self, issuer: str, kid: str) -> dict[str, str]:
        if issuer not in self.nodes or self.nodes[issuer].key.kid != kid:
            raise InvalidSignature(f"{issuer} names no key {kid}.")
        return self.nodes[issuer].key.public_jwk()

    def authenticate(self, header: str | None) -> Peer:
        did = (header or "").removeprefix("Bearer ")
        if did not in self.members:
            raise NotAMember()
        return self.members[did]

    def bars(self, provider: str, recipient: str, dataset: str, _purpose: str) -> str | None:
        """Say why no contract covers an exchange, for those the test ended."""
        return "No contract." if f"{provider} {recipient} {dataset}" in self.no_contract else None

    def settle(self) -> None:
        """Let every node do what is due, until nobody has anything to do."""
        while sum(node.worker.run_due() for node in self.nodes.values() if not node.is_down):
            pass

    def agree(self, provider: str, consumer: str, dataset: str, *, purposes: list[str], **rules: Any) -> Agreement:
        """Put an agreement in force at its provider."""
        policy = {
            "@id": "urn:example:policy",
            "@type": "Agreement",
            "assigner": provider,
            "assignee": consumer,
            "target": dataset,
            **offer_rules(purposes=purposes, **rules),
        }
        name = f"agreement-{provider[8:]}-{consumer[8:]}"
        made = Agreement(
            id=name, dataset=dataset, provider=provider, consumer=consumer, policy=policy, made=self.clock()
        )
        self[provider].agreements[name] = made
        return made

    def ask(self, work: Work, *, kinds: tuple[str, ...], recipient: str = WORKS, **changes: Any) -> Grant:
        """Ask Ada at the hub: a share with an employer unless the hub itself is the recipient."""
        is_gather = recipient == HUB
        facts: dict[str, Any] = {
            "person": "person-ada",
            "subject": subject_for(SECRET, SCHOOL if is_gather else recipient),
            "provider": SCHOOL if is_gather else HUB,
            "provider_name": "Invented University" if is_gather else "Invented Hub",
            "recipient": recipient,
            "recipient_name": "Invented Hub" if is_gather else "Invented Works",
            "dataset": DIPLOMAS if is_gather else PROFILES,
            "purpose": "gather" if is_gather else "recruit",
            "kinds": kinds,
            "until": self.clock() + YEAR,
            "agreement": None,
            "why": "We would like to see whether you fit.",
        }
        return self[HUB].consents.ask(work, **(facts | changes))

    def granted(self, *, kinds: tuple[str, ...] = ("skills-profile", "plan"), recipient: str = WORKS) -> Grant:
        """Ask and say yes to everything."""
        with self[HUB].database.writing() as work:
            asked = self.ask(work, kinds=kinds, recipient=recipient)
            return self[HUB].consents.grant(work, asked.id, "person-ada")

    def credential(self, grant: Grant) -> str:
        """The credential that the recipient keeps."""
        with self[HUB].database.reading() as work:
            return self[HUB].consents.credential(work, grant.id)

    def token(self, grant: Grant, *kinds: str) -> str:
        """A token for one use of a grant, as its recipient gets it."""
        desk = self[HUB].room.desk
        assert desk is not None
        with self[HUB].database.writing() as work:
            return desk.token(work, recipient=grant.recipient, grant=grant.id, kinds=kinds)[0]

    def outcomes(self) -> list[str]:
        """The outcomes in Ada's log, oldest first."""
        with self[HUB].database.reading() as work:
            return [line.outcome for line in reversed(self[HUB].consents.log(work, "person-ada"))]

    def restart(self, did: str) -> None:
        """Let a node come up again on what it had written, as a process of its own would after a crash."""
        old = self.nodes[did]
        old.client.close()
        old.database.close()
        self.nodes[did] = self._started(old.folder, did, old.key, old.agreements, old.offered, old.events)
        self.nodes[did].is_down = old.is_down
        self.nodes[did].worker.start()

    def note(self, _did: str, _key: SigningKey) -> Note:
        """Return what a node writes into its journal, where a test has one."""
        return no_note

    def furnish(self, node: Node, book: TaskBook) -> None:
        """Add what a test wants of a node beside consent; called at each start."""

    def _node(self, folder: Path, did: str) -> Node:
        (folder / did[8:]).mkdir()
        shutil.copy(self._empty, folder / did[8:])
        return self._started(folder / did[8:], did, SigningKey.generate(f"{did}#key-1"), {}, {}, [])

    def _started(
        self,
        folder: Path,
        did: str,
        key: SigningKey,
        agreements: dict[str, Agreement],
        offered: dict[str, frozenset[str]],
        events: list[dict[str, Any]],
    ) -> Node:
        database = Database.in_folder(folder, clock=self.clock)
        room = consent_of(
            own_did=did,
            own_name=did[8:],
            key=key,
            database=database,
            resolve_key=self.resolve_key,
            peers=self.line(self, did),
            find_member=lambda _work, sought: self.members.get(sought),
            find_agreement=lambda _work, sought: agreements.get(sought),
            kinds_offered=lambda _work, dataset: offered.get(dataset, frozenset()),
            is_intermediary="intermediary" in ROLES[did],
            why_no_contract=lambda _work, *asked: self.bars(*asked),
            why_restricted=lambda _work, _hub, subject, *_: "Restricted." if subject in self.restricted else None,
            duty=lambda _work, kind: self.duties.get((did, kind)),
            find_record=lambda _work, sought: self.records.get(sought),
            country_of=lambda _work, sought: self.countries.get(sought),
            note=self.note(did, key),
        )
        app = FastAPI()
        app.include_router(room.router(self.authenticate, database))
        answer_faults(app)
        book = TaskBook()
        room.tasks.register(book)
        for name in ("received", "ended_here", "granted", "refused", "revoked", "expired", "terminated"):
            book.on_event(f"consent.{name}", lambda _work, event: events.append(dict(event)))
        made = Node(
            did=did,
            folder=folder,
            key=key,
            database=database,
            room=room,
            client=TestClient(app, raise_server_exceptions=False),
            worker=Worker(database, book, threads=0),
            agreements=agreements,
            offered=offered,
            events=events,
        )
        self.furnish(made, book)
        return made


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row, to be copied."""
    return empty_database(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def world(tmp_path: Path, empty: Path) -> Iterator[World]:
    made = World(tmp_path, empty)
    made[SCHOOL].offered[DIPLOMAS] = frozenset({"diploma", "transcript"})
    made[HUB].offered[PROFILES] = frozenset({"skills-profile", "plan"})
    yield made
    for node in made.nodes.values():
        node.client.close()
        node.database.close()


@pytest.fixture
def gather(world: World) -> tuple[Grant, str, Agreement]:
    """A yes to gather diplomas from the university: the grant, its credential, the agreement."""
    agreement = world.agree(SCHOOL, HUB, DIPLOMAS, purposes=["gather"])
    grant = world.granted(kinds=("diploma", "transcript"), recipient=HUB)
    return grant, world.token(grant), agreement


@pytest.fixture
def share(world: World) -> tuple[Grant, str, Agreement]:
    """A yes to share the profile with an employer: the grant, its credential, the agreement."""
    agreement = world.agree(HUB, WORKS, PROFILES, purposes=["recruit"], roles=["employer"])
    grant = world.granted()
    return grant, world.token(grant), agreement


def release(world: World, node: str, token: str | None, peer: str, agreement: Agreement) -> Release:
    with world[node].room.gate.opened(token, peer, agreement.dataset, agreement, "transfer-1") as opened:
        return opened[1]


def refusals(world: World, node: str) -> list[str]:
    with world[node].database.reading() as work:
        lines = world[node].room.gate.decisions(work)
        return [line.code for line in reversed(lines) if line.outcome == "refused"]


def revoke(world: World, grant: Grant) -> None:
    with world[HUB].database.writing() as work:
        world[HUB].consents.revoke(work, grant.id, "person-ada")
