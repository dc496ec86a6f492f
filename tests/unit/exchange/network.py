"""Two nodes' connectors in one process, and between them a network that does to messages what networks do."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from skillspace.exchange import Exchange, Negotiation, Payload, PullRequest, Transfer
from skillspace.exchange.api import router
from skillspace.exchange.negotiation import Steps as NegotiationSteps
from skillspace.exchange.outbox import outgoing
from skillspace.exchange.transfer import Steps as TransferSteps
from skillspace.kernel.errors import BadInput, PeerUnreachable
from skillspace.storage.database import Database, Work, metadata, tasks
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.authentication import Authentication, MockAuthentication
from skillspace.wire.outbound import Reply
from tests.dying import dying
from tests.tables import make_tables
from tests.unit.exchange.neighbours import offering

DATASET = "diplomas"
CONTENT = b'{"diploma": "Glass blowing"}'


class Fault(StrEnum):
    """What happens to one request."""

    LOST = "lost"
    UNANSWERED = "unanswered"
    TWICE = "twice"
    LATE = "late"
    BUSY = "busy"
    OVERTAKEN = "overtaken"
    DIES_BEFORE = "sender dies before it is out"
    DIES_AFTER = "sender dies before the answer"


class Died(BaseException):
    """A node died in the middle of a call: nothing of its program runs any more."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request on its way."""

    sender: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Network:
    """Carries requests; `faults` waits for each sender, first come first served, until the network is whole."""

    sides: dict[str, Side] = field(default_factory=dict)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    late: list[Request] = field(default_factory=list)
    said: list[tuple[Request, Reply]] = field(default_factory=list)

    def carry(self, request: Request) -> Reply:
        """Deliver a request as the next fault of its sender has it."""
        if request.method != "GET":
            # A request its sender gave up on is lost or there by the time the sender says something else.
            self.arrive(request.sender)
        waiting = self.faults.setdefault(request.sender, deque())
        fault = waiting.popleft() if waiting else None
        if fault is Fault.DIES_BEFORE:
            raise Died
        if fault in (Fault.LOST, Fault.LATE, Fault.BUSY):
            if fault is Fault.LATE:
                self.late.append(request)
            raise PeerUnreachable(f"{request.url}: {fault}.")
        reply = self.deliver(request)
        if fault is Fault.TWICE:
            reply = self.deliver(request)
        if fault is Fault.OVERTAKEN:
            self.sides[urlsplit(request.url).netloc].work_on()
        if fault is Fault.DIES_AFTER:
            raise Died
        if fault is Fault.UNANSWERED:
            raise PeerUnreachable(f"{request.url}: {fault}.")
        return reply

    def arrive(self, sender: str | None = None) -> None:
        """Deliver what is late (of one sender); nobody waits for the answers."""
        arriving = [request for request in self.late if sender in (None, request.sender)]
        self.late = [request for request in self.late if request not in arriving]
        for request in arriving:
            self.deliver(request)

    def heal(self) -> None:
        """Be a good network from now on."""
        self.faults.clear()
        self.arrive()

    def deliver(self, request: Request) -> Reply:
        """Give a request to its receiver."""
        parts = urlsplit(request.url)
        side = self.sides[parts.netloc]
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        with dying(Died):
            answer = side.client.request(
                request.method, path, headers=dict(request.headers), content=request.body, follow_redirects=False
            )
        assert answer.status_code < 500, (request, answer.text)
        reply = Reply(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
        self.said.append((request, reply))
        return reply


class Wire:
    """One node's way into the network, in the place of `Outbound`."""

    def __init__(self, network: Network, sender: str) -> None:
        self._network = network
        self._sender = sender

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | Iterable[bytes] | None = None,
        max_bytes: int = 8 * 1024 * 1024,
    ) -> Reply:
        """Send one request."""
        reply = self._network.carry(self._request(method, url, headers, json, content))
        if reply.status >= 500:
            raise PeerUnreachable(f"{url} answered {reply.status}.")
        if len(reply.body) > max_bytes:
            raise BadInput("The answer is too long.")
        return reply

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        content: bytes | Iterable[bytes] | None = None,
    ) -> Iterator[httpx.Response]:
        """Send one request and give its whole answer as if it came in pieces."""
        reply = self.send(method, url, headers=headers, json=json, content=content)
        kept = {name: text for name, text in reply.headers.items() if name != "content-encoding"}
        yield httpx.Response(reply.status, headers=kept, content=reply.body)

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        tree: object,
        content: bytes | Iterable[bytes] | None,
    ) -> Request:
        body = json.dumps(tree).encode() if tree is not None else content or b""
        body = body if isinstance(body, bytes) else b"".join(body)
        return Request(sender=self._sender, method=method, url=url, headers=dict(headers or {}), body=body)


class Ticking:
    """A clock that stands still but for a microsecond each time somebody looks, so that order is order of making."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the moment, and go on."""
        self.moment += timedelta(microseconds=1)
        return self.moment


class OnRequest:
    """A decider that does what is usual, or nothing at all: then somebody decides by hand."""

    def __init__(self) -> None:
        self.is_automatic = True
        self.usual: Any = None

    def must_look(self, negotiation: Negotiation) -> bool:
        """Look where the usual one looks."""
        return bool(self.is_automatic and self.usual.must_look(negotiation))

    def look(self, negotiation: Negotiation) -> Any:
        """Look as the usual one does."""
        return self.usual.look(negotiation)

    def decide(self, work: Work, process: Negotiation | Transfer, *rest: Any) -> None:
        """Decide as the usual one does, or leave it."""
        if self.is_automatic:
            self.usual.decide(work, process, *rest)


