"""The wire of oversight: a person's intermediary asks what matching makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header

from skillspace.market.oversight.messages import Explanation
from skillspace.market.oversight.room import Oversight
from skillspace.storage.database import Database
from skillspace.trust.identity import Peer


def router(oversight: Oversight, authenticate: Callable[[str | None], Peer], database: Database) -> APIRouter:
    """Return the door under ``/matching`` of an organisation that people share with."""
    routes = APIRouter(prefix="/matching", tags=["Matching"])

    @routes.post("/shares/{grant_id}/explained")
    def explained(grant_id: str, authorization: Annotated[str | None, Header()] = None) -> Explanation:
        caller = authenticate(authorization)
        with database.writing() as work:
            return oversight.explained(work, grant_id, caller)

    return routes
