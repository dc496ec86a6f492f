"""Real nodes for tests of people: identity, connector, consent and the rooms of people, over HTTP on loopback."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import Request
from fastapi.responses import JSONResponse

from skillspace.exchange import Exchange, Offering
from skillspace.exchange.api import router as exchange_router
from skillspace.kernel.clock import now
from skillspace.kernel.errors import NotAMember
from skillspace.people.accounts import Account, AccountKind, Accounts
from skillspace.people.api import router as people_router
from skillspace.people.gathering import Gathering, Reading
from skillspace.people.holdings import HeldPerson, Holdings
from skillspace.people.holdings.source import HoldingsSource
from skillspace.people.links import Links
from skillspace.people.links.tasks import register as register_links
from skillspace.people.profile import Profile
from skillspace.records.formats.issuing import Issuer
from skillspace.skills.taxonomy import Taxonomies
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.authentication import ClaimsAuthentication
from skillspace.trust.consent import Grant, consent_of
from skillspace.trust.identity import DidResolver, Peer, PeerClient, SelfIssuedTokens, did_document, did_of_address
from skillspace.trust.identity.document import read_document
from skillspace.trust.policy import offer_rules
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound
from tests.patience import PATIENCE_S
from tests.tables import make_tables
from tests.unit.people.wire import application


class MovableClock:
    """The real time, moved by hand."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self.ahead


class Space(dict[str, Peer]):
    """The members of the test's data space, and the time they share."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = MovableClock()


class Neighbour:
    """A node of the test's data space, a member of it with its roles."""

    def __init__(self, folder: Path, name: str, space: Space, *roles: str) -> None:
        self.name, self.space = name, space
        self.port = _free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.did = did_of_address(self.base)
        space[self.did] = Peer(did=self.did, name=name, roles=frozenset(roles))
        self.clock = space.clock
        self.folder = folder / name
        self.database = Database.in_folder(self.folder, clock=self.clock)
        make_tables(self.database)
        self.key = SigningKey.generate(f"{self.did}#key-1")
        self.issuer = Issuer(did=self.did, name=name, key=self.key)
        self.book = TaskBook()
        self._identity()
        self._rooms(is_intermediary="intermediary" in roles)
        self.worker = Worker(self.database, self.book)
        self._server: uvicorn.Server | None = None

    def _identity(self) -> None:
        services = {"DataService": f"{self.base}/dsp/.well-known/dspace-version", "SkillspaceNode": self.base}
        self.document = did_document(self.did, [self.key], services)
        self.outbound = Outbound(loopback=True, timeout_s=PATIENCE_S)
        self.resolver = DidResolver(self.outbound, loopback=True, own=read_document(self.document, self.did))
        self.tokens = SelfIssuedTokens(self.did, self.key, self.resolver, self.database)
        self.peers = PeerClient(self.outbound, self.tokens, self.resolver, own_access=lambda _audience: None)

    def _rooms(self, *, is_intermediary: bool) -> None:
        self.exchange = Exchange.build(
            base_url=self.base,
            title=self.name,
            folder=self.folder,
            database=self.database,
            peers=self.peers,
            authentication=ClaimsAuthentication(self.peers, self._authenticate),
            outbound=self.outbound,
            members=lambda _work: list(self.space),
            pause=timedelta(0),
        )
        self.exchange.register(self.book)
        self.consent = consent_of(
            own_did=self.did,
            own_name=self.name,
            key=self.key,
            database=self.database,
            resolve_key=self.resolver.key,
            peers=self.peers,
            find_member=lambda _work, did: self.space.get(did),
            find_agreement=self.exchange.negotiations.agreement,
            kinds_offered=self._kinds_offered,
            is_intermediary=is_intermediary,
        )
        self.consent.tasks.register(self.book)
        self.holdings = Holdings()
        self.source = HoldingsSource(gate=self.consent.gate, holdings=self.holdings)
        self.app = application(
            exchange_router(self.exchange, self.database),
            self.consent.router(self._authenticate, self.database),
            people_router(self.holdings, self._authenticate, self.database),
        )
        self.app.get("/.well-known/did.json")(lambda: self.document)
        self.refuse_pulls = False

        @self.app.middleware("http")
        async def sometimes(request: Request, call_next):  # type: ignore[no-untyped-def]
            if self.refuse_pulls and request.url.path.startswith("/data/"):
                return JSONResponse({"message": "out of order"}, status_code=503)
            return await call_next(request)

    def _kinds_offered(self, work: Work, dataset: str) -> frozenset[str]:
        offering = self.exchange.catalog.offering(work, dataset)
        return frozenset(offering.kinds) if offering else frozenset()

    def _authenticate(self, authorization: str | None) -> Peer:
        _, _, token = (authorization or "").partition(" ")
        peer = self.space.get(self.tokens.check(token).did) if token else None
        if peer is None:
            raise NotAMember()
        return peer

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
            self._server.should_exit = self._server.force_exit = True
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
        """Let time pass for everybody."""
        self.clock.ahead += timedelta(seconds=seconds)


