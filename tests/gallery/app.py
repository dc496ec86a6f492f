"""A small web program that serves the sample pages under the portal's own security headers."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from fastapi import FastAPI, HTTPException
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from skillspace.portal.i18n import translator
from skillspace.portal.render import SECURITY_HEADERS, render
from skillspace.portal.views.common import Page
from tests.gallery.agent import agent_pages
from tests.gallery.alerts import alert_pages
from tests.gallery.connector import connector_pages
from tests.gallery.content import LANGUAGES, Words
from tests.gallery.deciding import deciding_pages
from tests.gallery.desks import contract_pages
from tests.gallery.guardians import guardian_pages
from tests.gallery.journeys import journey_pages
from tests.gallery.learning import learning_pages
from tests.gallery.offices import node_pages, people_pages
from tests.gallery.oversight import oversight_pages
from tests.gallery.partners import partner_pages
from tests.gallery.paths import path_pages
from tests.gallery.people import skill_pages
from tests.gallery.protection import protection_pages
from tests.gallery.review import review_pages
from tests.gallery.rights import rights_pages
from tests.gallery.sharing import account_pages, sharing_pages
from tests.gallery.teams import team_pages
from tests.gallery.validation import validation_pages
from tests.gallery.verification import verification_pages
from tests.gallery.wallet import wallet_pages


@lru_cache(maxsize=3)
def pages(language: str) -> dict[str, Page]:
    """Every sample page of a language by name."""
    t = Words(language=language)
    families = (
        skill_pages,
        wallet_pages,
        verification_pages,
        validation_pages,
        path_pages,
        journey_pages,
        oversight_pages,
        learning_pages,
        partner_pages,
        sharing_pages,
        deciding_pages,
        agent_pages,
        alert_pages,
        guardian_pages,
        rights_pages,
        account_pages,
        node_pages,
        connector_pages,
        people_pages,
        contract_pages,
        protection_pages,
        review_pages,
        team_pages,
    )
    return {name: page for family in families for name, page in family(t).items()}


def page_names() -> list[str]:
    """The names of all sample pages."""
    return list(pages("en"))


def one_of_each() -> list[str]:
    """The name of a page of every template."""
    return list({page.TEMPLATE: name for name, page in pages("en").items()}.values())


def gallery_app() -> FastAPI:
    """The program; `/` lists every page."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=str(files("skillspace.portal") / "static")))

    @app.get("/")
    def index() -> HTMLResponse:
        links = "".join(
            f'<li><a href="/{code}/{name}">{code}/{name}</a></li>' for name in page_names() for code in LANGUAGES
        )
        return HTMLResponse(f'<!doctype html><html lang="en"><title>Gallery</title><ul>{links}</ul></html>')

    @app.get("/{language}/{name}")
    def page(language: str, name: str) -> HTMLResponse:
        if language not in LANGUAGES or name not in pages(language):
            raise HTTPException(status_code=404)
        return HTMLResponse(render(pages(language)[name], translator(language)), headers=SECURITY_HEADERS)

    return app
