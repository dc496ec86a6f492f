"""Programs that answer for a person: what each may do and until when, given by the person alone and taken back."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.giving import day_of, end_of
from skillspace.portal.views.acting import ProgramLine, ProgramsPart
from skillspace.portal.views.common import Choice
from skillspace.portal.words import N_
from skillspace.trust.consent.govstack import Act, Clients, Delegation, Scope
from skillspace.trust.mandate import Act as MandateAct

HELPERS = "/you/helpers"
ACTS = {
    Act.READ: N_("See what is asked of you, and who may see what"),
    Act.NO: N_("Say no for you, and stop a yes"),
    Act.YES: N_("Say yes for you"),
}
LONGEST, PROPOSED = timedelta(days=365), timedelta(days=90)


def router(frame: Frame) -> APIRouter:
    """Return the forms that let a program act, and take it back; they stand on the page of helpers."""
    routes = frame.router("You")

    @routes.post("/you/programs")
    def let(request: Request) -> Response:
        with frame.writing(request) as visit:
            _let(visit)
            return visit.go(HELPERS, "program-let")

    @routes.post("/you/programs/{delegation_id}/end")
    def end(request: Request, delegation_id: str) -> Response:
        with frame.writing(request) as visit:
            person, spaces = visit.person()
            spaces.delegations.end(visit.work, delegation_id, person.id)
            return visit.go(HELPERS, "program-gone")

    return routes


def programs_of(visit: Visit) -> ProgramsPart:
    """Return what the person lets programs do, and what others they could let."""
    person, spaces = visit.person()
    given = spaces.delegations.of_person(visit.work, person.id)
    today = visit.work.now.date()
    return ProgramsPart(
        mine=tuple(_line(visit, one) for one in given),
        offered=tuple(
            Choice(value=client.name, label=client.name)
            for client in Clients().listed(visit.work)
            if Scope.INDIVIDUAL in client.scopes
        ),
        acts=tuple(
            Choice(value=act.value, label=visit.words.gettext(text), is_chosen=act is Act.READ)
            for act, text in ACTS.items()
        ),
        until=today + PROPOSED,
        earliest=today,
        latest=today + LONGEST,
    )


def _let(visit: Visit) -> None:
    """Let a program act for the person; who may not name a helper may not let a program either.

    Raises NeedsGuardian, AgeUnknown, BadInput, and NotFound for a program that is not there.
    """
    person, spaces = visit.person()
    spaces.mandates.mandates.check(
        visit.work, principal=person.id, actor=person.id, act=MandateAct.NAME_AGENT, at=visit.work.now
    )
    day, acts = day_of(visit.field("until")), set(visit.fields("act"))
    if day is None or acts - set(ACTS) or not visit.work.now.date() <= day <= (visit.work.now + LONGEST).date():
        raise BadInput(visit.words.gettext("Choose a last day within a year, and what the program may do."))
    # Who answers for somebody sees what it is about.
    allowed = {Act(act) for act in acts} | {Act.READ}
    spaces.delegations.give(
        visit.work, client=visit.field("program"), person=person.id, acts=allowed, until=end_of(day)
    )


def _line(visit: Visit, given: Delegation) -> ProgramLine:
    return ProgramLine(
        id=given.id,
        name=given.client_name,
        acts=tuple(visit.words.gettext(text) for act, text in ACTS.items() if act in given.acts),
        since=given.made.date(),
        until=given.until.date(),
        is_over=given.until <= visit.work.now,
    )
