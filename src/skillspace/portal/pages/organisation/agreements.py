"""The page of agreements: under which contracts data moves, to whom, what for and until when."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.exchange import ledger
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.tables import as_csv, cut_of, wanted
from skillspace.portal.pages.organisation.wording import Names, purposes_in, until_of
from skillspace.portal.views.organisation import AgreementLine, AgreementsPage
from skillspace.trust.contract import Agreement

PATH = "/org/agreements"
_SORTS = {"asset": "asset", "other": "other", "is_ours": "role", "state": "in_force", "signed": "made"}


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Agreements")

    @routes.get(PATH)
    def agreements(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _agreements(visit)

    return routes


def _agreements(visit: Visit) -> Response:
    asked = wanted(visit, PATH, _SORTS, sort="signed", is_down=True)
    names = Names(visit)
    total, found = ledger.agreements(visit.work, cut_of(asked, names, _SORTS))
    carried = ledger.transfers_under(visit.work, [agreement.id for agreement, _ in found])
    lines = [_agreement(one, is_ours, carried.get(one.id, 0), names, visit) for one, is_ours in found]
    if asked.is_csv:
        head = ("id", "about", "with", "data_to_us", "purpose", "state", "signed", "until", "transfers")
        rows = (
            (it.id, it.asset, it.other, it.is_ours, it.purpose, it.state, it.signed, it.until, it.transfers)
            for it in lines
        )
        return as_csv("agreements", head, rows)
    return visit.show(
        AgreementsPage(
            chrome=visit.chrome("agreements"),
            listing=asked.listing(total, export=True),
            agreements=tuple(lines),
            today=visit.work.now.date(),
        )
    )


def _agreement(agreement: Agreement, is_ours: bool, transfers: int, names: Names, visit: Visit) -> AgreementLine:
    until = until_of(agreement.policy)
    is_over = until is not None and until <= visit.work.now
    state = "TERMINATED" if not agreement.in_force else "EXPIRED" if is_over else "FINALIZED"
    return AgreementLine(
        id=agreement.id,
        asset=names.title(agreement.provider, agreement.dataset),
        other=names.of(agreement.provider if is_ours else agreement.consumer),
        is_ours=is_ours,
        state=state,
        signed=agreement.made.date(),
        until=until.date() if until else None,
        purpose=purposes_in(agreement.policy, visit.words),
        transfers=transfers,
    )
