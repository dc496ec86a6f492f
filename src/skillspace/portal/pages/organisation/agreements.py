"""Pages of agreements: under which contracts data moves, to whom, what for and until when; one with what came of it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.exchange import ledger
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.kernel.errors import NotFound
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.tables import as_csv, cut_of, wanted
from skillspace.portal.pages.organisation.terms import as_json
from skillspace.portal.pages.organisation.transfers import transfer_line
from skillspace.portal.pages.organisation.wording import Names, naming, purposes_in, terms_of, until_of
from skillspace.portal.views.connector import AgreementLine, AgreementPage, AgreementsPage, DecisionLine
from skillspace.trust.contract import Agreement
from skillspace.trust.policy.decisions import DecisionLog

PATH = "/org/agreements"
ONE = "/org/agreement"
#: An agreement's page shows this many of its transfers and decisions, the latest ones.
LATEST = 25
_SORTS = {"asset": "asset", "other": "other", "is_ours": "role", "state": "in_force", "signed": "made"}


def router(frame: Frame) -> APIRouter:
    """Return the page's route."""
    routes = frame.router("Agreements")

    @routes.get(PATH)
    def agreements(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return _agreements(visit)

    @routes.get(ONE)
    def agreement(request: Request) -> Response:
        with frame.reading(request) as visit:
            visit.staff("operator")
            return visit.show(_one(visit, visit.asked("id"), visit.asked("role")))

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


def _one(visit: Visit, agreement_id: str, role: str) -> AgreementPage:
    made_by = ledger.agreement_role(visit.work, agreement_id, role if role in (CONSUMER, PROVIDER) else "")
    negotiations = visit.rooms.exchange.negotiations
    found = negotiations.agreement(visit.work, agreement_id, role=made_by[0]) if made_by else None
    if found is None or made_by is None:
        raise NotFound(f"There is no agreement {agreement_id[:200]} here.")
    names, own = Names(visit), visit.rooms.did
    carried = ledger.transfers_of(visit.work, found.id, limit=LATEST)
    count = ledger.transfers_under(visit.work, [found.id]).get(found.id, 0)
    return AgreementPage(
        chrome=visit.chrome("agreements"),
        agreement=_agreement(found, made_by[0] == CONSUMER, count, names, visit),
        provider=names.of(found.provider),
        consumer=names.of(found.consumer),
        made=found.made,
        terms=terms_of(found.policy, visit.words),
        json=as_json(found.policy),
        negotiation=made_by[1],
        transfers=tuple(transfer_line(one, names, own) for one in carried),
        decisions=_decisions(visit, found.id),
    )


def _decisions(visit: Visit, agreement_id: str) -> tuple[DecisionLine, ...]:
    """Return what was decided when the agreement was used."""
    kept = DecisionLog().listed(visit.work, agreement=agreement_id, limit=LATEST)
    language, name = visit.language, naming(visit.words)
    return tuple(DecisionLine(at=one.at, is_allowed=one.allowed, why=one.told(language, name)) for one in kept)
