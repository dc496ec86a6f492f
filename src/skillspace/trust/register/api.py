"""The wire of the register: any member may read what an organisation does with people's data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header

from skillspace.storage.database import Database
from skillspace.trust.identity import Peer
from skillspace.trust.register.service import Registers

Authenticate = Callable[[str | None], Peer]
Authorization = Annotated[str | None, Header(alias="Authorization")]


def router(registers: Registers, authenticate: Authenticate, database: Database) -> APIRouter:
    """Return the door ``GET /register``: the newest record, signed."""
    routes = APIRouter(tags=["Register"])

    @routes.get("/register")
    def record(authorization: Authorization = None) -> dict[str, str]:
        authenticate(authorization)
        with database.reading() as work:
            return {"record": registers.signed(work)}

    return routes
