"""Nodes that have a catalog and a crawler and nothing else, served over HTTP on loopback; and an invented offering."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2 as httpx
import uvicorn
from fastapi import FastAPI, Request, Response

from skillspace.exchange.addresses import Address
from skillspace.exchange.catalog import Catalog, Crawler, Offering
from skillspace.exchange.catalog import api as catalog_api
from skillspace.exchange.channel import Channel
from skillspace.exchange.dialects import CURRENT, SPOKEN, Dialect
from skillspace.exchange.door import Door
from skillspace.exchange.messages import message
from skillspace.kernel.clock import now
from skillspace.kernel.errors import NotAMember
from skillspace.storage.database import Database
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.identity import Peer
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


class SaidIdentity:
    """An authentication for tests: the header is the caller's identifier; roles are looked up."""

    def __init__(self, own_id: str, roles: Mapping[str, frozenset[str]]) -> None:
        self.own_id = own_id
        self.described: Mapping[str, Any] = {}
        self._roles = roles

    def headers(self, _audience: str) -> dict[str, str]:
        return {"Authorization": self.own_id}

    def authenticate(self, authorization: str | None) -> Peer:
        if not authorization:
            raise NotAMember()
        return Peer(did=authorization, name=authorization, roles=self._roles.get(authorization, frozenset()))


class Town:
    """Where the shops of a test are, by identifier, with the roles each has and the dialect it is spoken to in."""

    def __init__(self) -> None:
        self.bases: dict[str, str] = {}
        self.roles: dict[str, frozenset[str]] = {}
        self.dialects: dict[str, Dialect] = {}

    def find(self, peer: str, _version: str | None = None) -> Address:
        spoken = self.dialects.get(peer, CURRENT)
        return Address(base=f"{self.bases[peer]}/dsp/{spoken.version}", dialect=spoken)


class Server:
    """An ASGI application on a free port of this machine."""

    def __init__(self, app: FastAPI) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self._app = app
        self._server: uvicorn.Server | None = None

    def up(self) -> None:
        config = uvicorn.Config(self._app, host="127.0.0.1", port=self.port, log_config=None, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        deadline = time.monotonic() + 60
        while not self._server.started and time.monotonic() < deadline:
            time.sleep(0.005)

    def down(self, *, at_once: bool = True) -> None:
        """Answer nobody any more; not `at_once`, the server ends in its own time."""
        if self._server is not None:
            self._server.should_exit = True
            self._server.force_exit = True
            if at_once:
                self._thread.join(timeout=60)
            self._server = None


class Shop:
    """A participant that offers and reads; `requests` are the addresses it was asked at."""

    def __init__(self, folder: Path, name: str, town: Town) -> None:
        self.did = f"did:web:{name}.example"
        self.town = town
        self.ahead = timedelta()
        self.requests: list[str] = []
        self.database = Database.in_folder(folder / name, clock=lambda: now() + self.ahead)
        make_tables(self.database)
        self._outbound = Outbound(loopback=True, timeout_s=PATIENCE_S)
        identity = SaidIdentity(self.did, town.roles)
        app = FastAPI()
        self.server = Server(app)
        town.bases[self.did] = self.server.base
        self.catalog = Catalog(own_did=self.did, base_url=self.server.base, title=name)
        self.members: list[str] = []
        self.crawler = Crawler(
            channel=Channel(self._outbound, identity),
            addresses=town,  # type: ignore[arg-type]
            members=lambda _work: self.members,
            every=timedelta(seconds=60),
            clock=self.database.clock,
        )
        self.book = TaskBook()
        self.crawler.register(self.book)
        self.events: list[dict[str, Any]] = []
        self.book.on_event("catalog.crawled", lambda _work, event: self.events.append(dict(event["content"])))
        self.worker = Worker(self.database, self.book)
        for dialect in SPOKEN:
            door = Door("CatalogError", identity.authenticate, self.database, dialect)
            app.include_router(catalog_api.router(self.catalog, door), prefix=f"/dsp/{dialect.version}")
        app.middleware("http")(self._note)

    async def _note(self, request: Request, go_on: Callable[[Request], Any]) -> Response:
        self.requests.append(str(request.url))
        response: Response = await go_on(request)
        return response

    def publish(self, *offerings: Offering) -> None:
        with self.database.writing() as work:
            self.catalog.publish_many(work, offerings)

    def withdraw(self, *names: str) -> None:
        with self.database.writing() as work:
            for name in names:
                self.catalog.withdraw(work, name)

    def crawl(self, other: str) -> None:
        with self.database.writing() as work:
            self.crawler.crawl_now(work, other)
        self.worker.run_due()

    def seen(self, provider: str | None = None) -> list[str]:
        with self.database.reading() as work:
            return [one.id for one in self.crawler.offerings(work, provider=provider)]

    def ask(
        self, other: Shop, at: str = "/catalog/request", version: str = CURRENT.version, **members: object
    ) -> httpx.Response:
        """Send a request for the catalog by hand, to an address below another's base or to a whole one."""
        address = at if at.startswith("http") else f"{other.server.base}/dsp/{version}{at}"
        asked = message("CatalogRequestMessage", **members)
        return httpx.post(address, json=asked, headers={"Authorization": self.did}, trust_env=False)

    def close(self) -> None:
        self.server.down(at_once=False)
        self._outbound.close()
        self.database.close()


def offering(offering_id: str = "diplomas", **changes: Any) -> Offering:
    """An offering of an invented school."""
    facts: dict[str, Any] = {
        "id": offering_id,
        "title": {"en": "Diplomas", "sv": "Examensbevis från Åre"},
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


def ids(document: Mapping[str, Any]) -> list[str]:
    """Return the datasets of a catalog by id."""
    return [dataset["@id"] for dataset in document.get("dataset", [])]
