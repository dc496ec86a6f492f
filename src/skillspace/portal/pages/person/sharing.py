"""Sharing: asks that wait, yeses that stand, what came of each, and the way to stop any of them."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, MoveNotAllowed, NotFound
from skillspace.people.sharing import EVIDENCE_DATASET, LEARNING_DATASET, SKILLS_DATASET
from skillspace.portal.pages.frame import Frame, Visit, go
from skillspace.portal.pages.person.asking import NOT_LESS, own_ask
from skillspace.portal.pages.person.diary import days_of, with_links
from skillspace.portal.pages.person.giving import day_of, end_of
from skillspace.portal.pages.person.grants import grant_page, grant_view, is_live, is_yes, sharing_page, stop_page
from skillspace.portal.pages.person.limits import narrowed_by
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.person.others import people
from skillspace.portal.pages.person.young import assent, band_of
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.sharing import LogPage
from skillspace.portal.words import OUTCOMES
from skillspace.trust.consent import Direction, Grant, GrantState
from skillspace.trust.consent.errors import NoticeChanged
from skillspace.trust.mandate import AgeUnknown

LOG_STEP, LOG_MOST = 200, 5000


def router(frame: Frame) -> APIRouter:
    """Return the pages of sharing: the list, an ask, a yes, what others see, the log."""
    routes = frame.router("Sharing")

    @routes.get("/sharing")
    def sharing(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(replace(sharing_page(visit), others=people(visit)))

    @routes.get("/log")
    def log(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_log(visit))

    _asks(frame, routes)
    _grants(frame, routes)
    _papers(frame, routes)
    return routes


def _asks(frame: Frame, routes: APIRouter) -> None:
    @routes.get("/sharing/ask/{grant_id}")
    def ask(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            grant = spaces.consents.grant_of(visit.work, grant_id, person.id)
            if grant.state is not GrantState.PENDING:
                newer = spaces.consents.newer_ask(visit.work, grant)
                if newer is not None and not is_yes(grant):
                    return visit.go(f"/sharing/ask/{newer.id}", "ask-changed")
                return visit.go(f"/sharing/grants/{grant_id}" if is_yes(grant) else "/sharing")
            return visit.show(own_ask(visit, grant))

    @routes.post("/sharing/ask/{grant_id}")
    def answer(request: Request, grant_id: str) -> Response:
        try:
            with frame.writing(request) as visit:
                return _answer(visit, grant_id)
        except AgeUnknown:
            return go("/you", "age-first")
        except (MoveNotAllowed, NoticeChanged):
            with frame.reading(request) as visit:
                _, spaces = visit.person()
                newer = spaces.consents.newer_ask(visit.work, _own(visit, grant_id))
                if newer is None or newer.id == grant_id:
                    raise
                return visit.go(f"/sharing/ask/{newer.id}", "ask-changed")
        except BadInput:
            with frame.reading(request) as visit:
                person, spaces = visit.person()
                grant = spaces.consents.grant_of(visit.work, grant_id, person.id)
                problem = visit.words.gettext(NOT_LESS)
                return visit.show(own_ask(visit, grant, problem), 400)


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
            if found.dataset == SKILLS_DATASET:
                return visit.go("/opportunities/partners")
            if found.dataset == LEARNING_DATASET:
                return visit.go("/you/learning")
            if found.dataset == EVIDENCE_DATASET:
                return visit.go("/you/validation")
            is_shown = is_live(found, visit) and found.direction(visit.rooms.did) is Direction.SHARE
            return visit.show(grant_view(visit, found)) if is_shown else visit.go(f"/sharing/grants/{grant_id}")

    @routes.get("/sharing/grants/{grant_id}/stop")
    def look(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            found = _own(visit, grant_id)
            return visit.show(stop_page(visit, found)) if is_live(found, visit) else visit.go("/sharing")

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


def _papers(frame: Frame, routes: APIRouter) -> None:
    """What a person may take along of a yes: the receipt in both forms, and what others signed about deleting."""

    @routes.get("/sharing/grants/{grant_id}/receipt")
    def receipt(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            _, spaces = visit.person()
            _own(visit, grant_id)
            document = spaces.consents.receipt(visit.work, grant_id, visit.language)
        body = json.dumps(document, ensure_ascii=False, indent=1)
        return _file(body, "application/ld+json", f"receipt-{grant_id[-12:]}.jsonld")

    @routes.get("/sharing/grants/{grant_id}/receipt.jwt")
    def credential(request: Request, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            _, spaces = visit.person()
            _own(visit, grant_id)
            token = spaces.consents.receipt_credential(visit.work, grant_id, visit.language)
        return _file(token, "application/vc+jwt", f"receipt-{grant_id[-12:]}.jwt")

    @routes.get("/sharing/grants/{grant_id}/deletions/{number}")
    def deletion(request: Request, grant_id: str, number: int) -> Response:
        with frame.reading(request) as visit:
            _, spaces = visit.person()
            signed = spaces.consents.receipts_of(visit.work, _own(visit, grant_id))
            if not 0 <= number < len(signed):
                raise NotFound("Nobody signed this.")
            return _file(signed[number].token, "application/jwt", f"deletion-{grant_id[-12:]}-{number}.jwt")


def _file(content: str, media_type: str, name: str) -> Response:
    headers = SECURITY_HEADERS | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


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
    if band_of(visit):
        assent(visit, grant)
        return visit.go(f"/sharing/ask/{grant_id}")
    day = day_of(visit.field("until"))
    if day is None:
        raise BadInput("Say until when.")
    until = min(end_of(day), grant.until)
    narrowed = narrowed_by(visit, grant)
    spaces.consents.grant(visit.work, grant_id, person.id, kinds=visit.fields("kind"), until=until, **narrowed)
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


def _log(visit: Visit) -> LogPage:
    person, spaces = visit.person()
    outcome = visit.asked("outcome") if visit.asked("outcome") in OUTCOMES else ""
    asked = visit.asked("lines")
    limit = min(int(asked), LOG_MOST) if asked.isascii() and asked.isdigit() and len(asked) < 6 else LOG_STEP
    lines = spaces.consents.log(visit.work, person.id, limit=limit + 1)
    shown = [line for line in lines[:limit] if not outcome or line.outcome == outcome]
    older = urlencode({"outcome": outcome, "lines": limit + LOG_STEP})
    names, is_cut = Names(visit), len(lines) > limit
    # What is older than the last line shown waits for its page.
    links = [
        one
        for one in spaces.links.log(visit.work, person.id)
        if (not outcome or one.move == outcome) and not (is_cut and one.at < lines[limit - 1].at)
    ]
    return LogPage(
        chrome=visit.chrome("sharing"),
        days=with_links(days_of(shown, visit, names), links, visit, names),
        outcome=outcome,
        older_href=f"/log?{older}" if is_cut and limit < LOG_MOST else "",
    )
