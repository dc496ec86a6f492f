"""Acting for somebody else: a guardian or coach sees what waits there, answers it, and the log says who it was."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound, Refused
from skillspace.people.accounts import Account
from skillspace.people.guardians import agreed_terms, asks_seen_by
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.asking import NOT_LESS, ask_page
from skillspace.portal.pages.person.giving import day_of, end_of
from skillspace.portal.pages.person.grants import ask_line, is_live, is_yes, line_of
from skillspace.portal.pages.person.limits import narrowed_by
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.sentences import fault_sentence
from skillspace.portal.views.acting import ForPage
from skillspace.portal.views.sharing import AskPage, OtherPerson
from skillspace.trust.consent import Acting, Grant, GrantState
from skillspace.trust.consent.narrowing import narrower
from skillspace.trust.mandate import Act, Mandate, NeedsSecondGuardian


def router(frame: Frame) -> APIRouter:
    """Return the pages of one person seen by another who may act for them."""
    routes = frame.router("Sharing")

    @routes.get("/sharing/for/{person_id}")
    def look(request: Request, person_id: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, _principal(visit, person_id)))

    @routes.get("/sharing/for/{person_id}/ask/{grant_id}")
    def ask(request: Request, person_id: str, grant_id: str) -> Response:
        with frame.reading(request) as visit:
            principal = _principal(visit, person_id)
            found = _theirs(visit, principal, grant_id)
            if found.state is not GrantState.PENDING:
                return visit.go(f"/sharing/for/{person_id}")
            return visit.show(_ask(visit, principal, found))

    @routes.post("/sharing/for/{person_id}/ask/{grant_id}")
    def answer(request: Request, person_id: str, grant_id: str) -> Response:
        try:
            with frame.writing(request) as visit:
                principal = _principal(visit, person_id)
                return _answer(visit, principal, _theirs(visit, principal, grant_id))
        except BadInput:
            with frame.reading(request) as visit:
                principal = _principal(visit, person_id)
                problem = visit.words.gettext(NOT_LESS)
                return visit.show(_ask(visit, principal, _theirs(visit, principal, grant_id), problem), 400)

    @routes.post("/sharing/for/{person_id}/grants/{grant_id}/stop")
    def stop(request: Request, person_id: str, grant_id: str) -> Response:
        with frame.writing(request) as visit:
            principal = _principal(visit, person_id)
            found, (_, spaces) = _theirs(visit, principal, grant_id), visit.person()
            spaces.consents.revoke(visit.work, found.id, principal.id, acting=_acting(visit, principal))
            return visit.go(f"/sharing/for/{person_id}", "stopped")

    return routes


def people(visit: Visit) -> tuple[OtherPerson, ...]:
    """Return for whom the person may act now, and how many asks wait there."""
    me, spaces = visit.person()
    asks = asks_seen_by(visit.work, me.id, consents=spaces.consents, mandates=spaces.mandates.mandates)
    return tuple(
        OtherPerson(id=who, name=visit.rooms.accounts.get(visit.work, who).name, asks=len(found))
        for who, found in asks.items()
    )


def _mandates(visit: Visit) -> list[Mandate]:
    me, spaces = visit.person()
    return spaces.mandates.mandates.acting_for(visit.work, me.id)


def _principal(visit: Visit, person_id: str) -> Account:
    """Return whom one may act for; all others do not exist."""
    if not any(mandate.principal == person_id for mandate in _mandates(visit)):
        raise NotFound("There is nobody here for whom you may act.")
    return visit.rooms.accounts.get(visit.work, person_id)


def _theirs(visit: Visit, principal: Account, grant_id: str) -> Grant:
    _, spaces = visit.person()
    found = spaces.consents.grant_of(visit.work, grant_id, principal.id)
    if _may(visit, Act.VIEW, found) is not None:
        raise NotFound(f"There is no consent {grant_id[:100]}.")
    return found


def _may(visit: Visit, act: Act, grant: Grant) -> Refused | None:
    """Return why one may not do this about a grant of somebody else, or None."""
    me, spaces = visit.person()
    try:
        spaces.mandates.mandates.check(
            visit.work,
            principal=grant.person,
            actor=me.id,
            act=act,
            purpose=grant.purpose,
            kinds=grant.kinds,
            recipient=grant.recipient,
            at=visit.work.now,
            about=grant.id,
            terms=agreed_terms(grant),
        )
    except Refused as fault:
        return fault
    return None


def _acting(visit: Visit, principal: Account) -> Acting:
    """Who acts; the consent room looks the mandate up again and decides by itself."""
    me, _ = visit.person()
    mandate = next(each for each in _mandates(visit) if each.principal == principal.id)
    return Acting(actor=me.id, name=me.name, capacity=mandate.capacity.value, mandate=mandate.id)


def _page(visit: Visit, principal: Account) -> ForPage:
    _, spaces = visit.person()
    names = Names(visit)
    asks = spaces.consents.asks_waiting(visit.work, principal.id)
    yeses = [each for each in spaces.consents.of_person(visit.work, principal.id) if is_yes(each)]
    shown = [each for each in yeses if is_live(each, visit) and _may(visit, Act.VIEW, each) is None]
    return ForPage(
        chrome=visit.chrome("sharing"),
        id=principal.id,
        name=principal.name,
        asks=tuple(ask_line(each, visit, names) for each in asks if _may(visit, Act.VIEW, each) is None),
        grants=tuple(line_of(each, visit, names, spaces.consents.uses_of(visit.work, each)) for each in shown),
        may_stop=frozenset(each.id for each in shown if _may(visit, Act.REVOKE, each) is None),
    )


def _ask(visit: Visit, principal: Account, grant: Grant, problem: str = "") -> AskPage:
    """The ask as it was put to the person, with what they said themselves and whether a yes is possible now."""
    fault = _may(visit, Act.GRANT, grant)
    joint = isinstance(fault, NeedsSecondGuardian)
    path = f"/sharing/for/{principal.id}/ask/{grant.id}"
    page = ask_page(visit, grant, problem)
    return replace(
        page,
        chrome=replace(page.chrome, path=path),
        action=path,
        for_id=principal.id,
        for_name=principal.name,
        hint=(fault_sentence(fault.code, visit.words) or fault.message) if fault else "",
        may_say_yes=fault is None or joint,
        may_say_no=_may(visit, Act.REFUSE, grant) is None,
    )


def _answer(visit: Visit, principal: Account, grant: Grant) -> Response:
    me, spaces = visit.person()
    back = f"/sharing/for/{principal.id}"
    if visit.field("answer") == "no":
        spaces.consents.refuse(visit.work, grant.id, principal.id, acting=_acting(visit, principal))
        return visit.go(back, "declined")
    day, kinds = day_of(visit.field("until")), visit.fields("kind")
    if visit.field("answer") != "yes" or day is None or not kinds:
        raise BadInput("The answer is yes or no, with what and until when.")
    until, narrowed = min(end_of(day), grant.until), narrowed_by(visit, grant)
    limits = narrowed["conditions"] or grant.conditions
    less = narrower(grant, at=visit.work.now, kinds=kinds, until=until, items=None, max_uses=narrowed["max_uses"])
    given = replace(less, conditions=limits)
    if isinstance(_may(visit, Act.GRANT, given), NeedsSecondGuardian):
        agreed = spaces.mandates.mandates.agree(
            visit.work,
            principal=principal.id,
            actor=me.id,
            act=Act.GRANT,
            purpose=grant.purpose,
            kinds=given.kinds,
            recipient=grant.recipient,
            about=grant.id,
            terms=agreed_terms(given),
        )
        if agreed is None:
            return visit.go(back, "agreed")
    acting = _acting(visit, principal)
    spaces.consents.grant(visit.work, grant.id, principal.id, kinds=kinds, until=until, acting=acting, **narrowed)
    return visit.go(back, "granted-for")
