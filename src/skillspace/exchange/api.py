"""Everything the connector serves: each dialect of the protocol under its version, the version document, the data."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from skillspace.exchange.addresses import WELL_KNOWN, version_document
from skillspace.exchange.bundle import Exchange
from skillspace.exchange.catalog import api as catalog
from skillspace.exchange.dialects import SPOKEN
from skillspace.exchange.door import Door
from skillspace.exchange.negotiation import api as negotiation
from skillspace.exchange.transfer import api as transfer
from skillspace.storage.database import Database


def router(exchange: Exchange, database: Database) -> APIRouter:
    """Mount the rooms once for every dialect."""
    api = APIRouter()
    authenticate = exchange.authentication.authenticate
    for dialect in SPOKEN:
        protocol = APIRouter(prefix=f"/dsp/{dialect.version}")
        doors = [
            Door(error, authenticate, database, dialect)
            for error in ("CatalogError", "ContractNegotiationError", "TransferError")
        ]
        protocol.include_router(catalog.router(exchange.catalog, doors[0]))
        protocol.include_router(negotiation.router(exchange.negotiations.incoming, doors[1]))
        protocol.include_router(transfer.router(exchange.transfers.incoming, doors[2]))
        api.include_router(protocol)
    api.include_router(exchange.dataplanes.router())

    @api.get(f"/dsp{WELL_KNOWN}", tags=["version"])
    def versions() -> dict[str, Any]:
        return version_document(exchange.authentication.described, exchange.authentication.own_id)

    @api.get(WELL_KNOWN, tags=["version"])
    def versions_of_the_host() -> dict[str, Any]:
        """Answer at the host's root as well, where DSP 2024-1 looks."""
        return version_document(exchange.authentication.described, exchange.authentication.own_id, "/dsp")

    return api
