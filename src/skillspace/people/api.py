"""The wire of people: an intermediary connects a person to what an organisation holds, asks what there is, and leaves.

Our own messages; neither DSP nor DCP speaks of natural persons. The subject is the person's pairwise pseudonym.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from skillspace.kernel.errors import Refused
from skillspace.people.holdings import Holdings
from skillspace.people.recognition import Recognition
from skillspace.storage.database import Database
from skillspace.trust.identity import Peer

Authorization = Annotated[str | None, Header(alias="Authorization")]
Authenticate = Callable[[str | None], Peer]


class LinkRequest(BaseModel):
    """A person's code, and the pseudonym under which the intermediary will ask for them."""

    model_config = ConfigDict(strict=True, extra="forbid")

    code: str = Field(min_length=1, max_length=20)
    subject: str = Field(min_length=1, max_length=200)


def router(
    holdings: Holdings, authenticate: Authenticate, database: Database, recognition: Recognition | None = None
) -> APIRouter:
    """Return the doors of an organisation that holds people's documents; only intermediaries may enter.

    With `recognition` the code may be one that came by mail, too.
    """
    known = recognition or holdings
    routes = APIRouter(prefix="/people", tags=["People"])

    def intermediary(authorization: str | None) -> str:
        peer = authenticate(authorization)
        if "intermediary" not in peer.roles:
            raise Refused(f"{peer.name} is no intermediary; only an intermediary connects people.")
        return peer.did

    @routes.post("/links")
    def connect(request: LinkRequest, authorization: Authorization = None) -> dict[str, Any]:
        caller = intermediary(authorization)
        with database.writing() as work:
            known.count_attempt(work, caller, request.subject)
        with database.writing() as work:
            return dict(known.redeem(work, caller, request.code, request.subject))

    @routes.get("/links/{subject}")
    def held(subject: str, authorization: Authorization = None) -> dict[str, Any]:
        caller = intermediary(authorization)
        with database.reading() as work:
            return dict(holdings.held_for(work, caller, subject))

    @routes.delete("/links/{subject}", status_code=204)
    def disconnect(subject: str, authorization: Authorization = None) -> None:
        caller = intermediary(authorization)
        with database.writing() as work:
            known.disconnect(work, caller, subject)

    return routes
