"""An officer who saw evidence appoints a guardian by two codes, or records when somebody was born."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Conflict
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.guardian import MENDABLE, in_words
from skillspace.portal.pages.organisation.guardians import PATH, note, officer_of
from skillspace.portal.pages.person.giving import day_of, end_of
from skillspace.portal.pages.person.guarding import person_of, proof_form, proof_sent, reach_form, reach_sent
from skillspace.portal.pages.person.limits import country_name
from skillspace.portal.views.common import Choice
from skillspace.portal.views.guardians import AgePage, AppointPage
from skillspace.trust.mandate import Capacity
from skillspace.trust.mandate.ages import countries

APPOINT, AGE = f"{PATH}/new", f"{PATH}/age"
MOST_CODE = 100


def router(frame: Frame) -> APIRouter:
    """Return the two forms' routes."""
    routes = frame.router("Guardians")

    @routes.get(APPOINT)
    def new(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_appoint_page(visit))

    @routes.post(APPOINT)
    def appoint(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                return _appoint(visit)
        except (Conflict, *MENDABLE) as fault:
            with frame.reading(request) as visit:
                known = visit.words.gettext("There is such a mandate already; it stands on the desk.")
                problem = known if isinstance(fault, Conflict) else in_words(visit, fault)
                return visit.show(_appoint_page(visit, problem), 400)

    @routes.get(AGE)
    def age(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_age_page(visit))

    @routes.post(AGE)
    def record(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                return _record(visit)
        except BadInput as fault:
            with frame.reading(request) as visit:
                return visit.show(_age_page(visit, fault.message), 400)

    return routes


def _appoint(visit: Visit) -> Response:
    account, spaces = officer_of(visit)
    child, guardian = (person_of(visit, visit.field(name)) for name in ("child", "guardian"))
    if child is None or guardian is None or child.id == guardian.id:
        raise BadInput(visit.words.gettext("Each of the two has a code of their own; at least one of these is wrong."))
    evidence, (scope, until, jointly) = proof_sent(visit), reach_sent(visit)
    made = spaces.mandates.appointing.appoint(
        visit.work,
        officer=account.id,
        principal=child.id,
        agent=guardian.id,
        capacity=Capacity.GUARDIAN,
        scope=scope,
        evidence=[evidence],
        ends=end_of(until),
        jointly=jointly,
    )
    note(visit, account, "guardian.appoint", made.id)
    return visit.go(f"{PATH}/{made.id}", "guardian-appoint")


def _record(visit: Visit) -> Response:
    account, spaces = officer_of(visit)
    _ = visit.words.gettext
    person, born = person_of(visit, visit.field("code")), day_of(visit.field("born"))
    if person is None:
        raise BadInput(_("This is nobody’s code. It stands in their own space, under “You”."))
    if born is None or born > visit.work.now.date() or visit.field("country") not in countries():
        raise BadInput(_("Tell the day they were born, and where they live."))
    evidence = proof_sent(visit)
    spaces.mandates.births.prove(
        visit.work, person.id, born=born, country=visit.field("country"), evidence=evidence, officer=account.id
    )
    journal.note(visit.work, account, "guardian.age", thing=person.id, title=_("An age"))
    return visit.go(PATH, "age-recorded")


def _appoint_page(visit: Visit, problem: str = "") -> AppointPage:
    officer_of(visit)
    return AppointPage(
        chrome=visit.chrome("guardians", path=APPOINT),
        child=visit.field("child")[:MOST_CODE],
        guardian=visit.field("guardian")[:MOST_CODE],
        proof=proof_form(visit),
        reach=reach_form(visit),
        problem=problem,
    )


def _age_page(visit: Visit, problem: str = "") -> AgePage:
    officer_of(visit)
    return AgePage(
        chrome=visit.chrome("guardians", path=AGE),
        code=(visit.field("code") or visit.asked("code"))[:MOST_CODE],
        born=day_of(visit.field("born")),
        countries=_countries(visit),
        proof=proof_form(visit),
        problem=problem,
    )


def _countries(visit: Visit) -> tuple[Choice, ...]:
    """Return the countries whose ages are known, by name."""
    _, spaces = officer_of(visit)
    chosen = visit.field("country") or spaces.mandates.births.country
    named = {code: country_name(visit, code) for code in countries()}
    return tuple(
        Choice(value=code, label=name, is_chosen=code == chosen)
        for code, name in sorted(named.items(), key=lambda it: it[1].casefold())
    )
