"""Where a person lets a wallet of any make have what this organisation offers them: no account is needed here."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.sentences import explain
from skillspace.portal.views.wallet import WalletSignInPage
from skillspace.trust.issuance import PATH, SignInSeen, WrongPin

AUTHORIZE = f"{PATH}/authorize"
MOST = 2000


def router(frame: Frame) -> APIRouter:
    """Return the page that wallets send people to (RFC 6749 §3.1), and its form."""
    routes = frame.router("Signing in for a credential")

    @routes.get(AUTHORIZE)
    def ask(request: Request) -> Response:
        with frame.reading(request, anybody=True) as visit:
            client_id, request_uri = visit.asked("client_id")[:MOST], visit.asked("request_uri")[:MOST]
            seen = visit.rooms.issuance.sign_ins.look(visit.work, client_id, request_uri)
            return visit.show(_page(visit, seen, client_id, request_uri))

    @routes.post(AUTHORIZE)
    def decide(request: Request) -> Response:
        with frame.writing(request, anybody=True) as visit:
            client_id, request_uri = visit.field("client_id")[:MOST], visit.field("request_uri")[:MOST]
            says_yes, issuance = visit.field("do") == "yes", visit.rooms.issuance
            seen = issuance.sign_ins.look(visit.work, client_id, request_uri)
            if says_yes:
                issuance.count_try_at(visit.work, request_uri)
        try:
            with frame.writing(request, anybody=True) as visit:
                sign_ins, pin = issuance.sign_ins, visit.field("pin").strip()[:64]
                if says_yes:
                    back = sign_ins.allow(visit.work, request_uri, pin)
                else:
                    back = sign_ins.refuse(visit.work, request_uri)
                return visit.show(_page(visit, seen, client_id, request_uri, back=back, is_allowed=says_yes))
        except WrongPin as fault:
            with frame.reading(request, anybody=True) as visit:
                problem = explain(fault, visit.words)[0]
                return visit.show(_page(visit, seen, client_id, request_uri, problem=problem), 400)

    return routes


def _page(
    visit: Visit,
    seen: SignInSeen,
    client_id: str,
    request_uri: str,
    *,
    back: str = "",
    is_allowed: bool = False,
    problem: str = "",
) -> WalletSignInPage:
    return WalletSignInPage(
        chrome=visit.chrome(path="/"),
        title=seen.title,
        wallet=seen.wallet,
        client_id=client_id,
        request_uri=request_uri,
        needs_pin=seen.needs_pin,
        back=back,
        is_allowed=is_allowed,
        problem=problem,
    )
