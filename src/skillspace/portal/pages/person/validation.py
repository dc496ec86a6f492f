"""Having a skill validated: asking an organisation, following the case, sending more, and stopping it."""

from __future__ import annotations

import json
from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Conflict, Refused, SkillspaceError
from skillspace.people.validation import CASE, PERSON, Case
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.connect import reason
from skillspace.portal.pages.person.naming import Names
from skillspace.portal.pages.validating import hops, line, steps
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.common import Choice
from skillspace.portal.views.validation import CaseLine, ValidationPage, ValidationsPage

PATH = "/you/validation"


def router(frame: Frame) -> APIRouter:
    """Return the pages of a person's cases."""
    routes = frame.router("You")

    @routes.get(PATH)
    def cases(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_list(visit))

    @routes.post(PATH)
    def ask(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                person, spaces = visit.person()
                made = spaces.validations.ask(
                    visit.work,
                    person=person.id,
                    organisation=visit.field("organisation"),
                    skill=visit.field("skill"),
                    words=visit.field("words"),
                    records=visit.fields("record"),
                )
                return visit.go(f"{PATH}/{made.id}", "validation-asked")
        except (BadInput, Conflict, Refused) as fault:
            with frame.reading(request) as visit:
                return visit.show(replace(_list(visit), problem=reason(fault, visit)), 400)

    @routes.get(PATH + "/{name}")
    def case(request: Request, name: str) -> Response:
        return _shown(frame, request, name)

    @routes.get(PATH + "/{name}/trail.json")
    def along(request: Request, name: str) -> Response:
        with frame.reading(request) as visit:
            person, spaces = visit.person()
            found = spaces.validations.case(visit.work, person.id, name)
        trail = json.dumps(spaces.validations.along(found).to_json(), ensure_ascii=False, indent=1)
        headers = SECURITY_HEADERS | {"Content-Disposition": 'attachment; filename="recognition.json"'}
        return Response(trail, media_type="application/json", headers=headers)

    @routes.post(PATH + "/{name}")
    def move(request: Request, name: str) -> Response:
        try:
            with frame.writing(request) as visit:
                return _moved(visit, name)
        except (BadInput, Conflict, Refused) as fault:
            return _shown(frame, request, name, fault)

    return routes


def _shown(frame: Frame, request: Request, name: str, fault: SkillspaceError | None = None) -> Response:
    """Return the page of a case; its trail is replayed each time, between two transactions."""
    with frame.reading(request) as visit:
        person, spaces = visit.person()
        found = spaces.validations.case(visit.work, person.id, name)
    checks = spaces.validations.replayed(found)
    with frame.reading(request) as visit:
        page = replace(_page(visit, name), hops=hops(visit, checks))
        return visit.show(replace(page, problem=reason(fault, visit)) if fault else page, 400 if fault else 200)


def _moved(visit: Visit, name: str) -> Response:
    person, spaces = visit.person()
    match visit.field("do"):
        case "withdraw":
            spaces.validations.withdraw(visit.work, person.id, name)
            return visit.go(f"{PATH}/{name}", "validation-stopped")
        case "again":
            spaces.validations.again(visit.work, person.id, name)
            return visit.go(f"{PATH}/{name}", "again")
        case "send":
            spaces.validations.send_evidence(
                visit.work, person.id, name, words=visit.field("words"), records=visit.fields("record")
            )
            return visit.go(f"{PATH}/{name}", "validation-asked")
    raise BadInput("Choose what shall happen.")


def _list(visit: Visit) -> ValidationsPage:
    person, spaces = visit.person()
    names, is_sent = Names(visit), visit.request.method == "POST"
    wanted = visit.field("skill") if is_sent else visit.asked("skill")
    return ValidationsPage(
        chrome=visit.chrome("you", path=PATH),
        cases=tuple(_line(visit, one, names) for one in spaces.validations.of_person(visit.work, person.id)),
        organisations=tuple(
            Choice(value=one.did, label=one.name, is_chosen=is_sent and one.did == visit.field("organisation"))
            for one in spaces.validations.organisations(visit.work)
        ),
        skills=tuple(
            Choice(value=one.uri, label=one.label, is_chosen=one.uri == wanted)
            for one in spaces.profile.skills(visit.work, person.id, visit.language)
        ),
        records=_records(visit),
        words=visit.field("words") if is_sent else "",
    )


def _page(visit: Visit, name: str) -> ValidationPage:
    person, spaces = visit.person()
    found = spaces.validations.case(visit.work, person.id, name)
    names, allowed = Names(visit), CASE.allowed(found.state, PERSON)
    can_send = "send evidence" in allowed
    return ValidationPage(
        chrome=visit.chrome("you", path=f"{PATH}/{name}"),
        case=_line(visit, found, names),
        steps=steps(visit, found.steps, visit.words.gettext("You"), found.organisation_name),
        grant_id=found.grant_id,
        unsent=found.problem or "",
        can_withdraw="withdraw" in allowed,
        can_send=can_send,
        records=_records(visit) if can_send else (),
    )


def _line(visit: Visit, case: Case, names: Names) -> CaseLine:
    return line(visit, case, names.place(case.organisation, case.organisation_name))


def _records(visit: Visit) -> tuple[Choice, ...]:
    person, spaces = visit.person()
    names, ticked = Names(visit), set(visit.fields("record")) if visit.request.method == "POST" else set()
    return tuple(
        Choice(
            value=one.id,
            label=f"{names.record(one)}, {names.place(one.source, one.source_name).name}",
            is_chosen=one.id in ticked,
        )
        for one in spaces.profile.records(visit.work, person.id)
        if one.record is not None
    )
