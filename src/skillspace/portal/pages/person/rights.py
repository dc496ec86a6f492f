"""My rights: six buttons, a short form, and every case with its clock, its answers, and what can be done about it."""

from __future__ import annotations

import tempfile

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, NotFound
from skillspace.people.answers import organisations_of
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.person.cases import RIGHTS, card, case_line, case_page
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.common import Choice
from skillspace.portal.views.rights import RightPage, RightsPage
from skillspace.trust.consent.notices.notice import kind_label
from skillspace.trust.rights import Correction, Right, Rights, Scope

#: A zip of a case is held in memory up to this many bytes, beyond that in a file of the system's own.
IN_MEMORY = 8 * 1024 * 1024


def router(frame: Frame) -> APIRouter:
    """Return the pages of a person's rights."""
    routes = frame.router("You")

    @routes.get("/you/rights")
    def rights(request: Request) -> Response:
        with frame.reading(request) as visit:
            person, _ = visit.person()
            cases = tuple(case_line(visit, case) for case in room(visit).cases(visit.work, person.id))
            cards = tuple(card(visit, right) for right in RIGHTS if right is not Right.REVIEW)
            return visit.show(RightsPage(chrome=visit.chrome("you"), rights=cards, cases=cases))

    @routes.get("/you/rights/use/{right}")
    def form(request: Request, right: str) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_form(visit, _right(right)))

    @routes.post("/you/rights/use/{right}")
    def use(request: Request, right: str) -> Response:
        try:
            with frame.writing(request) as visit:
                return _open(visit, _right(right))
        except BadInput:
            with frame.reading(request) as visit:
                problem = visit.words.gettext(
                    "Choose at least one organisation. To have something corrected, also say what is wrong and what "
                    "is right."
                )
                return visit.show(_form(visit, _right(right), problem), 400)

    _cases(frame, routes)
    return routes


def _cases(frame: Frame, routes: APIRouter) -> None:
    @routes.get("/you/rights/{case_id}")
    def case(request: Request, case_id: str) -> Response:
        with frame.reading(request) as visit:
            person, _ = visit.person()
            return visit.show(case_page(visit, room(visit).case(visit.work, case_id, person.id)))

    @routes.get("/you/rights/{case_id}/package.zip")
    def package(request: Request, case_id: str) -> Response:
        with frame.reading(request) as visit, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as target:
            person, _ = visit.person()
            room(visit).write_package(visit.work, case_id, person.id, target)
            target.seek(0)
            content = target.read()
        headers = SECURITY_HEADERS | {"Content-Disposition": f'attachment; filename="my-data-{case_id[-12:]}.zip"'}
        return Response(content, media_type="application/zip", headers=headers)

    @routes.post("/you/rights/{case_id}/withdraw")
    def withdraw(request: Request, case_id: str) -> Response:
        with frame.writing(request) as visit:
            person, _ = visit.person()
            room(visit).withdraw(visit.work, case_id, person.id)
            return visit.go(f"/you/rights/{case_id}", "right-withdrawn")

    @routes.post("/you/rights/{case_id}/lift")
    def lift(request: Request, case_id: str) -> Response:
        with frame.writing(request) as visit:
            person, _ = visit.person()
            room(visit).lift(visit.work, case_id, person.id)
            return visit.go(f"/you/rights/{case_id}", "right-lifted")

    @routes.post("/you/rights/{case_id}/supply")
    def supply(request: Request, case_id: str) -> Response:
        try:
            with frame.writing(request) as visit:
                person, _ = visit.person()
                part = visit.field("organisation")
                room(visit).supply(visit.work, case_id, person.id, part, visit.field("words"))
                return visit.go(f"/you/rights/{case_id}", "right-supplied")
        except BadInput:
            with frame.reading(request) as visit:
                person, _ = visit.person()
                problem = visit.words.gettext("Say what they need to know, in at most 4,000 characters.")
                found = room(visit).case(visit.work, case_id, person.id)
                return visit.show(case_page(visit, found, problem), 400)


def room(visit: Visit) -> Rights:
    """Return the room of people's rights; raise NotFound where no people live."""
    if visit.rooms.rights.rights is None:
        raise NotFound("This organisation keeps no people's spaces.")
    return visit.rooms.rights.rights


def _right(key: str) -> Right:
    try:
        return Right(key)
    except ValueError:
        raise NotFound("There is no such right.") from None


def _open(visit: Visit, right: Right) -> Response:
    person, _ = visit.person()
    chosen, offered = visit.fields("organisation"), _organisations(visit)
    wrong, correct = visit.field("wrong").strip(), visit.field("correct").strip()
    if right is Right.RECTIFICATION and not (wrong and correct):
        raise BadInput("Say what is wrong, and what is right.")
    corrections = [Correction(item=wrong[:200], wrong=wrong, right=correct)] if right is Right.RECTIFICATION else []
    kinds = visit.fields("kind")
    if set(kinds) - {choice.value for choice in _kinds(visit)}:
        raise BadInput("Choose kinds of data from the list.")
    case = room(visit).open(
        visit.work,
        person.id,
        right,
        visit.field("words").strip(),
        Scope(kinds=tuple(kinds)),
        corrections=corrections,
        only=None if set(chosen) == set(offered) else chosen,
    )
    return visit.go(f"/you/rights/{case.id}", "right-used")


def _form(visit: Visit, right: Right, problem: str = "") -> RightPage:
    sent = visit.request.method == "POST"
    chosen = set(visit.fields("organisation"))
    return RightPage(
        chrome=visit.chrome("you", path=f"/you/rights/use/{right}"),
        right=card(visit, right),
        organisations=tuple(
            Choice(value=did, label=name, is_chosen=not sent or did in chosen)
            for did, name in _organisations(visit).items()
        ),
        kinds=_kinds(visit),
        words=visit.field("words"),
        corrects=right is Right.RECTIFICATION,
        wrong=visit.field("wrong"),
        correct=visit.field("correct"),
        problem=problem,
    )


def _organisations(visit: Visit) -> dict[str, str]:
    """Return everybody who has or had data of the person, this node last: whom the room asks when it asks all."""
    person, spaces = visit.person()
    found = organisations_of(visit.work, person.id, spaces.links, spaces.consents)
    found.pop(visit.rooms.did, None)
    return {**found, visit.rooms.did: visit.rooms.name}


def _kinds(visit: Visit) -> tuple[Choice, ...]:
    """Return the kinds of data the person ever said something about; they narrow a case, none chosen means all."""
    person, spaces = visit.person()
    found = {kind for grant in spaces.consents.of_person(visit.work, person.id) for kind in grant.kinds}
    chosen = set(visit.fields("kind"))
    named = sorted((kind_label(kind, visit.language), kind) for kind in found)
    return tuple(Choice(value=kind, label=label, is_chosen=kind in chosen) for label, kind in named)
