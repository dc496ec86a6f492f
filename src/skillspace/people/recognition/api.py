"""The wire of recognition: an intermediary asks in which ways, for a letter, and passes on what a wallet shows.

Our own messages, as in `people.api`. Each says what it is for, so that it can be nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import Refused
from skillspace.people.recognition.service import Recognition
from skillspace.storage.database import Database
from skillspace.trust.identity import Peer

Authorization = Annotated[str | None, Header(alias="Authorization")]
Authenticate = Callable[[str | None], Peer]
Subject = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[!-~]+$")]


class _Message(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)

    purpose: Literal["link"]
    subject: Subject


class LetterRequest(_Message):
    """The address a person says is on file, the pseudonym to connect, and the language to write in."""

    address: str = Field(min_length=3, max_length=254, repr=False)
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$")


class NonceRequest(_Message):
    """The pseudonym of somebody whose wallet is about to answer."""


class Shown(_Message):
    """A presentation that a person's wallet made for this organisation."""

    presentation: str = Field(min_length=1, max_length=512 * 1024, repr=False)


def router(recognition: Recognition, authenticate: Authenticate, database: Database) -> APIRouter:
    """Return the doors of an organisation that recognises its people; only intermediaries may enter."""
    routes = APIRouter(prefix="/people", tags=["People"])

    def intermediary(authorization: str | None) -> Peer:
        peer = authenticate(authorization)
        if "intermediary" not in peer.roles:
            raise Refused(f"{peer.name} is no intermediary; only an intermediary connects people.")
        return peer

    @routes.get("/ways")
    def ways(authorization: Authorization = None) -> dict[str, Any]:
        intermediary(authorization)
        return dict(recognition.offer())

    @routes.post("/letters", status_code=202)
    def letter(request: LetterRequest, authorization: Authorization = None) -> dict[str, Any]:
        peer = intermediary(authorization)
        with database.writing() as work:
            return dict(
                recognition.ask_letter(
                    work, peer, subject=request.subject, address=request.address, language=request.language
                )
            )

    @routes.post("/nonces")
    def begin(request: NonceRequest, authorization: Authorization = None) -> dict[str, Any]:
        peer = intermediary(authorization)
        with database.writing() as work:
            made = recognition.begin_showing(work, peer.did, request.subject)
        return {"nonce": made.nonce, "audience": made.audience, "until": iso(made.until)}

    @routes.post("/presentations")
    def show(request: Shown, authorization: Authorization = None) -> dict[str, Any]:
        peer = intermediary(authorization)
        return dict(recognition.show(database, peer.did, request.subject, request.presentation))

    return routes
