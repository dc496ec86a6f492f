"""Everything the connector serves: the protocol under its version, the version document, and the data plane."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from skillspace.exchange.addresses import WELL_KNOWN, version_document
from skillspace.exchange.bundle import Exchange
from skillspace.exchange.catalog import api as catalog
from skillspace.exchange.door import Authenticate
from skillspace.exchange.messages import PROTOCOL
from skillspace.exchange.negotiation import api as negotiation
from skillspace.exchange.transfer import api as transfer
from skillspace.exchange.transfer import plane
from skillspace.storage.database import Database


def router(exchange: Exchange, authenticate: Authenticate, database: Database) -> APIRouter:
    """Mount the rooms; `authenticate` turns an Authorization header into a Peer or raises."""
    protocol = APIRouter(prefix=f"/dsp/{PROTOCOL}")
    protocol.include_router(catalog.router(exchange.catalog, authenticate, database))
    protocol.include_router(negotiation.router(exchange.negotiations.incoming, authenticate, database))
    protocol.include_router(transfer.router(exchange.transfers.incoming, authenticate, database))
    api = APIRouter()
    api.include_router(protocol)
    api.include_router(plane.router(exchange.plane))

    @api.get(f"/dsp{WELL_KNOWN}", tags=["version"])
    def versions() -> dict[str, Any]:
        return version_document()

    return api
