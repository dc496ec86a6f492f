"""The catalog's endpoints (DSP 2025-1 §6): one request for the whole, one for a dataset."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Response
from pydantic import Field

from skillspace.exchange.catalog.service import Catalog
from skillspace.exchange.door import Answer, Authenticate, Authorization, Body, Door, respond
from skillspace.exchange.messages import Message, read
from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Database, Work
from skillspace.trust.identity import Peer

Encodings = Annotated[str, Header(alias="Accept-Encoding")]


class CatalogRequestMessage(Message):
    """DSP 2025-1 §5; `filter` is read only to refuse one that asks for something."""

    type: Annotated[Literal["CatalogRequestMessage"], Field(alias="@type")]
    filter: list[Any] | None = None


class FilterNotSupported(BadInput):
    """This catalog cannot be filtered; ask for it without a filter."""


def router(catalog: Catalog, authenticate: Authenticate, database: Database) -> APIRouter:
    """Serve the catalog below the protocol's base."""
    api = APIRouter(prefix="/catalog", tags=["catalog"])
    door = Door("CatalogError", authenticate, database)

    @api.post("/request")
    def request(body: Body, authorization: Authorization = None, encodings: Encodings = "") -> Response:
        def act(work: Work, _peer: Peer, content: dict[str, Any]) -> Answer:
            if read(CatalogRequestMessage, content).filter:
                raise FilterNotSupported()
            return 200, catalog.document(work)

        return respond(door.take(authorization, body, act, changes=False), encodings)

    @api.get("/datasets/{dataset:path}")
    def dataset(dataset: str, authorization: Authorization = None, encodings: Encodings = "") -> Response:
        return respond(door.show(authorization, lambda work, _peer: catalog.dataset(work, dataset)), encodings)

    return api
