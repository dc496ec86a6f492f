"""The wire of consent: grants are delivered, ended and asked about between nodes; each call proves who calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Header

from skillspace.kernel.clock import from_iso
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.records.credentials import KeyResolver
from skillspace.storage.database import Database
from skillspace.trust.consent.copies.held import INTERMEDIARY_ROLE, HeldGrants, grant_of_receipt, read_deletion
from skillspace.trust.consent.machine import GrantState
from skillspace.trust.consent.messages import (
    Deletion,
    GrantDelivery,
    GrantEnded,
    Happened,
    TokenAnswer,
    TokenRequest,
    UseAnswer,
    UseQuestion,
    UseReport,
)
from skillspace.trust.consent.model import Report
from skillspace.trust.consent.release.desk import UseDesk
from skillspace.trust.consent.release.tokens import read_token
from skillspace.trust.identity import Peer

Authenticate = Callable[[str | None], Peer]
Authorization = Annotated[str | None, Header(alias="Authorization")]


def router(
    *,
    held: HeldGrants,
    desk: UseDesk | None,
    resolve_key: KeyResolver,
    authenticate: Authenticate,
    database: Database,
) -> APIRouter:
    """Return the doors under ``/consent``; ``tokens``, ``uses`` and ``reports`` are open at intermediaries (`desk`)."""
    routes = APIRouter(prefix="/consent", tags=["Consent"])

    def intermediary() -> UseDesk:
        if desk is None:
            raise NotFound("This node keeps no consents.")
        return desk

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

    @routes.post("/deletions", status_code=204)
    def deleted(message: Deletion, authorization: Authorization = None) -> None:
        peer, now = authenticate(authorization), database.clock()
        grant = grant_of_receipt(message.receipt)
        receipt = read_deletion(message.receipt, resolve_key, now, organisation=peer.did, grant=grant)
        with database.writing() as work:
            intermediary().keep_deletion(work, peer.did, receipt)

    @routes.post("/tokens")
    def token(message: TokenRequest, authorization: Authorization = None) -> TokenAnswer:
        peer = authenticate(authorization)
        with database.writing() as work:
            text, answer = intermediary().token(work, recipient=peer.did, grant=message.grant, kinds=message.what)
        return TokenAnswer(token=text, code=answer.code, reason=answer.reason)

    @routes.post("/uses")
    def use(message: UseQuestion, authorization: Authorization = None) -> UseAnswer:
        peer = authenticate(authorization)
        shown = read_token(message.token, resolve_key, database.clock(), signer=held.own_did)
        with database.writing() as work:
            answer = intermediary().redeem(work, provider=peer.did, token=shown, kinds=message.what)
        return UseAnswer(live=answer.live, code=answer.code, reason=answer.reason)

    @routes.post("/reports", status_code=204)
    def report(message: UseReport, authorization: Authorization = None) -> None:
        peer = authenticate(authorization)
        told = _report(message.happened, message.what)
        with database.writing() as work:
            intermediary().report(work, provider=peer.did, grant=message.grant, report=told)

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
