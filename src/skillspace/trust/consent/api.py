"""The wire of consent: grants are delivered, ended and asked about between nodes; each call proves who calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.storage.database import Database
from skillspace.trust.consent.desk import UseDesk
from skillspace.trust.consent.held import INTERMEDIARY_ROLE, HeldGrants
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.messages import GrantDelivery, GrantEnded, Happened, UseAnswer, UseQuestion
from skillspace.trust.consent.model import Report
from skillspace.trust.identity import Peer

Authenticate = Callable[[str | None], Peer]
Authorization = Annotated[str | None, Header(alias="Authorization")]


def router(*, held: HeldGrants, desk: UseDesk | None, authenticate: Authenticate, database: Database) -> APIRouter:
    """Return the three doors under ``/consent``; ``uses`` is open only at an intermediary (`desk`)."""
    routes = APIRouter(prefix="/consent", tags=["Consent"])

    @routes.post("/grants")
    def receive(message: GrantDelivery, authorization: Authorization = None) -> dict[str, bool]:
        peer = authenticate(authorization)
        terms = held.verify(message.credential, peer)
        with database.writing() as work:
            return {"received": held.receive(work, terms)}

    @routes.post("/ended")
    def end(message: GrantEnded, authorization: Authorization = None) -> dict[str, str]:
        peer = authenticate(authorization)
        with database.writing() as work:
            receipt = held.end(
                work,
                sender=peer.did,
                is_intermediary=INTERMEDIARY_ROLE in peer.roles,
                grant=message.grant,
                state=GrantState(message.state),
            )
        return {"receipt": receipt}

    @routes.post("/uses")
    def use(message: UseQuestion, authorization: Authorization = None) -> UseAnswer:
        peer = authenticate(authorization)
        if desk is None:
            raise NotFound("This node keeps no consents.")
        with database.writing() as work:
            if message.happened is not None:
                report = _report(message.happened, message.what)
                desk.report(work, provider=peer.did, grant=message.grant, report=report)
                return UseAnswer(live=False, reason="Written down.")
            answer = desk.use(work, provider=peer.did, grant=message.grant, dataset=message.dataset, kinds=message.what)
        return UseAnswer(live=answer.live, code=answer.code, reason=answer.reason)

    return routes


def _report(happened: Happened, kinds: list[str]) -> Report:
    try:
        at = from_iso(happened.at)
    except (ValueError, OverflowError):
        raise BadInput(f"{happened.at!r} is not a moment.") from None
    return Report(
        outcome=happened.outcome,
        by=happened.by,
        kinds=tuple(kinds),
        at=at,
        code=happened.code,
        reason=happened.reason,
        line=happened.id,
    )
