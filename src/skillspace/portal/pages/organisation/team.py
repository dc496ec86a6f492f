"""Our team: the people who said yes, held against a chart of our roles; for each purpose only what it allows."""

from __future__ import annotations

from pathlib import PurePath

from fastapi import APIRouter, Request, Response

from skillspace.kernel.errors import BadInput
from skillspace.market.courses import read_course
from skillspace.market.oversight import RECRUITMENT, Stock
from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation import journal
from skillspace.portal.pages.organisation.people import ADVICE
from skillspace.portal.pages.organisation.team_telling import Desk, told
from skillspace.portal.views.teams import TeamPage

PATH = "/org/team"
ROLES = ("recruiter", "adviser")


def router(frame: Frame) -> APIRouter:
    """Return the page's routes."""
    routes = frame.router("Our team", takes_file=True)
    rooms = frame.rooms
    desk = Desk(
        courses=Stock(rooms.own_feeds("courses").feed, read_course, rooms.review.heard),
        taxonomies=rooms.taxonomies,
        own_name=rooms.name,
    )
    rooms.consent.held.on_delete("teams", desk.forget)

    @routes.get(PATH)
    def team(request: Request) -> Response:
        with frame.reading(request) as visit:
            return visit.show(_page(visit, desk))

    @routes.post(PATH)
    def bring(request: Request) -> Response:
        try:
            with frame.reading(request) as visit:
                visit.staff(*ROLES)
                name, content = visit.file("file")
                if not name:
                    raise BadInput(visit.words.gettext("Choose a file first."))
                # A long chart takes a while to read; nobody else waits to write meanwhile.
                brought = visit.rooms.targets.read_chart(visit.work, content, PurePath(name).name)
            with frame.writing(request) as visit:
                account = visit.staff(*ROLES)
                visit.rooms.targets.keep_chart(visit.work, brought)
                journal.note(visit.work, account, "team.chart", thing="chart", title=brought.title)
                return visit.go(PATH, "chart-kept")
        except BadInput as fault:
            with frame.reading(request) as visit:
                return visit.show(_page(visit, desk, fault.message), 400)

    @routes.post(PATH + "/remove")
    def remove(request: Request) -> Response:
        with frame.writing(request) as visit:
            account = visit.staff(*ROLES)
            visit.rooms.targets.remove_chart(visit.work)
            journal.note(visit.work, account, "team.chart-gone", thing="chart", title="")
            return visit.go(PATH, "chart-gone")

    return routes


def _page(visit: Visit, desk: Desk, problem: str = "") -> TeamPage:
    roles = visit.staff(*ROLES).roles
    has_both = set(ROLES) <= roles
    is_advice = "adviser" in roles and (not has_both or visit.asked("kind") == "learners")
    purpose = ADVICE if is_advice else RECRUITMENT
    page = TeamPage(chrome=visit.chrome("team", path=PATH), kind=purpose, has_both=has_both, problem=problem)
    try:
        kept = visit.rooms.targets.chart(visit.work)
        return told(page, visit, desk, kept) if kept else page
    except BadInput as fault:  # a word of the chart means nothing any more, or there is no such unit
        return TeamPage(chrome=page.chrome, kind=purpose, has_both=has_both, problem=problem or fault.message)
