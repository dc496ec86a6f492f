"""The ASGI application of a node: every room's router, and one way to say no."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skillspace.exchange.api import router as exchange_router
from skillspace.exchange.doctor import EchoBack, echo_router
from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError
from skillspace.node.composition import Node
from skillspace.people.api import router as people_router
from skillspace.people.recognition import router as recognition_router
from skillspace.people.sharing.api import router as sharing_router
from skillspace.portal.pages import refusal
from skillspace.portal.pages import routers as page_routers
from skillspace.trust.claims import credential_service_router, issuer_router, sts_router
from skillspace.trust.consent.govstack import Clients, govstack_router
from skillspace.trust.membership.api import authority_router
from skillspace.trust.register import router as register_router

log = structlog.get_logger()

MAX_BODY_BYTES = 6 * 1024 * 1024
#: Data that providers push to us; their sink has limits of its own.
PUSHED = "/data/in/"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def application(node: Node) -> FastAPI:
    """Return the node as an ASGI application; its worker starts and stops with it."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        node.start()
        yield
        node.stop()

    app = FastAPI(title=node.settings.name, version="0.1.0", docs_url=None, redoc_url=None, lifespan=lifespan)
    app.add_middleware(BodyLimit)
    app.add_middleware(UsualHeaders)
    app.exception_handler(SkillspaceError)(_say_no)
    app.exception_handler(RequestValidationError)(_say_malformed)

    @app.exception_handler(404)
    async def nowhere(request: Request, _fault: Exception) -> Response:
        fault = NotFound("There is nothing at this address.")
        if "text/html" not in request.headers.get("accept", ""):
            return await _say_no(request, fault)
        return await run_in_threadpool(refusal, node.rooms, request, fault)

    @app.get("/.well-known/did.json", tags=["Identity"])
    def did_json() -> dict[str, object]:
        return node.trust.document

    @app.get("/health", tags=["Operation"])
    def health() -> dict[str, str]:
        with node.database.reading() as work:
            return {"name": node.settings.name, "did": node.trust.did, "at": work.now.isoformat()}

    gatekeeper, database = node.trust.gatekeeper, node.database
    # First, because routers are asked in turn, and the protocol is what is called most.
    app.include_router(exchange_router(node.exchange, database))
    echo = EchoBack(node.rooms.examinations.doctor.instruments)
    app.include_router(echo_router(echo, node.exchange.authentication.authenticate))
    app.include_router(credential_service_router(database, gatekeeper.caller, node.trust.wallet))
    if node.trust.issuer is not None:
        app.include_router(issuer_router(database, gatekeeper.caller, node.trust.issuer))
    if node.trust.sts is not None:
        app.include_router(sts_router(database, node.trust.sts))
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
    app.include_router(recognition_router(node.rooms.recognition, gatekeeper.authenticate, database))
    if node.rooms.spaces is not None:
        app.include_router(sharing_router(node.rooms.spaces.sharing, gatekeeper.authenticate, database))
    for pages in page_routers(node.rooms):
        app.include_router(pages, include_in_schema=False)
    return app


async def _say_no(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, SkillspaceError)  # noqa: S101 - registered for this class only
    log.info("refused", path=request.url.path, code=fault.code, reason=fault.message)
    return JSONResponse({"code": fault.code, "message": fault.message}, fault.http_status)


async def _say_malformed(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, RequestValidationError)  # noqa: S101 - registered for this class only
    first = fault.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return JSONResponse({"code": "BadInput", "message": f"{place}: {first['msg']}"}, 400)


class UsualHeaders:
    """Adds the headers every answer has, unless it brought its own. It touches no body: data streams pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them when the answer begins."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class TooLarge(BadInput):
    """The request is too large."""

    http_status = 413


class BodyLimit:
    """Refuses a request body larger than the limit, whether or not its length was announced."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in; past the limit the request ends with 413, whatever the application makes of it."""
        if scope["type"] != "http" or scope["path"].startswith(PUSHED):
            await self._app(scope, receive, send)
            return
        refusal = JSONResponse({"code": "TooLarge", "message": TooLarge().message}, TooLarge.http_status)
        announced = dict(scope["headers"]).get(b"content-length", b"0")
        if not announced.isdigit() or int(announced) > MAX_BODY_BYTES:
            await refusal(scope, receive, send)
            return
        received, has_begun = 0, False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY_BYTES:
                raise TooLarge
            return message

        async def answered(message: Message) -> None:
            nonlocal has_begun
            if has_begun or received <= MAX_BODY_BYTES:
                has_begun = True
                await send(message)

        with suppress(TooLarge):
            await self._app(scope, counted, answered)
        if received > MAX_BODY_BYTES and not has_begun:
            await refusal(scope, receive, send)
