"""The catalog's endpoints (DSP 2025-1 §6): a page of the whole after another, and a dataset by its id."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Response
from pydantic import Field

from skillspace.exchange.catalog.cursor import read_cursor
from skillspace.exchange.catalog.filter import FilterNotSupported, page_size, read_filter
from skillspace.exchange.catalog.links import write_links
from skillspace.exchange.catalog.service import Catalog, Page
from skillspace.exchange.catalog.terms import DIGEST, KNOWN_DIGEST
from skillspace.exchange.door import Answer, Authorization, Body, Door, respond
from skillspace.exchange.messages import Message, read
from skillspace.storage.database import Work
from skillspace.trust.identity import Peer

Encodings = Annotated[str, Header(alias="Accept-Encoding")]
Known = Annotated[str, Header(alias=KNOWN_DIGEST)]
#: Read as texts, so that what does not fit is refused in the protocol's own words.
PageAddress = Annotated[str | None, Query(alias="page", description="The page, as a Link header named it.")]
PageSize = Annotated[str | None, Query(alias="limit", description="How many datasets a page holds, 1000 at most.")]


class CatalogRequestMessage(Message):
    """DSP 2025-1 §5; what `filter` may hold is said in `catalog.filter`."""

    type: Annotated[Literal["CatalogRequestMessage"], Field(alias="@type")]
    filter: list[Any] | dict[str, Any] | None = None


def router(catalog: Catalog, door: Door) -> APIRouter:
    """Serve the catalog below the protocol's base, through a door made for CatalogError."""
    api = APIRouter(prefix="/catalog", tags=["catalog"])
    base = catalog.endpoint_of(door.version)

    @api.post("/request")
    def request(
        body: Body,
        authorization: Authorization = None,
        encodings: Encodings = "",
        known: Known = "",
        page: PageAddress = None,
        limit: PageSize = None,
    ) -> Response:
        headers: dict[str, str] = {}

        def act(work: Work, peer: Peer, content: dict[str, Any]) -> Answer:
            given = read(CatalogRequestMessage, content).filter
            question = read_filter([given] if isinstance(given, dict) else given)
            if limit is not None:
                question = question.of_size(_number(limit))
            if known and page is None and known == catalog.digest(work, peer, base):
                headers[DIGEST] = known
                return 200, catalog.unchanged(base)
            cursor = read_cursor(page) if page is not None else None
            found = catalog.page(work, peer, question, cursor=cursor, endpoint=base)
            headers.update(_headers(found, base))
            return 200, found.document

        return respond(door.take(authorization, body, act, changes=False), encodings, headers)

    @api.get("/datasets/{dataset:path}")
    def dataset(dataset: str, authorization: Authorization = None, encodings: Encodings = "") -> Response:
        def look(work: Work, peer: Peer) -> Any:
            return catalog.dataset(work, dataset, peer, endpoint=base)

        return respond(door.show(authorization, look), encodings)

    return api


def _headers(page: Page, base: str) -> dict[str, str]:
    here = f"{base}/catalog/request?page="
    links = write_links(
        next=f"{here}{page.next}" if page.next else None,
        previous=f"{here}{page.previous}" if page.previous else None,
    )
    return {DIGEST: page.digest} | ({"Link": links} if links else {})


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        raise FilterNotSupported("limit must be a whole number from 1.")
    return page_size(int(text))
