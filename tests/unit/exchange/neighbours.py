"""Real nodes for tests of the connector: own database, key and DID, served over HTTP on loopback."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import uvicorn
from fastapi import FastAPI

from skillspace.exchange import Exchange, Offering, Payload, PullRequest, TransferState
from skillspace.exchange.api import router
from skillspace.kernel.clock import now
from skillspace.kernel.errors import NotAMember, Refused
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.authentication import ClaimsAuthentication
from skillspace.trust.identity import (
    DidResolver,
    Peer,
    PeerClient,
    SelfIssuedTokens,
    did_document,
    did_of_address,
)
from skillspace.trust.identity.document import read_document
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound
from tests.patience import PATIENCE_S
from tests.tables import make_tables

POLICY = {
    "permission": [
        {
            "action": "use",
            "constraint": [
                {"leftOperand": "urn:skillspace:term:purpose", "operator": "isAnyOf", "rightOperand": ["guidance"]}
            ],
        }
    ]
}


class MovableClock:
    """The real time, moved by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


@dataclass
class Diplomas:
    """A source that answers with what it is told to, and remembers who asked."""

    chunks: list[bytes] = field(default_factory=lambda: [b'{"diploma": "Glass blowing"}'])
    etag: str | None = "v1"
    needs_grant: bool = False
    asked: list[PullRequest] = field(default_factory=list)

    def open(self, request: PullRequest) -> Payload:
        self.asked.append(request)
        if self.needs_grant and request.grant != "grant-of-alma":
            raise Refused("No live consent covers this use.")
        return Payload(media_type="application/json", chunks=iter(self.chunks), etag=self.etag, headers={"X-Kind": "d"})


