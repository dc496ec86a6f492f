"""The negotiation's endpoints (DSP 2025-1 §8), both roles under one base: a pid is always ours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Response

from skillspace.exchange.door import Answer, Authorization, Body, Door, respond
from skillspace.exchange.negotiation.incoming import Incoming
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.storage.database import Work
from skillspace.trust.identity import Peer

Begin = Callable[[Work, str, str, Mapping[str, Any]], tuple[Negotiation, bool]]
Take = Callable[[Work, str, str, Mapping[str, Any]], None]


def router(incoming: Incoming, door: Door) -> APIRouter:
    """Serve negotiations below the protocol's base."""
    api = APIRouter(prefix="/negotiations", tags=["negotiation"])

    def begin(authorization: str | None, body: bytes, how: Begin) -> Response:
        def act(work: Work, peer: Peer, content: dict[str, Any]) -> Answer:
            negotiation, is_new = how(work, peer.did, door.version, content)
            return 201 if is_new else 200, negotiation.on_the_wire()

        return respond(door.take(authorization, body, act))

    def take(authorization: str | None, body: bytes, pid: str, how: Take) -> Response:
        def act(work: Work, peer: Peer, content: dict[str, Any]) -> Answer:
            how(work, peer.did, pid, content)
            return 200, None

        return respond(door.take(authorization, body, act, pid))

    @api.post("/request")
    def request(body: Body, authorization: Authorization = None) -> Response:
        return begin(authorization, body, incoming.first_request)

    @api.post("/offers")
    def offer(body: Body, authorization: Authorization = None) -> Response:
        return begin(authorization, body, incoming.first_offer)

    @api.get("/{pid}")
    def show(pid: str, authorization: Authorization = None) -> Response:
        def look(work: Work, peer: Peer) -> Mapping[str, Any]:
            return incoming.shown(work, peer.did, pid).on_the_wire()

        return respond(door.show(authorization, look, pid))

    @api.post("/{pid}/request")
    def counter_request(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.counter_request)

    @api.post("/{pid}/offers")
    def counter_offer(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.counter_offer)

    @api.post("/{pid}/agreement")
    def agreement(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.agreement)

    @api.post("/{pid}/agreement/verification")
    def verification(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.verification)

    @api.post("/{pid}/events")
    def event(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.event)

    @api.post("/{pid}/termination")
    def termination(pid: str, body: Body, authorization: Authorization = None) -> Response:
        return take(authorization, body, pid, incoming.termination)

    return api
