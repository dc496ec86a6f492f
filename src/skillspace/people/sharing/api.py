"""The wire of sharing: a recipient may comment while its grant lives, and says when it refused a look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from skillspace.people.sharing.service import MAX_COMMENT, Sharing
from skillspace.storage.database import Database
from skillspace.trust.identity import Peer


class Remark(BaseModel):
    """A comment as it arrives: who at the organisation says what."""

    model_config = ConfigDict(strict=True, extra="forbid")

    by: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=MAX_COMMENT)


def router(sharing: Sharing, authenticate: Callable[[str | None], Peer], database: Database) -> APIRouter:
    """Return the router of comments on shared profiles."""
    routes = APIRouter(prefix="/people/shares", tags=["Sharing"])

    @routes.post("/{grant_id}/comments", status_code=201)
    def comment(grant_id: str, remark: Remark, authorization: Annotated[str | None, Header()] = None) -> dict[str, str]:
        peer = authenticate(authorization)
        with database.writing() as work:
            return {"id": sharing.comment(work, grant_id=grant_id, peer=peer, by=remark.by, text=remark.text).id}

    @routes.post("/{grant_id}/looks")
    def look(grant_id: str, authorization: Annotated[str | None, Header()] = None) -> Mapping[str, object]:
        peer = authenticate(authorization)
        with database.writing() as work:
            return sharing.turned_away(work, grant_id=grant_id, peer=peer)

    return routes
