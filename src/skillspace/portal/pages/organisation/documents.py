"""Documentation of matching as the AI Act asks for it: to read in the browser, and to take as Markdown or JSON."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response

from skillspace.portal.pages.frame import Frame, Visit
from skillspace.portal.pages.organisation.matching import PATH as MATCHING
from skillspace.portal.pages.organisation.matching import READERS
from skillspace.portal.render import SECURITY_HEADERS
from skillspace.portal.views.teams import DossierPage, DossierSection
from skillspace.skills.dossier import Dossier, dossier, markdown, running_on
from skillspace.skills.ranking import declared

PATH = f"{MATCHING}/documents"


def router(frame: Frame) -> APIRouter:
    """Return the page and its two files."""
    routes = frame.router("How we put things in order")

    @routes.get(PATH)
    def read(request: Request) -> Response:
        with frame.reading(request) as visit:
            told = _told(visit)
            return visit.show(
                DossierPage(
                    chrome=visit.chrome("matching", path=PATH),
                    provider=told.provider,
                    sections=tuple(
                        DossierSection(title=one.title, article=one.article, says=one.says, facts=one.facts)
                        for one in told.sections
                    ),
                )
            )

    @routes.get(f"{PATH}.md")
    def as_markdown(request: Request) -> Response:
        with frame.reading(request) as visit:
            told = _told(visit)
        return _file(markdown(told), "text/markdown; charset=utf-8", "md")

    @routes.get(f"{PATH}.json")
    def as_json(request: Request) -> Response:
        with frame.reading(request) as visit:
            told = _told(visit)
        return _file(json.dumps(told.as_json(), ensure_ascii=False, indent=1), "application/json", "json")

    return routes


def _told(visit: Visit) -> Dossier:
    """Return the documentation of what puts people in order here: this node's policy over its own vacancies."""
    visit.staff(*READERS)
    rooms = visit.rooms
    policy = rooms.targets.said(visit.work)
    etag, vacancies = rooms.oversight.vacancies.now(visit.work)
    runs = running_on(
        etag, {"vacancies": len(vacancies)}, rooms.targets.taxonomies, policy.weights, order=declared(policy)
    )
    return dossier(runs, f"{rooms.name} ({rooms.did})")


def _file(text: str, media_type: str, ending: str) -> Response:
    headers = SECURITY_HEADERS | {"Content-Disposition": f'attachment; filename="matching.{ending}"'}
    return Response(text.encode(), media_type=media_type, headers=headers)