class University(Neighbour):
    """A provider with one student, who was given a code."""

    def __init__(self, folder: Path, space: Space, name: str = "Invented University") -> None:
        super().__init__(folder, name, space, "university")
        with self.work() as work:
            for dataset, kinds in (("diplomas", ("diploma", "badge", "transcript")), ("courses", ("transcript",))):
                self.exchange.catalog.publish(work, offering(dataset, kinds))
                self.exchange.sources.register(dataset, self.source)
            self.holdings.add_person(work, HeldPerson(local_id="s1", name="Alva Exempelsson"))
            self.code = self.holdings.new_code(work, "s1")

    def hold(self, document_id: str, kind: str, body: bytes, dataset: str = "diplomas") -> None:
        """Put a document about the student on the shelf."""
        facts = {"dataset": dataset, "document_id": document_id, "kind": kind, "media_type": "application/jwt"}
        with self.work() as work:
            self.holdings.add_document(work, local_id="s1", body=body, **facts)


class Intermediary(Neighbour):
    """A node that keeps the space of one person."""

    def __init__(self, folder: Path, space: Space, taxonomies: Taxonomies) -> None:
        super().__init__(folder, "Invented Space", space, "intermediary")
        assert self.consent.consents is not None
        self.consents = self.consent.consents
        self.accounts = Accounts()
        self.profile = Profile(taxonomies, self.accounts)
        self.links = Links(self.peers, self.database)
        register_links(self.book, self.links)
        self.gathering = Gathering(
            consents=self.consents,
            held=self.consent.held,
            uses=self.consent.uses,
            exchange=self.exchange,
            profile=self.profile,
            reading=Reading(self.resolver.key, self.clock),
        )
        self.gathering.register(self.book)
        with self.work() as work:
            self.alva: Account = self.accounts.make(work, name="Alva Exempelsson", kind=AccountKind.PERSON)

    def say_yes(
        self,
        provider: Neighbour,
        *kinds: str,
        dataset: str = "diplomas",
        hours: int = 24,
        asked_for: tuple[str, ...] = ("diploma", "badge", "transcript"),
    ) -> Grant:
        """Ask Alva for what a provider holds, and let her allow these kinds of it."""
        with self.work() as work:
            link = self.links.link(work, self.alva.id, provider.did)
            asked = self.consents.ask(
                work,
                person=self.alva.id,
                subject=link.subject,
                provider=provider.did,
                provider_name=provider.name,
                recipient=self.did,
                recipient_name=self.name,
                dataset=dataset,
                purpose="gather",
                kinds=asked_for,
                until=work.now + timedelta(hours=hours),
                agreement=None,
                why="to bring your records together",
            )
            return self.consents.grant(work, asked.id, self.alva.id, kinds=kinds)

    def crawl(self, provider: Neighbour) -> None:
        """Read a provider's catalogue."""
        with self.work() as work:
            self.exchange.crawler.crawl_now(work, provider.did)

    def state(self, grant: Grant) -> str:
        """Return where a gathering stands."""
        with self.work() as work:
            found = self.gathering.state_of(work, grant.id)
        assert found is not None
        return found.state.value

    def labels(self) -> set[str]:
        """Return the names of Alva's skills."""
        with self.work() as work:
            return {skill.label for skill in self.profile.skills(work, self.alva.id, "en")}

    def records(self) -> dict[str, str | None]:
        """Return Alva's records by the provider's id, each with its problem's code."""
        with self.work() as work:
            kept = self.profile.records(work, self.alva.id)
        return {record.record_id: record.problem.code if record.problem else None for record in kept}


def settle(*nodes: Neighbour) -> None:
    """Let all nodes do what is due until nobody has anything left."""
    while sum(node.worker.run_due() for node in nodes):
        pass


def offering(dataset: str, kinds: tuple[str, ...]) -> Offering:
    """Return what an organisation offers of its people's records."""
    return Offering(
        id=dataset,
        title={"en": dataset},
        description={"en": "Invented records of an invented university."},
        kinds=kinds,
        personal=True,
        purposes=("gather",),
        media_type="application/json",
        policy=offer_rules(purposes=["gather"]),
        updated=datetime(2026, 11, 1, tzinfo=UTC),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
