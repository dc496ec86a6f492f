"""The way back: a member asks this node to call it, and is told how that went.

Only the caller's own published address is ever called, under the same guard as every other call, and only one such
call a caller runs at a time. The answer carries a token of ours for the caller, with which it can ask for the
credentials we show to everybody we call.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter

from skillspace.exchange.addresses import Addresses
from skillspace.exchange.channel import Channel
from skillspace.exchange.doctor.findings import said
from skillspace.exchange.doctor.ports import Instruments, within
from skillspace.exchange.door import Authenticate, Authorization
from skillspace.exchange.messages import message
from skillspace.kernel.errors import Conflict, SkillspaceError
from skillspace.trust.identity import Peer

ECHO_PATH = "/exchange/echo-back"
#: Shorter than what the one who asks waits for an answer.
MOST_S = 3.0


class EchoUnderWay(Conflict):
    """The way back to you is being tried already; ask again when that has been answered."""


class EchoBack:
    """Calls a member back and says how that went."""

    def __init__(self, instruments: Instruments) -> None:
        self._instruments = instruments
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def try_way(self, peer: Peer) -> dict[str, Any]:
        """Fetch the version document of `peer` and ask for its catalog; return how far that came.

        Raises EchoUnderWay when this is being done for the same peer.
        """
        began = time.perf_counter()
        report: dict[str, Any] = {"reached": False, "accepted": False}
        with self._alone(peer.did):
            try:
                within(MOST_S, lambda: self._call(peer.did, report))
            except SkillspaceError as fault:
                report["message"] = said(fault.message)
        authorization = self._instruments.authentication.headers(peer.did).get("Authorization", "")
        scheme, _, token = authorization.partition(" ")
        shown = {"token": token} if scheme == "Bearer" and self._instruments.is_dcp else {}
        # A copy: the thread that was not waited for may still write.
        return dict(report) | {"milliseconds": round((time.perf_counter() - began) * 1000)} | shown

    def _call(self, peer: str, report: dict[str, Any]) -> None:
        instruments = self._instruments
        outbound = instruments.outbound()
        try:
            address = Addresses(instruments.peers, outbound, instruments.known).find(peer)
            report |= {"reached": True, "address": address.base, "version": address.dialect.version}
            Channel(outbound, instruments.authentication).call(
                "POST", peer, address, "/catalog/request", message("CatalogRequestMessage")
            )
            report["accepted"] = True
        finally:
            outbound.close()

    @contextmanager
    def _alone(self, peer: str) -> Iterator[None]:
        with self._lock:
            if peer in self._under_way:
                raise EchoUnderWay()
            self._under_way.add(peer)
        try:
            yield
        finally:
            with self._lock:
                self._under_way.discard(peer)


def echo_router(echo: EchoBack, authenticate: Authenticate) -> APIRouter:
    """Serve the way back to members."""
    api = APIRouter(tags=["doctor"])

    @api.post(ECHO_PATH)
    def echo_back(authorization: Authorization = None) -> Mapping[str, Any]:
        return echo.try_way(authenticate(authorization))

    return api
