"""The wire of rights: requests and what follows go to organisations, signed words and packages come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import FileResponse

from skillspace.kernel.errors import NotFound, Refused
from skillspace.storage.database import Database
from skillspace.trust.identity import Peer
from skillspace.trust.rights.hearing import Hearing
from skillspace.trust.rights.inbox import Inbox
from skillspace.trust.rights.messages import Collected, PartMessage, ReplyMessage, Supplied
from skillspace.trust.rights.shelf import Shelf

Authenticate = Callable[[str | None], Peer]
#: Return the DID of a caller who proved to be an intermediary, or raise.
Intermediary = Callable[[str | None], str]
Authorization = Annotated[str | None, Header(alias="Authorization")]
Opens = Annotated[str, Header(alias="Rights-Package", max_length=100)]
INTERMEDIARY_ROLE = "intermediary"


def router(
    *, inbox: Inbox, shelf: Shelf, hearing: Hearing | None, authenticate: Authenticate, database: Database
) -> APIRouter:
    """Return the doors under ``/rights``: ``parts`` for intermediaries, ``replies`` where this node is one."""
    routes = APIRouter(prefix="/rights", tags=["Rights"])

    def intermediary(authorization: str | None) -> str:
        peer = authenticate(authorization)
        if INTERMEDIARY_ROLE not in peer.roles:
            raise Refused(f"{peer.name} is no intermediary; only an intermediary speaks for people.")
        return peer.did

    _requests(routes, inbox, intermediary, database)
    _packages(routes, shelf, intermediary, database)

    @routes.post("/replies")
    def reply(message: ReplyMessage, authorization: Authorization = None) -> dict[str, bool]:
        peer = authenticate(authorization)
        if hearing is None:
            raise NotFound("This node keeps no cases.")
        word = hearing.read(message.reply, peer.did)
        with database.writing() as work:
            hearing.apply(work, word, message.opens)
        return {"taken": True}

    return routes


def _requests(routes: APIRouter, inbox: Inbox, intermediary: Intermediary, database: Database) -> None:
    @routes.post("/parts")
    def receive(message: PartMessage, authorization: Authorization = None) -> dict[str, str]:
        caller = intermediary(authorization)
        with database.writing() as work:
            return {"reply": inbox.receive(work, caller, message)}

    @routes.post("/parts/{part}/withdrawn", status_code=204)
    def withdrawn(part: str, authorization: Authorization = None) -> None:
        caller = intermediary(authorization)
        with database.writing() as work:
            inbox.withdrawn(work, caller, part)

    @routes.post("/parts/{part}/supplied", status_code=204)
    def supplied(part: str, message: Supplied, authorization: Authorization = None) -> None:
        caller = intermediary(authorization)
        with database.writing() as work:
            inbox.supplied(work, caller, part, message.words, message.at)

    @routes.post("/parts/{part}/lifted", status_code=204)
    def lifted(part: str, authorization: Authorization = None) -> None:
        caller = intermediary(authorization)
        with database.writing() as work:
            inbox.lifted(work, caller, part)


def _packages(routes: APIRouter, shelf: Shelf, intermediary: Intermediary, database: Database) -> None:
    @routes.get("/parts/{part}/package")
    def package(part: str, opens: Opens, authorization: Authorization = None) -> FileResponse:
        caller = intermediary(authorization)
        with database.reading() as work:
            path = shelf.open(work, caller, part, opens)
        return FileResponse(path, media_type="application/zip")

    @routes.post("/parts/{part}/collected", status_code=204)
    def collected(part: str, message: Collected, authorization: Authorization = None) -> None:
        caller = intermediary(authorization)
        with database.writing() as work:
            shelf.collected(work, caller, part, message.digest)
