"""The page of transfers: what went in and out, under way or over, and why some of it stopped."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.exchange import Transfer, TransferState, ledger
from skillspace.exchange.parties import CONSUMER
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.tables import as_csv, cut_of, wanted
from skillspace.portal.pages.organisation.wording import Names
from skillspace.portal.views.organisation import TransferLine, TransfersPage

PATH = "/org/transfers"
_SORTS = {"asset": "asset", "other": "other", "is_incoming": "role", "state": "state", "changed": "changed"}


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Transfers")

    @routes.get(PATH)
    def transfers(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _transfers(visit)

    return routes


def transfer_line(transfer: Transfer, names: Names, own_did: str) -> TransferLine:
    """Return one transfer as a line of a table. Only a request and a first start tell by themselves who made them."""
    is_incoming = transfer.role == CONSUMER
    provider, consumer = (transfer.peer, own_did) if is_incoming else (own_did, transfer.peer)
    who = {TransferState.REQUESTED: consumer, TransferState.STARTED: provider}.get(transfer.state)
    return TransferLine(
        id=transfer.pid,
        asset=names.title(provider, transfer.dataset),
        other=names.of(transfer.peer),
        is_incoming=is_incoming,
        state=transfer.state.value,
        changed=transfer.changed,
        who=names.of(who) if who else "",
        why=transfer.reason or "",
    )


def _transfers(visit: Visit) -> Response:
    asked = wanted(visit, PATH, _SORTS, sort="changed", is_down=True)
    names = Names(visit)
    total, found = ledger.transfers(visit.work, cut_of(asked, names, _SORTS), visit.rooms.did)
    lines = [transfer_line(one, names, visit.rooms.did) for one in found]
    if asked.is_csv:
        head = ("id", "about", "with", "to_us", "state", "changed", "by", "why")
        rows = (
            (it.id, it.asset, it.other, it.is_incoming, it.state, it.changed.isoformat(), it.who, it.why)
            for it in lines
        )
        return as_csv("transfers", head, rows)
    page = TransfersPage(
        chrome=visit.chrome("transfers"), listing=asked.listing(total, export=True), transfers=tuple(lines)
    )
    return visit.show(page)
