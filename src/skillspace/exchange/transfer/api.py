"""The transfer's endpoints (DSP 2025-1 §10), both roles under one base: a pid is always ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Response

from skillspace.exchange.door import Answer, Authorization, Body, Door, respond
from skillspace.exchange.transfer.incoming import Incoming
from skillspace.storage.database import Work
from skillspace.trust.identity import Peer

Take = Callable[[Work, str, str, Mapping[str, Any]], None]


def router(incoming: Incoming, door: Door) -> APIRouter:
    """Serve transfers below the protocol's base."""
    api = APIRouter(prefix="/transfers", tags=["transfer"])

    def take(authorization: str | None, body: bytes, pid: str, how: Take) -> Response:
        def act(work: Work, peer: Peer, content: dict[str, Any]) -> Answer:
            how(work, peer.did, pid, content)
            return 200, None

        return respond(door.take(authorization, body, act, pid))

    @api.post("/request")
    def request(body: Body, authorization: Authorization = None) -> Response:
        def act(work: Work, peer: Peer, content: dict[str, Any]) -> Answer:
            transfer, is_new = incoming.request(work, peer.did, door.version, content)
            return 201 if is_new else 200, transfer.on_the_wire()

        return respond(door.take(authorization, body, act))

    @api.get("/{pid}")
    def show(pid: str, authorization: Authorization = None) -> Response:
        def look(work: Work, peer: Peer) -> Mapping[str, Any]:
            return incoming.shown(work, peer.did, pid).on_the_wire()

        return respond(door.show(authorization, look, pid))

    @api.post("/{pid}/start")
    def start(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.start)

    @api.post("/{pid}/suspension")
    def suspension(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.suspension)

    @api.post("/{pid}/completion")
    def completion(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.completion)

    @api.post("/{pid}/termination")
    def termination(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.termination)

    return api
