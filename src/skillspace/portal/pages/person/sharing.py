"""Sharing: asks that wait, yeses that stand, what came of each, and the way to stop any of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.diary import days_of
from skillspace.portal.pages.person.giving import day_of, end_of
from skillspace.portal.pages.person.grants import grant_page, grant_view, is_live, is_yes, sharing_page
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.sharing import AskPage, DataKind, LogPage
from skillspace.portal.words import N_, OUTCOMES
from skillspace.trust.consent import Direction, Grant, GrantState
from skillspace.trust.consent.notice import kind_label

LOG_STEP, LOG_MOST = 200, 5000
#: The parts of a notice as a page shows them: a title, and the sentences below it.
TERMS = {
    N_("Who answers for it"): ("controller", "contact", "representative", "dpo", "no_dpo"),
    N_("What it is used for"): ("purpose", "decides", "no_decides"),
    N_("What it covers"): ("kinds",),
    N_("Where it comes from"): ("source", "needed", "no_need"),
    N_("Why the law allows it"): ("legal_basis", "besides"),
    N_("Who gets it"): ("recipient", "recipients", "places", "transfers", "no_transfers", "rules"),
    N_("How long"): ("period", "retention", "no_retention", "duty"),
    N_("How to stop"): ("withdrawal",),
    N_("Your rights"): ("rights",),
    N_("Where to complain"): ("complaint",),
}


def router(frame: Frame) -> APIRouter:
    """Return the pages of sharing: the list, an ask, a yes, what others see, the log."""
    routes = frame.router("Sharing")

    @routes.get("/sharing")
    def sharing(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(sharing_page(visit))

    @routes.get("/log")
    def log(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_log(visit))

    _asks(frame, routes)
    _grants(frame, routes)
    return routes


def _asks(frame: Frame, routes: APIRouter) -> None:
    @routes.get("/sharing/ask/{grant_id}")
    def ask(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            grant = spaces.consents.grant_of(visit.work, grant_id, person.id)
            if grant.state is not GrantState.PENDING:
                return visit.go(f"/sharing/grants/{grant_id}" if is_yes(grant) else "/sharing")
            return visit.show(_ask_page(visit, grant))

    @routes.post("/sharing/ask/{grant_id}")
    def answer(request: Request, grant_id: str) -> Response:
        try:
            with frame.writing(request) as visit:
                return _answer(visit, grant_id)
        except BadInput:
            with frame.reading(request) as visit:
                person, spaces = visit.person()
                grant = spaces.consents.grant_of(visit.work, grant_id, person.id)
                problem = visit.words.gettext(
                    "Switch on at least one thing, and choose a day that is not later than asked."
                )
                return visit.show(_ask_page(visit, grant, problem), 400)


def _grants(frame: Frame, routes: APIRouter) -> None:
    @routes.get("/sharing/grants/{grant_id}")
    def grant(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            found = _own(visit, grant_id)
            return visit.show(grant_page(visit, found)) if is_yes(found) else visit.go("/sharing")

    @routes.get("/sharing/grants/{grant_id}/view")
    def view(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            found = _own(visit, grant_id)
            is_shown = is_live(found, visit) and found.direction(visit.rooms.did) is Direction.SHARE
            return visit.show(grant_view(visit, found)) if is_shown else visit.go(f"/sharing/grants/{grant_id}")

    @routes.get("/sharing/grants/{grant_id}/receipt")
    def receipt(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            _, spaces = visit.person()
            _own(visit, grant_id)
            document = spaces.consents.receipt(visit.work, grant_id, visit.language)
        headers = SECURITY_HEADERS | {"Content-Disposition": f'attachment; filename="receipt-{grant_id[-12:]}.jsonld"'}
        body = json.dumps(document, ensure_ascii=False, indent=1)
        return Response(body, media_type="application/ld+json", headers=headers)

    @routes.post("/sharing/grants/{grant_id}/stop")
    def stop(request: Request, grant_id: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.consents.revoke(visit.work, grant_id, person.id)
            return visit.go("/sharing", "stopped")

    @routes.post("/sharing/grants/{grant_id}/again")
    def again(request: Request, grant_id: str) -> Response:
        with frame.writing(request) as visit:
            return _again(visit, _own(visit, grant_id))


def _own(visit: Visit, grant_id: str) -> Grant:
    person, spaces = visit.person()
    return spaces.consents.grant_of(visit.work, grant_id, person.id)


def _answer(visit: Visit, grant_id: str) -> Response:
    person, spaces = visit.person()
    if visit.field("answer") == "no":
        spaces.consents.refuse(visit.work, grant_id, person.id)
        return visit.go("/sharing", "declined")
    if visit.field("answer") != "yes":
        raise BadInput("The answer is yes or no.")
    grant = _own(visit, grant_id)
    day = day_of(visit.field("until"))
    if day is None:
        raise BadInput("Say until when.")
    until = min(end_of(day), grant.until)
    spaces.consents.grant(visit.work, grant_id, person.id, kinds=visit.fields("kind"), until=until)
    return visit.go(f"/sharing/grants/{grant_id}", "granted")


def _again(visit: Visit, grant: Grant) -> Response:
    """Fetch once more under a living yes; after a stop, put the ask before the person again."""
    person, spaces = visit.person()
    if grant.direction(visit.rooms.did) is not Direction.GATHER:
        raise BadInput("Share again from the page of sharing.")
    if is_live(grant, visit):
        spaces.gathering.again(visit.work, grant.id, person.id)
        return visit.go(f"/sharing/grants/{grant.id}", "again")
    link = spaces.links.link(visit.work, person.id, grant.provider)
    asked = spaces.asks.again(visit.work, link, grant.dataset)
    if asked is None:
        raise NotFound(f"{grant.provider_name} does not offer this any more.")
    return visit.go(f"/sharing/ask/{asked.id}")


def _ask_page(visit: Visit, grant: Grant, problem: str = "") -> AskPage:
    _, spaces = visit.person()
    names, today = Names(visit), visit.work.now.date()
    is_gather = grant.direction(visit.rooms.did) is Direction.GATHER
    did, name = (grant.provider, grant.provider_name) if is_gather else (grant.recipient, grant.recipient_name)
    sent = visit.request.method == "POST"
    until = day_of(visit.field("until")) if sent else None
    notice = spaces.consents.notice(visit.work, grant)
    why = names.purpose(grant.purpose)
    offering = visit.rooms.exchange.crawler.offering(visit.work, grant.provider, grant.dataset) if is_gather else None
    return AskPage(
        chrome=visit.chrome("sharing", path=f"/sharing/ask/{grant.id}"),
        id=grant.id,
        place=names.place(did, name),
        why=f"{why} ({grant.reason})" if grant.reason else why,
        kinds=tuple(
            DataKind(key=kind, label=kind_label(kind, visit.language), is_on=sent and kind in visit.fields("kind"))
            for kind in grant.kinds
        ),
        until=until or grant.until.date(),
        earliest=today,
        latest=grant.until.date(),
        if_no=notice.sentences(visit.language, grant).get("refusal", ""),
        terms=tuple(_terms(notice.sentences(visit.language, grant), visit)),
        problem=problem,
        is_gather=is_gather,
        about=_in_language(offering.description, visit.language) if offering else "",
    )


def _terms(sentences: Mapping[str, str], visit: Visit) -> Iterator[tuple[str, str]]:
    for title, fields in TERMS.items():
        told = [text for name, text in sentences.items() if name.partition("_")[0] in fields or name in fields]
        if told:
            yield visit.words.gettext(title), " ".join(told)


def _in_language(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def _log(visit: Visit) -> LogPage:
    person, spaces = visit.person()
    outcome = visit.asked("outcome") if visit.asked("outcome") in OUTCOMES else ""
    asked = visit.asked("lines")
    limit = min(int(asked), LOG_MOST) if asked.isascii() and asked.isdigit() and len(asked) < 6 else LOG_STEP
    lines = spaces.consents.log(visit.work, person.id, limit=limit + 1)
    shown = [line for line in lines[:limit] if not outcome or line.outcome == outcome]
    older = urlencode({"outcome": outcome, "lines": limit + LOG_STEP})
    return LogPage(
        chrome=visit.chrome("sharing"),
        days=days_of(shown, visit, Names(visit)),
        outcome=outcome,
        older_href=f"/log?{older}" if len(lines) > limit and limit < LOG_MOST else "",
    )
