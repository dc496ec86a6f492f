"""Pages: the portal's routes, one module a room; each asks the services of one node and fills a view model."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter, Request, Response
from starlette.staticfiles import StaticFiles

from skillspace.kernel.errors import SkillspaceError
from skillspace.portal.pages import organisation, person, verify
from skillspace.portal.pages.frame import Frame
from skillspace.portal.rooms import Rooms

STATIC_LASTS = "public, max-age=3600"


def routers(rooms: Rooms) -> list[APIRouter]:
    """Return every page of one node: checking, the door and the offices everywhere, people's rooms where they live."""
    frame = Frame(rooms)
    return [_static(), verify.router(frame), *person.routers(frame), *organisation.routers(frame)]


def refusal(rooms: Rooms, request: Request, fault: SkillspaceError) -> Response:
    """Return the page for a fault outside of every page, such as an address nobody answers."""
    return Frame(rooms).refusal(request, fault)


def _static() -> APIRouter:
    """Styles, scripts and the mark: from this package, and from nowhere else."""
    folder = StaticFiles(directory=str(files("skillspace.portal") / "static"))
    routes = APIRouter(tags=["Static files"], include_in_schema=False)

    @routes.get("/static/{name}")
    async def static(name: str, request: Request) -> Response:
        answer = await folder.get_response(name, request.scope)
        answer.headers["Cache-Control"] = STATIC_LASTS
        return answer

    return routes
