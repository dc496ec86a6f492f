"""The wire of chains: hops, neighbours and askers tell each other; each call proves who calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header
from pydantic import ValidationError

from skillspace.exchange.chains.bonds import Bonds
from skillspace.exchange.chains.messages import SamePerson
from skillspace.exchange.chains.post import Post
from skillspace.exchange.messages import check_storable
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.storage.database import Database
from skillspace.trust.identity import Peer

Authenticate = Callable[[str | None], Peer]
Authorization = Annotated[str | None, Header(alias="Authorization")]
_MAX_ID = 100


def router(*, post: Post, bonds: Bonds, authenticate: Authenticate, database: Database) -> APIRouter:
    """Return the doors under ``/chains``."""
    routes = APIRouter(prefix="/chains", tags=["Chains"])

    @routes.post("/same-person")
    def same_person(message: SamePerson, authorization: Authorization = None) -> dict[str, bool]:
        peer = authenticate(authorization)
        with database.reading() as work:
            return {"same": bonds.answer(work, peer.did, taken=message.taken, given=message.given)}

    @routes.post("/{chain}/{word}")
    def tell(
        chain: str, word: str, body: Annotated[dict[str, Any], Body()], authorization: Authorization = None
    ) -> Mapping[str, Any]:
        peer = authenticate(authorization)
        if not (chain.startswith("chain-") and chain.replace("-", "").isalnum() and chain.isascii()):
            raise NotFound("There is no such chain.")
        model = post.model(word)
        check_storable(body)
        if len(chain) > _MAX_ID:
            raise NotFound("There is no such chain.")
        try:
            message = model.model_validate(body)
        except ValidationError as fault:
            first = fault.errors(include_input=False, include_url=False)[0]
            place = ".".join(str(step) for step in first["loc"]) or "message"
            raise BadInput(f"{model.__name__}: {place}: {first['msg']}.") from None
        return post.take(peer, chain, word, message)

    return routes
