"""The wire of membership: applications to the authority, and the list of members."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header

from skillspace.storage.database import Database
from skillspace.trust.membership.authority import Authority
from skillspace.trust.membership.gatekeeper import Gatekeeper
from skillspace.trust.membership.machine import MemberState
from skillspace.trust.membership.model import Application

Authorization = Annotated[str | None, Header()]


def authority_router(database: Database, gatekeeper: Gatekeeper, authority: Authority) -> APIRouter:
    """Return the authority's doors: anyone with a DID may apply, members may read the list."""
    router = APIRouter(prefix="/membership", tags=["Membership"])

    @router.post("/applications", status_code=202)
    def apply(message: Application, authorization: Authorization = None) -> dict[str, str]:
        caller = gatekeeper.caller(authorization)
        with database.writing() as work:
            return {"did": caller.did, "state": authority.apply(work, caller.did, message).state}

    @router.get("/members")
    def members(authorization: Authorization = None) -> dict[str, list[dict[str, Any]]]:
        gatekeeper.authenticate(authorization)
        with database.reading() as work:
            listed = [member for member in authority.register(work) if member.state is MemberState.ADMITTED]
        entries = [
            {"did": member.did, "name": member.name, "roles": sorted(member.roles), "address": member.address}
            for member in listed
        ]
        return {"members": entries}

    return router