class Glass:
    """The data behind the dataset."""

    def open(self, _request: PullRequest) -> Payload:
        """Give them."""
        return Payload(media_type="application/json", chunks=iter([CONTENT]))


class Side:
    """One node: its connector over its own database, which alone outlives a restart."""

    def __init__(self, folder: Path, name: str, network: Network, clock: Ticking, others: Mapping[str, str]) -> None:
        self.name = name
        self.netloc = f"{name}.invented.example"
        self.base = f"https://{self.netloc}"
        self.id = f"urn:connector:{name}"
        self.network = network
        self.negotiating, self.transferring = OnRequest(), OnRequest()
        self._folder = folder / name
        self._clock = clock
        self._others = others
        network.sides[self.netloc] = self
        self._build()
        make_tables(self.database)

    def authentication(self) -> Authentication:
        """How this node proves who it is."""
        return MockAuthentication(self.id, known={}, loopback=True)

    def _build(self) -> None:
        self.database = Database.in_folder(self._folder, clock=self._clock)
        self.exchange = Exchange.build(
            base_url=self.base,
            title=self.name,
            folder=self._folder,
            database=self.database,
            peers=None,  # type: ignore[arg-type]
            authentication=self.authentication(),
            outbound=Wire(self.network, self.netloc),  # type: ignore[arg-type]
            members=lambda _work: [],
            known=self._others,
            pause=timedelta(0),
        )
        exchange = self.exchange
        # The usual deciders are whatever the connector is built with; here somebody stands before them.
        self.negotiating.usual, self.transferring.usual = (
            exchange.negotiations._decider,
            exchange.transfers.steps._decider,
        )
        exchange.negotiations._decider = exchange.negotiations.steps._decider = self.negotiating
        exchange.transfers.steps._decider = self.transferring
        exchange.sources.register(DATASET, Glass())
        # What a policy allows is another room's business; here whoever may pull by state and token gets data.
        exchange.dataplanes.plane._decide = lambda *_, **__: None
        book = TaskBook()
        exchange.register(book)
        self.worker = Worker(self.database, book)
        app = FastAPI()
        app.include_router(router(exchange, self.database))
        self.client = TestClient(app, base_url=self.base)
        self.client.__enter__()

    def restart(self) -> None:
        """End the program and start it again over the same database."""
        self.close()
        self._build()
        with self.database.writing() as work:
            work.update(tasks, tasks.c.state == "running", state="waiting", due=work.now)

    def close(self) -> None:
        """End the program."""
        self.client.__exit__(None, None, None)
        self.database.close()

    def forget(self) -> None:
        """Be a new node, with one dataset on offer."""
        with self.database.writing() as work:
            for table in reversed(metadata.sorted_tables):
                work.connection.execute(sa.delete(table))
        self.publish({"permission": [{"action": "use"}]})
        self.negotiating.is_automatic = self.transferring.is_automatic = True
        self.exchange.addresses._kept.clear()

    def publish(self, policy: Mapping[str, Any]) -> None:
        """Offer the dataset under these terms, to be pulled or pushed."""
        terms = {"personal": False, "purposes": (), "policy": policy, "formats": ("HttpData-PULL", "HttpData-PUSH")}
        with self.database.writing() as work:
            self.exchange.catalog.publish(work, offering(DATASET, **terms))

    def work_on(self) -> int:
        """Do what is due; a node that dies in it is started again, and does the rest another time."""
        try:
            return self.worker.run_due()
        except Died:
            self.restart()
            return 1

    def negotiations(self) -> list[Negotiation]:
        """Return all negotiations, oldest first."""
        with self.database.reading() as work:
            return sorted(self.exchange.negotiations.negotiations(work), key=lambda found: found.made)

    def transfers(self) -> list[Transfer]:
        """Return all transfers, oldest first."""
        with self.database.reading() as work:
            return sorted(self.exchange.transfers.transfers(work), key=lambda found: found.made)

    def act(self, move: Callable[[Work, NegotiationSteps, TransferSteps], None]) -> None:
        """Make a move by hand, in one transaction."""
        with self.database.writing() as work:
            move(work, self.exchange.negotiations.steps, self.exchange.transfers.steps)

    def unsent(self) -> list[Mapping[str, Any]]:
        """Return the messages that wait."""
        with self.database.reading() as work:
            return work.rows(sa.select(outgoing))

    def undone(self) -> list[Mapping[str, Any]]:
        """Return the tasks that wait, run or are dead."""
        with self.database.reading() as work:
            return work.rows(sa.select(tasks))


def drain(network: Network, clock: Ticking, *sides: Side) -> None:
    """Heal the network and let both sides work until nothing is left to be done; nothing may be left undone."""
    network.heal()
    for _ in range(60):
        while sum(side.work_on() for side in sides):
            pass
        if not any(side.undone() for side in sides):
            break
        clock.moment += timedelta(seconds=11)
    for side in sides:
        assert not side.undone(), side.undone()
        assert not side.unsent(), side.unsent()
