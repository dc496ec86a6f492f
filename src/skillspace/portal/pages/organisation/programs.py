"""Our programs: which of the organisation's own programs may ask in its words, and the token that lets one in."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput, Conflict
from skillspace.market.review.programs import LONGEST_NAME
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.words import ROLES
from skillspace.portal.views.review import ProgramLine, ProgramsPage

PATH = "/org/programs"


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Our programs")

    @routes.get(PATH)
    def programs(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit))

    @routes.post(PATH)
    def let_in(request: Request) -> Response:
        try:
            with frame.writing(request) as visit:
                account, name = visit.staff(*ROLES), " ".join(visit.field("name").split())
                token = visit.rooms.review.programs.add(visit.work, name)
                journal.note(visit.work, account, "program.add", thing=f"program:{name}", title=name)
                # no address of its own: what is shown once is not found again by going back
                return visit.show(replace(_page(visit), name=name, token=token))
        except (BadInput, Conflict) as fault:
            with frame.reading(request) as visit:
                return visit.show(replace(_page(visit), name=visit.field("name"), problem=fault.message), 400)

    @routes.post(PATH + "/remove")
    def shut_out(request: Request) -> Response:
        with frame.writing(request) as visit:
            account, name = visit.staff(*ROLES), visit.field("name")
            visit.rooms.review.programs.remove(visit.work, name)
            journal.note(visit.work, account, "program.remove", thing=f"program:{name}", title=name)
            return visit.go(PATH, "own-program-gone")

    return routes


def _page(visit: Visit) -> ProgramsPage:
    visit.staff(*ROLES)
    return ProgramsPage(
        chrome=visit.chrome("words", path=PATH),
        programs=tuple(
            ProgramLine(name=one.name, made=one.made.date()) for one in visit.rooms.review.programs.listed(visit.work)
        ),
        address=f"{visit.rooms.address}/intelligence/link",
        longest=LONGEST_NAME,
    )
