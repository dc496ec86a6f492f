"""Two organisations within one test: calls go through the other one's real router, refusals come back as over HTTP."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.testclient import TestClient

from skillspace.kernel.errors import NotAMember, PeerUnreachable, SkillspaceError
from skillspace.trust.identity import Peer, PeerRefused

INTERMEDIARY, UNIVERSITY, EMPLOYER = (f"did:web:{name}.example" for name in ("space", "university", "employer"))
MEMBERS = {
    INTERMEDIARY: Peer(did=INTERMEDIARY, name="Invented Space", roles=frozenset({"intermediary"})),
    UNIVERSITY: Peer(did=UNIVERSITY, name="Invented University", roles=frozenset({"university"})),
    EMPLOYER: Peer(did=EMPLOYER, name="Invented Employer", roles=frozenset({"employer"})),
}


def authenticate(header: str | None) -> Peer:
    """Believe the DID in the header: who signs tokens, and how, is another room's matter."""
    peer = MEMBERS.get((header or "").removeprefix("Bearer "))
    if peer is None:
        raise NotAMember()
    return peer


def application(*routers: APIRouter) -> FastAPI:
    """An application that answers faults as a node does."""
    app = FastAPI()
    for router in routers:
        app.include_router(router)

    @app.exception_handler(SkillspaceError)
    def _fault(_request: Request, fault: SkillspaceError) -> JSONResponse:
        return JSONResponse({"code": fault.code, "message": fault.message}, status_code=fault.http_status)

    return app


class Wire:
    """What calls between nodes go through: one application per DID, any of which may be down."""

    def __init__(self) -> None:
        self.nodes: dict[str, TestClient] = {}
        self.down: set[str] = set()

    def add(self, did: str, app: FastAPI) -> TestClient:
        self.nodes[did] = TestClient(app, base_url=f"https://{did.rpartition(':')[2]}")
        return self.nodes[did]

    def of(self, did: str) -> WirePeers:
        return WirePeers(self, did)


class WirePeers:
    """A peer client of one node on the wire."""

    def __init__(self, wire: Wire, own_did: str) -> None:
        self.wire = wire
        self.own_did = own_did

    def service(self, did: str, _kind: str) -> str:
        return f"https://{did.rpartition(':')[2]}"

    def call(self, method: str, did: str, url: str, body: object = None, **_: object) -> dict[str, Any]:
        if did in self.wire.down or did not in self.wire.nodes:
            raise PeerUnreachable(f"{did} does not answer.")
        parts = urlsplit(url)
        answer = self.wire.nodes[did].request(
            method, parts.path, json=body, headers={"Authorization": f"Bearer {self.own_did}"}
        )
        content = answer.json() if answer.content else {}
        if answer.status_code >= 500:
            raise PeerUnreachable(f"{did} answered {answer.status_code}.")
        if answer.status_code >= 400:
            raise PeerRefused(str(content.get("message")), status=answer.status_code, body=content)
        return content
