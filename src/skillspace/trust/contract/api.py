"""The wire of contracts: members order and ask, orchestrators tell; each call proves who calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query

from skillspace.kernel.errors import Conflict
from skillspace.storage.database import Database
from skillspace.trust.contract.answers import news, open_contracts
from skillspace.trust.contract.desk import Desk
from skillspace.trust.contract.errors import NotYours
from skillspace.trust.contract.messages import News, Order, Told
from skillspace.trust.contract.reading import is_id_of
from skillspace.trust.contract.store import contracts
from skillspace.trust.contract.tasks import ContractTasks
from skillspace.trust.identity import Peer

Authenticate = Callable[[str | None], Peer]
Authorization = Annotated[str | None, Header(alias="Authorization")]


def router(
    *, own_did: str, desk: Desk, tasks: ContractTasks, authenticate: Authenticate, database: Database
) -> APIRouter:
    """Return the doors under ``/contracts``: ``orders`` and reading at an orchestrator, ``news`` at a member."""
    routes = APIRouter(prefix="/contracts", tags=["Contracts"])

    @routes.post("/orders")
    def order(message: Order, authorization: Authorization = None) -> dict[str, int]:
        peer = authenticate(authorization)
        if peer.did == own_did:
            raise Conflict("A node gives itself no orders.")
        key = desk.check(message, peer.did)
        with database.writing() as work:
            return {"revision": desk.perform(work, message, peer.did, key)}

    @routes.post("/news")
    def told(message: Told, authorization: Authorization = None) -> dict[str, bool]:
        peer = authenticate(authorization)
        if peer.did == own_did or not is_id_of(message.contract, peer.did):
            raise NotYours(f"Contract {message.contract} is not kept by {peer.did}.")
        with database.writing() as work:
            row = work.one(contracts.select().where(contracts.c.id == message.contract))
            is_new = row is None or row["revision"] < message.revision
            if is_new:
                tasks.hear(work, contract=message.contract, orchestrator=peer.did, revision=message.revision)
        return {"asking": is_new}

    @routes.get("")
    def listed(authorization: Authorization = None) -> dict[str, Any]:
        authenticate(authorization)
        with database.reading() as work:
            return {"contracts": open_contracts(work, own_did)}

    @routes.get("/{contract}")
    def changed(contract: str, since: Annotated[int, Query(ge=0)] = 0, authorization: Authorization = None) -> News:
        peer = authenticate(authorization)
        with database.reading() as work:
            return news(work, contract, viewer=peer.did, own_did=own_did, since=since)

    return routes