class Neighbour:
    """A node with the connector and its real identity, and nothing else."""

    def __init__(self, folder: Path, name: str) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.did = did_of_address(self.base)
        self.clock = MovableClock()
        self.database = Database.in_folder(folder / name, clock=self.clock)
        make_tables(self.database)
        key = SigningKey.generate(f"{self.did}#key-1")
        document = did_document(self.did, [key], {"DataService": f"{self.base}/dsp/.well-known/dspace-version"})
        self.outbound = Outbound(loopback=True, timeout_s=PATIENCE_S)
        resolver = DidResolver(self.outbound, loopback=True, own=read_document(document, self.did))
        self.tokens = SelfIssuedTokens(self.did, key, resolver, self.database)
        self.peers = PeerClient(self.outbound, self.tokens, resolver, own_access=lambda _audience: None)
        self.members: list[str] = []
        self.exchange = Exchange.build(
            base_url=self.base,
            title=name,
            folder=folder / name,
            database=self.database,
            peers=self.peers,
            authentication=ClaimsAuthentication(self.peers, self._authenticate),
            outbound=self.outbound,
            members=lambda _work: self.members,
            pause=timedelta(0),
        )
        self.book = TaskBook()
        self.exchange.register(self.book)
        self.events: list[dict[str, Any]] = []
        for event in ("catalog.crawled", "negotiation.finalized", "negotiation.terminated"):
            self.book.on_event(event, self._hear)
        for state in ("started", "completed", "terminated"):
            self.book.on_event(f"transfer.{state}", self._hear)
        self.worker = Worker(self.database, self.book)
        self.app = FastAPI()
        self.app.include_router(router(self.exchange, self.database))
        self.app.get("/.well-known/did.json")(lambda: document)
        self._server: uvicorn.Server | None = None

    def up(self) -> Neighbour:
        """Answer requests."""
        config = uvicorn.Config(self.app, host="127.0.0.1", port=self.port, log_config=None, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.005)
        return self

    def down(self) -> None:
        """Answer nobody."""
        if self._server is not None:
            self._server.should_exit = True
            self._server.force_exit = True
            self._thread.join(timeout=60)
            self._server = None

    def close(self) -> None:
        """End for good."""
        self.down()
        self.outbound.close()
        self.database.close()

    @contextmanager
    def work(self) -> Iterator[Work]:
        """Open one transaction."""
        with self.database.writing() as work:
            yield work

    def later(self, seconds: float) -> None:
        """Let time pass for this node's tasks."""
        self.clock.ahead += timedelta(seconds=seconds)

    def heard(self, name: str) -> list[dict[str, Any]]:
        """Return the content of the events of a name."""
        return [event["content"] for event in self.events if event["name"] == name]

    def transfer_state(self, pid: str) -> TransferState:
        """Return where a transfer stands here."""
        with self.work() as work:
            return self.exchange.transfers.transfer(work, pid).state

    def ask(self, other: Neighbour, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        """Send a request of this node's own making to another's protocol base; return status and content."""
        raw = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        with httpx.Client(trust_env=False) as client:
            reply = client.request(
                method, f"{other.base}/dsp/2025-1{path}", content=raw, headers=self.peers.headers(other.did)
            )
        return reply.status_code, reply.json() if reply.content else {}

    def _hear(self, _work: Work, payload: Any) -> None:
        self.events.append(dict(payload))

    def _authenticate(self, authorization: str | None) -> Peer:
        scheme, _, token = (authorization or "").partition(" ")
        if scheme != "Bearer":
            raise NotAMember()
        caller = self.tokens.check(token)
        return Peer(did=caller.did, name=caller.did, roles=frozenset({"participant"}))


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def offering(offering_id: str = "diplomas", **changes: Any) -> Offering:
    """An offering of an invented school."""
    facts: dict[str, Any] = {
        "id": offering_id,
        "title": {"en": "Diplomas", "sv": "Examensbevis"},
        "description": {"en": "Diplomas of the Invented School of Glass."},
        "kinds": ("diploma",),
        "personal": True,
        "purposes": ("guidance",),
        "media_type": "application/json",
        "policy": POLICY,
        "retention_days": 30,
        "updated": datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
    }
    return Offering(**facts | changes)


def settle(*nodes: Neighbour) -> None:
    """Let all nodes do what is due until nobody has anything left."""
    while sum(node.worker.run_due() for node in nodes):
        pass


def crawled(consumer: Neighbour, provider: Neighbour) -> None:
    """Let the consumer read the provider's catalog."""
    with consumer.work() as work:
        consumer.exchange.crawler.crawl_now(work, provider.did)
    settle(consumer)


def agreed(consumer: Neighbour, provider: Neighbour, dataset: str = "diplomas") -> str:
    """Bring both to an agreement on a dataset; return its id."""
    crawled(consumer, provider)
    with consumer.work() as work:
        consumer.exchange.negotiations.ensure_agreement(work, provider.did, dataset)
    settle(consumer, provider)
    with consumer.work() as work:
        found = consumer.exchange.negotiations.agreement_between(work, provider.did, consumer.did, dataset)
    assert found is not None
    return found.id


def started(consumer: Neighbour, provider: Neighbour, agreement_id: str, reference: str, **more: Any) -> str:
    """Bring both to a started transfer; return the consumer's pid."""
    with consumer.work() as work:
        agreement = consumer.exchange.negotiations.agreement(work, agreement_id)
        assert agreement is not None
        pid = consumer.exchange.transfers.request(work, agreement, reference, **more)
    settle(consumer, provider)
    return pid


@dataclass(frozen=True)
class Town:
    """Three nodes that stay up for a whole file, and the next free name for a dataset."""

    school: Neighbour
    bureau: Neighbour
    stranger: Neighbour
    numbers: Iterator[int]

    def dataset(self, **changes: Any) -> str:
        """Publish a fresh dataset at the school, let the bureau see it, and return its id."""
        name = f"diplomas-{next(self.numbers)}"
        with self.school.work() as work:
            self.school.exchange.catalog.publish(work, offering(name, **changes))
        self.school.exchange.sources.register(name, Diplomas())
        crawled(self.bureau, self.school)
        return name
