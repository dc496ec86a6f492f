"""People who act for a person, and for whom the person acts: named, accepted, ended; the signed mandate to keep."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.accounts import AccountKind
from skillspace.portal.pages.frame import Frame, Visit, go
from skillspace.portal.pages.person.giving import day_of, end_of
from skillspace.portal.pages.person.guarding import acts_in_words
from skillspace.portal.pages.person.programs import programs_of
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.acting import HelpersPage, MandateLine
from skillspace.portal.views.common import Choice
from skillspace.portal.words import N_
from skillspace.trust.mandate import (
    ALL,
    MANDATE,
    Act,
    AgeUnknown,
    Capacity,
    Mandate,
    MandateState,
    Scope,
    Stage,
)
from skillspace.trust.mandate.machine import AGENT, PRINCIPAL

LONGEST, PROPOSED = timedelta(days=731), timedelta(days=182)
#: What a helper can do on the pages there are; anything else would be a promise without a door.
ACTS = {
    Act.VIEW: N_("See what is asked of you, and who may see what"),
    Act.REFUSE: N_("Say no for you"),
    Act.REVOKE: N_("Stop a yes for you"),
    Act.GRANT: N_("Say yes for you"),
}
ALL_ACTS = N_("Decide for you, as the law lets a guardian")
CAPACITIES = {
    Capacity.GUARDIAN: N_("Guardian"),
    Capacity.COACH: N_("Coach"),
    Capacity.CASEWORKER: N_("Caseworker"),
    Capacity.OTHER: N_("Somebody you trust"),
}
STATES = {
    MandateState.PROPOSED: (N_("Waits for a yes"), "waiting"),
    MandateState.ACTIVE: (N_("Active"), "good"),
    MandateState.SUSPENDED: (N_("Paused"), "care"),
    MandateState.ENDED: (N_("Ended"), "ended"),
    MandateState.REFUSED: (N_("Refused"), "ended"),
    MandateState.EXPIRED: (N_("Run out"), "ended"),
    MandateState.OUTGROWN: (N_("Ended: old enough now"), "ended"),
}


def router(frame: Frame) -> APIRouter:
    """Return the page of helpers and what can be done on it."""
    routes = frame.router("You")

    @routes.get("/you/helpers")
    def helpers(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post("/you/helpers")
    def name(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                return _name(visit)
        except AgeUnknown:
            return go("/you", "age-first")
        except BadInput as fault:
            with frame.reading(request) as visit:
                return visit.show(_page(visit, fault.message), 400)

    @routes.post("/you/helpers/{mandate_id}/{move}")
    def change(request: Request, mandate_id: str, move: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            _own(visit, mandate_id)
            moves = {
                "accept": spaces.mandates.appointing.accept,
                "refuse": spaces.mandates.appointing.refuse,
                "end": spaces.mandates.appointing.end,
            }
            if move not in moves:
                raise NotFound("There is nothing like this to do here.")
            moves[move](visit.work, mandate_id, person.id)
            return visit.go("/you/helpers", f"mandate-{move}")

    @routes.get("/you/helpers/{mandate_id}/document")
    def document(request: Request, mandate_id: str) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            _own(visit, mandate_id)
            token = spaces.mandates.mandates.document(visit.work, mandate_id, person.id)
        headers = SECURITY_HEADERS | {"Content-Disposition": f'attachment; filename="mandate-{mandate_id[-12:]}.jwt"'}
        return Response(token, media_type="application/vc+jwt", headers=headers)

    return routes


def _own(visit: Visit, mandate_id: str) -> Mandate:
    """Return a mandate the person is a party to; all others do not exist."""
    person, spaces = visit.person()
    found = spaces.mandates.mandates.find(visit.work, mandate_id)
    if person.id not in (found.principal, found.agent):
        raise NotFound(f"There is no mandate {mandate_id[:100]}.")
    return found


def _name(visit: Visit) -> Response:
    person, spaces = visit.person()
    _ = visit.words.gettext
    day, chosen = day_of(visit.field("until")), set(visit.fields("act"))
    if day is None or not visit.work.now < end_of(day) <= visit.work.now + LONGEST + timedelta(days=1):
        raise BadInput(_("Choose a last day within two years."))
    if not chosen or chosen - {act.value for act in ACTS}:
        raise BadInput(_("Choose at least one thing they may do."))
    capacity = visit.field("capacity")
    if capacity not in {each.value for each in CAPACITIES} - {Capacity.GUARDIAN.value}:
        raise BadInput(_("Choose what they are to you."))
    every = frozenset({ALL})
    # Who acts for somebody sees what it is about: without that no page could open.
    acts = frozenset(chosen | {Act.VIEW.value})
    spaces.mandates.appointing.name_agent(
        visit.work,
        principal=person.id,
        agent=_agent(visit),
        capacity=Capacity(capacity),
        scope=Scope(acts=acts, purposes=every, kinds=every, recipients=every),
        ends=end_of(day),
    )
    return visit.go("/you/helpers", "mandate-asked")


def _agent(visit: Visit) -> str:
    """Return whom a code names: another person with a space here. A wrong code says nothing of who there is."""
    me, _spaces = visit.person()
    wrong = BadInput(visit.words.gettext("This is nobody’s code. Ask the person for theirs; it stands on this page."))
    try:
        found = visit.rooms.accounts.get(visit.work, visit.field("code").strip())
    except NotFound:
        raise wrong from None
    if found.kind is not AccountKind.PERSON or found.id == me.id:
        raise wrong
    return found.id


def _page(visit: Visit, problem: str = "") -> HelpersPage:
    person, spaces = visit.person()
    room, today = spaces.mandates.mandates, visit.work.now.date()
    mine, others = room.of_principal(visit.work, person.id), room.of_agent(visit.work, person.id)
    chosen = set(visit.fields("act")) or {Act.VIEW.value}
    until = day_of(visit.field("until"))
    return HelpersPage(
        chrome=visit.chrome("you", path="/you/helpers"),
        code=person.id,
        mine=tuple(_line(visit, each, mine=True) for each in mine if each.state not in MANDATE.final),
        others=tuple(_line(visit, each, mine=False) for each in others if each.state not in MANDATE.final),
        ended=tuple(_line(visit, each, mine=each in mine) for each in (*mine, *others) if each.state in MANDATE.final),
        may_name=room.standing(visit.work, person.id, visit.work.now).stage is not Stage.CHILD,
        acts=tuple(
            Choice(value=act.value, label=visit.words.gettext(text), is_chosen=act.value in chosen)
            for act, text in ACTS.items()
        ),
        capacities=tuple(
            Choice(value=each.value, label=visit.words.gettext(text), is_chosen=each == visit.field("capacity"))
            for each, text in CAPACITIES.items()
            if each is not Capacity.GUARDIAN
        ),
        typed=visit.field("code")[:100],
        until=until or today + PROPOSED,
        earliest=today,
        latest=today + LONGEST,
        problem=problem,
        programs=programs_of(visit),
    )


def _line(visit: Visit, mandate: Mandate, *, mine: bool) -> MandateLine:
    _ = visit.words.gettext
    person, spaces = visit.person()
    party = PRINCIPAL if mine else AGENT
    word, kind = STATES[mandate.state]
    acts = tuple(_(text) for act, text in ACTS.items() if act.value in mandate.scope.acts) or (_(ALL_ACTS),)
    can_accept = mandate.state is MandateState.PROPOSED and party in mandate.awaits
    is_child = spaces.mandates.mandates.standing(visit.work, person.id, visit.work.now).stage is not Stage.SELF
    is_fixed = mine and mandate.capacity is Capacity.GUARDIAN and is_child
    usable = {each.id for each in spaces.mandates.mandates.acting_for(visit.work, person.id)} if not mine else set()
    return MandateLine(
        id=mandate.id,
        name=_name_of(visit, mandate.agent) if mine else _principal(visit, mandate),
        capacity=_(CAPACITIES[mandate.capacity]),
        acts=acts if mine else acts_in_words(visit, mandate.scope),
        until=mandate.ends.date(),
        state=_(word),
        kind=kind,
        waits=_waits(visit, mandate, party),
        reason=mandate.reason,
        can_accept=can_accept and not is_fixed,
        can_refuse=mandate.state is MandateState.PROPOSED and not can_accept and not is_fixed,
        can_end=mandate.state in (MandateState.ACTIVE, MandateState.SUSPENDED) and not is_fixed,
        has_document=bool(mandate.document),
        href=f"/sharing/for/{mandate.principal}" if mandate.id in usable else "",
    )


def _waits(visit: Visit, mandate: Mandate, party: str) -> str:
    """Say whose yes is missing."""
    _ = visit.words.gettext
    if mandate.state is not MandateState.PROPOSED:
        return ""
    if party in mandate.awaits:
        return _("It waits for you.")
    return _("It waits for the other side.") if {PRINCIPAL, AGENT} & set(mandate.awaits) else _("It is being checked.")


def _principal(visit: Visit, mandate: Mandate) -> str:
    """Return for whom one acts; who only asked to be a guardian reads back the code they typed, and no name."""
    is_unproven = mandate.capacity is Capacity.GUARDIAN and not mandate.document and AGENT not in mandate.awaits
    return mandate.principal if is_unproven else _name_of(visit, mandate.principal)


def _name_of(visit: Visit, who: str) -> str:
    """Return a party's name; one who left or lives elsewhere has none here."""
    try:
        return visit.rooms.accounts.get(visit.work, who).name
    except NotFound:
        return visit.words.gettext("somebody who is not here any more") if ":" not in who else who
