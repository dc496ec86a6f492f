"""Credentials: what the organisation gives to people's wallets, and what it asks wallets to show it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound, NotSignedIn
from skillspace.kernel.ids import new_urn
from skillspace.portal.pages.frame import Frame, Visit, go
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.person.cards import facts
from skillspace.portal.views.credentials import AskForm, AskLine, CredentialsPage, OfferForm, OfferLine
from skillspace.portal.words import N_
from skillspace.records.achievement import Achievement
from skillspace.records.formats.credentials.sd_jwt import day_of
from skillspace.records.formats.issuing import SkillClaim
from skillspace.skills.taxonomy import ConceptKind
from skillspace.trust.issuance import OFFER, OfferState, OfferStatus
from skillspace.trust.issuers.certified import member_that_is, names_of
from skillspace.trust.presentation import CAME_BACK, REQUEST, KnownBy, RequestState, RequestStatus, skills_query

PATH = "/org/credentials"
ROLES = ("operator",)
MOST_LINES = 60
KINDS = frozenset({ConceptKind.SKILL, ConceptKind.KNOWLEDGE, ConceptKind.LANGUAGE, ConceptKind.TRANSVERSAL})
OFFER_STATES = {
    OfferState.OFFERED: N_("offered"),
    OfferState.REDEEMED: N_("being taken"),
    OfferState.DEFERRED: N_("waits for your decision"),
    OfferState.ISSUED: N_("given"),
    OfferState.ACCEPTED: N_("in their wallet"),
    OfferState.FAILED: N_("not kept by their wallet"),
    OfferState.WITHDRAWN: N_("taken back"),
    OfferState.EXPIRED: N_("run out"),
    OfferState.REVOKED: N_("revoked"),
}
REQUEST_STATES = {
    RequestState.ASKED: N_("waits for an answer"),
    RequestState.ANSWERED: N_("shown"),
    RequestState.DECLINED: N_("they said no"),
    RequestState.WITHDRAWN: N_("taken back"),
    RequestState.EXPIRED: N_("run out"),
    RequestState.FORGOTTEN: N_("forgotten"),
}
MOVES = {
    "decide": N_("Give it"),
    "withdraw": N_("Take it back"),
    "revoke": N_("Revoke it"),
    "forget": N_("Forget it now"),
}


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Credentials")

    @routes.get(PATH)
    def credentials(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(PATH)
    def offer(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                account, achievement = visit.staff(*ROLES), _achievement(visit)
                about = visit.field("about").strip()
                if not visit.rooms.holdings.knows(visit.work, about):
                    raise NotFound(visit.words.gettext("Your register knows nobody by this number."))
                made = visit.rooms.issuance.offer(
                    visit.work,
                    achievement,
                    about=about,
                    is_undecided=visit.field("undecided") == "yes",
                    by_certificate=visit.field("certificate") == "yes",
                )
                journal.note(visit.work, account, "credential.offer", thing=made.id, title=achievement.title)
                # no address of its own: what is shown once is not found again by going back
                return visit.show(replace(_page(visit), link=made.link, pin=made.pin or ""))
        except (BadInput, NotFound) as fault:
            with frame.reading(request) as visit:
                typed = {name: visit.field(name) for name in ("about", "title", "awarded", "criteria", "skills")}
                undecided, by_certificate = visit.field("undecided") == "yes", visit.field("certificate") == "yes"
                form = OfferForm(**typed, is_undecided=undecided, by_certificate=by_certificate, problem=fault.message)
                return visit.show(replace(_page(visit), offer=form), 400)

    @routes.post(f"{PATH}/ask")
    def ask(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                account = visit.staff(*ROLES)
                wanted = tuple(skill.concept for skill in _skills(visit) if skill.concept)
                if len(wanted) < len(list(_lines(visit))):
                    raise BadInput(visit.words.gettext("A skill is not known by this name. Write it as ESCO does."))
                known_by = KnownBy.CERTIFICATE if visit.field("certificate") == "yes" else KnownBy.DID
                is_here = visit.field("here") == "yes"
                asked = visit.rooms.presentations.ask(
                    visit.work,
                    skills_query(wanted),
                    purpose=visit.field("purpose").strip(),
                    known_by=known_by,
                    session=_session(visit) if is_here else None,
                )
                journal.note(visit.work, account, "credential.ask", thing=asked.id, title=visit.field("purpose"))
                return visit.show(replace(_page(visit), link=asked.link, is_offer=False, is_here=is_here))
        except BadInput as fault:
            with frame.reading(request) as visit:
                typed = {name: visit.field(name) for name in ("purpose", "skills")}
                by_certificate, is_here = visit.field("certificate") == "yes", visit.field("here") == "yes"
                form = AskForm(**typed, by_certificate=by_certificate, is_here=is_here, problem=fault.message)
                return visit.show(replace(_page(visit), ask=form), 400)

    @routes.get(f"{CAME_BACK}/{{name}}")
    def came_back(request: Request, name: str) -> Response:
        with frame.reading(request) as visit:
            visit.staff(*ROLES)
            code, session, rooms = visit.asked("response_code"), _session(visit), visit.rooms
        rooms.presentations.come_back(name, code, session)
        return go(PATH, "credential-came-back")

    @routes.post(f"{PATH}/move")
    def move(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff(*ROLES)
            kind, _, thing = visit.field("thing").partition(" ")
            does, rooms = visit.field("do"), visit.rooms
            moves = {
                ("offer", "decide"): rooms.issuance.decide,
                ("offer", "withdraw"): rooms.issuance.withdraw,
                ("offer", "revoke"): rooms.issuance.revoke,
                ("request", "withdraw"): rooms.presentations.withdraw,
                ("request", "forget"): rooms.presentations.forget,
            }
            if (kind, does) not in moves:
                raise BadInput("Choose what shall happen.")
            moves[kind, does](visit.work, thing)
            journal.note(visit.work, account, f"credential.{does}", thing=thing, title="")
            return visit.go(PATH, "credential-moved")

    return routes


def _page(visit: Visit) -> CredentialsPage:
    visit.staff(*ROLES)
    words, rooms = visit.words.gettext, visit.rooms
    offers, asks = rooms.issuance.latest(visit.work), rooms.presentations.latest(visit.work)
    return CredentialsPage(
        chrome=visit.chrome("credentials", path=PATH),
        offers=tuple(
            OfferLine(
                id=each.id,
                about=each.about,
                title=each.title,
                made=each.made,
                state=words(OFFER_STATES[each.state]),
                moves=tuple(_moves(visit, _steps(each))),
            )
            for each in offers
        ),
        asks=tuple(
            AskLine(
                id=each.id,
                purpose=each.purpose,
                made=each.made,
                state=words(_request_state(each)),
                shown=tuple(
                    (_named(visit, one.issuer), tuple(facts(one.claims, visit.words))) for one in each.shown or ()
                ),
                moves=tuple(_moves(visit, REQUEST.allowed(each.state, "verifier"))),
            )
            for each in asks
        ),
        is_certified=rooms.issuance.signing.has_certificate,
        has_certificate=KnownBy.CERTIFICATE in rooms.presentations.ways,
    )


def _request_state(request: RequestStatus) -> str:
    waits = request.is_held_back and request.state is RequestState.ANSWERED
    return N_("answered; waits for the wallet to come back here") if waits else REQUEST_STATES[request.state]


def _session(visit: Visit) -> str:
    """By what the browser that asks is known again: a secret of its session."""
    if visit.session is None:
        raise NotSignedIn()
    return visit.session.csrf


def _steps(offer: OfferStatus) -> list[str]:
    """What can be done with an offer; deciding comes first, as long as its wallet may still get it."""
    allowed = OFFER.allowed(offer.state, "issuer")
    return ["decide", *allowed] if offer.is_undecided and "withdraw" in allowed else allowed


def _moves(visit: Visit, allowed: list[str]) -> Iterator[tuple[str, str]]:
    return ((move, visit.words.gettext(MOVES[move])) for move in allowed if move in MOVES)


def _named(visit: Visit, issuer: str) -> str:
    found = member_that_is(issuer, visit.rooms.directory, visit.work)
    return visit.rooms.name if visit.rooms.did in names_of(issuer) else found.name if found else issuer


def _achievement(visit: Visit) -> Achievement:
    title = " ".join(visit.field("title").split())
    if not title:
        raise BadInput(visit.words.gettext("Say what was achieved."))
    return Achievement(
        id=new_urn(),
        title=title[:200],
        awarded=day_of(visit.field("awarded")),
        criteria=visit.field("criteria").strip()[:2000] or None,
        language=visit.language,
        skills=tuple(_skills(visit)),
    )


def _lines(visit: Visit) -> Iterator[str]:
    return (line.strip() for line in visit.field("skills").splitlines()[:MOST_LINES] if line.strip())


def _skills(visit: Visit) -> Iterator[SkillClaim]:
    """One skill a line, its level after a colon; a skill that ESCO has by this very name is known by its concept."""
    for line in _lines(visit):
        label, _, level = (part.strip() for part in line.partition(":"))
        hits = visit.rooms.taxonomies.search(label, visit.language, kinds=KINDS, limit=1)
        concept = next((hit.uri for hit in hits if hit.score == 1), None)
        yield SkillClaim(label=label[:200], concept=concept, language=visit.language, level=level[:40] or None)
