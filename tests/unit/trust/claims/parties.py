"""Organisations for these tests: each with its own key, database and doors, on a web that exists in memory only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2 as httpx
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.testclient import TestClient

from skillspace.kernel.errors import PeerUnreachable, Refused, SkillspaceError
from skillspace.storage.database import Database, metadata, tasks
from skillspace.storage.tasks import TaskBook, Worker
from skillspace.trust.claims import (
    ISSUER_PATH,
    SERVICE_PATH,
    STATUS_PATH,
    Correspondence,
    CredentialService,
    Definition,
    Issuer,
    SecureTokenService,
    Statement,
    Verifier,
    credential_service_router,
    issuer_router,
    sts_router,
)
from skillspace.trust.claims.scopes import of_type
from skillspace.trust.claims.store import held, issuances, issued, requests, sts_clients
from skillspace.trust.identity import DidResolver, SelfIssuedTokens, did_document
from skillspace.trust.identity.document import read_document
from skillspace.trust.identity.tokens import seen_tokens
from skillspace.trust.status import Register, StatusChecker
from skillspace.trust.status.store import status_entries
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Reply
from tests.conftest import NOON

DIPLOMA, BADGE = "DiplomaCredential", "BadgeCredential"
SCHEMA = {"type": "object", "required": ["id", "title"], "properties": {"title": {"type": "string"}}}


#: All that these rooms keep; the hundred other tables of a node would only cost time.
TABLES = [tasks, held, requests, issuances, issued, sts_clients, seen_tokens, status_entries]


class Time:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def goes_on(self, **how_long: float) -> None:
        self.at += timedelta(**how_long)


class Web:
    """Who answers at which host; it stands in for the outbound client, and every message is kept."""

    def __init__(self) -> None:
        self.hosts: dict[str, Party] = {}
        self.pages: dict[str, bytes] = {}
        self.said: list[tuple[str, str, Any]] = []

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        max_bytes: int = 0,  # noqa: ARG002 - the client's signature
    ) -> Reply:
        if url in self.pages:
            return Reply(status=200, headers={}, body=self.pages[url])
        host = urlsplit(url).netloc
        if host not in self.hosts:
            raise PeerUnreachable(f"{host} does not answer.")
        if url.endswith("/.well-known/did.json"):
            return Reply(status=200, headers={}, body=json_of(self.hosts[host].document))
        answer = self.hosts[host].site.request(method, url, headers=dict(headers or {}), json=json)
        self.said += [(method, url, json), ("ANSWER", url, _content(answer))]
        if answer.status_code >= 500:
            raise PeerUnreachable(f"{host} answered {answer.status_code}.")
        return Reply(status=answer.status_code, headers=dict(answer.headers), body=answer.content)


class Party:
    """One organisation. It issues diplomas and badges to whoever is in `entitled`, and trusts whom it is told."""

    def __init__(self, name: str, web: Web, folder: Path, time: Time) -> None:
        self.did, self.base, self.web, self.time = f"did:web:{name}.example", f"https://{name}.example", web, time
        self.key = SigningKey.generate(f"{self.did}#key-1")
        self.trusted: dict[str, set[str]] = {}
        self.entitled: dict[str, datetime] = {}
        self.database = Database.in_folder(folder / name, clock=time)
        metadata.create_all(self.database.engine, tables=TABLES)
        self.document = did_document(
            self.did,
            [self.key],
            {"CredentialService": f"{self.base}{SERVICE_PATH}", "IssuerService": f"{self.base}{ISSUER_PATH}"},
        )
        own = read_document(self.document, self.did)
        self.resolver = DidResolver(web, own=own, clock=time)  # type: ignore[arg-type]
        self.tokens = SelfIssuedTokens(self.did, self.key, self.resolver, self.database, time)
        self.wallet = self._wallet()
        register = Register(issuer_did=self.did, issuer_key=self.key, base=f"{self.base}{STATUS_PATH}")
        self.issuer = Issuer(did=self.did, key=self.key, base=f"{self.base}{ISSUER_PATH}", register=register)
        for kind in (DIPLOMA, BADGE):
            self.issuer.issues(Definition(type=kind, state=self._state, schema=SCHEMA))
        self.sts = SecureTokenService(tokens=self.tokens, access=self.wallet.access)
        self.verifier = self._verifier()
        self.worker = self._worker()
        web.hosts[f"{name}.example"] = self

    def is_trusted(self, issuer: str, types: tuple[str, ...]) -> bool:
        named = [kind for kind in types if kind != "VerifiableCredential"]
        return bool(named) and all(issuer in self.trusted.get(kind, set()) for kind in named)

    def trusts(self, issuer: Party, *types: str) -> None:
        for kind in types:
            self.trusted.setdefault(kind, set()).add(issuer.did)
        self.wallet = self._wallet()
        self.worker = self._worker()
        self.__dict__.pop("site", None)

    @cached_property
    def site(self) -> TestClient:
        """What answers at this party's address; made when it is first called."""
        return TestClient(self._app())

    def work_off(self) -> None:
        """Do what is due, and what falls due by waiting a little."""
        self.worker.run_due()

    def authorization(self, audience: Party, *shows: str) -> str:
        """The header of a call to `audience` that lets it read these types."""
        access = self.wallet.access.issue(audience.did, [of_type(kind) for kind in shows])
        return f"Bearer {self.tokens.issue(audience.did, access_token=access)}"

    def _wallet(self) -> CredentialService:
        return CredentialService(
            did=self.did,
            key=self.key,
            resolver=self.resolver,
            trust=self.is_trusted,
            issuers={issuer for issuers in self.trusted.values() for issuer in issuers},
            shows=(DIPLOMA,),
            clock=self.time,
        )

    def _verifier(self) -> Verifier:
        return Verifier(
            tokens=self.tokens,
            resolver=self.resolver,
            outbound=self.web,  # type: ignore[arg-type]
            trust=self.is_trusted,
            check_status=StatusChecker(self.web, self.resolver.key, self.time).check,  # type: ignore[arg-type]
            clock=self.time,
        )

    def _worker(self) -> Worker:
        book = TaskBook()
        Correspondence(
            holder=self.wallet,
            issuer=self.issuer,
            tokens=self.tokens,
            resolver=self.resolver,
            outbound=self.web,  # type: ignore[arg-type]
        ).register(book)
        return Worker(self.database, book)

    def _state(self, _work: Any, holder: str) -> Statement:
        if holder not in self.entitled:
            raise Refused(f"{holder} has earned nothing here.")
        return Statement(subject={"title": "Invented diploma"}, until=self.entitled[holder])

    def _app(self) -> FastAPI:
        app = FastAPI()
        caller = self.verifier.caller
        app.include_router(credential_service_router(self.database, caller, self.wallet))
        app.include_router(issuer_router(self.database, caller, self.issuer))
        app.include_router(sts_router(self.database, self.sts))

        @app.exception_handler(SkillspaceError)
        async def say_no(_: Request, fault: Exception) -> Response:
            assert isinstance(fault, SkillspaceError)
            return JSONResponse({"code": fault.code, "message": fault.message}, fault.http_status)

        return app


def json_of(content: object) -> bytes:
    return json.dumps(content).encode()


def _content(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return answer.text
