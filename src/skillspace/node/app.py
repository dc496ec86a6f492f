"""The ASGI application of a node: every room's router, and one way to say no."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from skillspace.exchange.api import router as exchange_router
from skillspace.exchange.doctor import EchoBack, echo_router
from skillspace.kernel.errors import NotFound
from skillspace.market.oversight import router as oversight_router
from skillspace.node.composition import Node
from skillspace.node.doors import paced
from skillspace.node.frame import frame, say_no
from skillspace.node.intelligence import Door
from skillspace.node.intelligence import router as intelligence_router
from skillspace.people.api import router as people_router
from skillspace.people.recognition import router as recognition_router
from skillspace.people.sharing.api import router as sharing_router
from skillspace.people.statements import PATH as RECORD_STORE_PATH
from skillspace.people.statements import described as record_store_paths
from skillspace.people.statements import router as record_store_router
from skillspace.people.validation import router as validation_router
from skillspace.portal.pages import refusal
from skillspace.portal.pages import routers as page_routers
from skillspace.trust.claims import credential_service_router, issuer_router, sts_router
from skillspace.trust.consent.govstack import Clients, govstack_router
from skillspace.trust.issuance import issuance_router
from skillspace.trust.membership.api import authority_router
from skillspace.trust.presentation import presentation_router
from skillspace.trust.register import router as register_router
from skillspace.trust.vc_api import vc_api_router


def application(node: Node) -> FastAPI:
    """Return the node as an ASGI application; its worker starts and stops with it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        node.start()
        yield
        node.stop()

    app = FastAPI(title=node.settings.name, version="0.1.0", docs_url=None, redoc_url=None, lifespan=lifespan)
    frame(app, node.settings.address)

    @app.exception_handler(404)
    async def nowhere(request: Request, _fault: Exception) -> Response:
        fault = NotFound("There is nothing at this address.")
        if "text/html" not in request.headers.get("accept", ""):
            return await say_no(request, fault)
        return await run_in_threadpool(refusal, node.rooms, request, fault)

    @app.get("/.well-known/did.json", tags=["Identity"])
    def did_json() -> dict[str, object]:
        return node.trust.document

    @app.get("/health", tags=["Operation"])
    def health() -> dict[str, str]:
        with node.database.reading() as work:
            return {"name": node.settings.name, "did": node.trust.did, "at": work.now.isoformat()}

    gatekeeper, database = node.trust.gatekeeper, node.database
    # Routers are asked in turn, so what is called most comes first: tools that write down every step, and the protocol.
    if node.record_store is not None:
        app.mount(RECORD_STORE_PATH, record_store_router(node.record_store))
        _describe(app, record_store_paths())
    app.include_router(exchange_router(node.exchange, database))
    echo = EchoBack(node.rooms.examinations.doctor.instruments)
    app.include_router(echo_router(echo, node.exchange.authentication.authenticate))
    app.include_router(credential_service_router(database, gatekeeper.caller, node.trust.wallet))
    if node.trust.issuer is not None:
        app.include_router(issuer_router(database, gatekeeper.caller, node.trust.issuer))
    if node.trust.sts is not None:
        app.include_router(sts_router(database, node.trust.sts))
    if node.trust.vc_api is not None and node.settings.vc_api is not None:
        app.include_router(
            vc_api_router(database, node.trust.vc_api, node.settings.vc_api, node.rooms.verification.issuers)
        )
    if node.trust.authority is not None:
        app.include_router(authority_router(database, gatekeeper, node.trust.authority))
    app.include_router(node.journal.router(gatekeeper.authenticate, database))
    app.include_router(node.rights.router(gatekeeper.authenticate, database))
    app.include_router(node.contracts.router(gatekeeper.authenticate, database))
    app.include_router(register_router(node.trust.registers, gatekeeper.authenticate, database))
    if (spaces := node.rooms.spaces) is not None:
        app.include_router(
            govstack_router(
                spaces.consents,
                node.trust.registers,
                database,
                Clients(),
                delegations=spaces.delegations,
                journal=node.journal.journal,
                address=node.settings.address,
            )
        )
    app.include_router(node.consent.router(gatekeeper.authenticate, database))
    app.include_router(node.chains.router(gatekeeper.authenticate))
    app.include_router(people_router(node.rooms.holdings, gatekeeper.authenticate, database, node.rooms.recognition))
    app.include_router(
        intelligence_router(Door(node.intelligence, node.rooms.review, database, gatekeeper.authenticate))
    )
    at_doors = [paced()]
    app.include_router(issuance_router(database, node.rooms.issuance), dependencies=at_doors)
    app.include_router(presentation_router(database, node.rooms.presentations), dependencies=at_doors)
    app.include_router(recognition_router(node.rooms.recognition, gatekeeper.authenticate, database))
    app.include_router(oversight_router(node.rooms.oversight, gatekeeper.authenticate, database))
    validations = node.rooms.spaces.validations if node.rooms.spaces is not None else None
    app.include_router(validation_router(node.rooms.validation_desk, validations, gatekeeper.authenticate))
    if node.rooms.spaces is not None:
        app.include_router(sharing_router(node.rooms.spaces.sharing, gatekeeper.authenticate, database))
    for pages in page_routers(node.rooms):
        app.include_router(pages, include_in_schema=False)
    return app


def _describe(app: FastAPI, paths: Mapping[str, object]) -> None:
    """Let the description of the API name paths that read their requests themselves."""
    usual = app.openapi

    def whole() -> dict[str, Any]:
        schema = usual()
        schema["paths"].update(paths)
        return schema

    app.openapi = whole  # type: ignore[method-assign]
