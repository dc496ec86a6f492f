"""What frames every answer over HTTP: usual headers, a bound on what comes in, and one way to say no."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skillspace.kernel.errors import BadInput, SkillspaceError

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


#: For a year browsers ask by nothing but HTTPS (RFC 6797).
ENCRYPTED = {"Strict-Transport-Security": "max-age=31536000"}


def frame(app: FastAPI, address: str = "") -> None:
    """Put the frame around an application; at an address that is a whole host of HTTPS it says so."""
    parts = urlsplit(address)
    app.add_middleware(BodyLimit)
    app.add_middleware(UsualHeaders, more=ENCRYPTED if parts.scheme == "https" and parts.port is None else {})
    app.exception_handler(SkillspaceError)(say_no)
    app.exception_handler(RequestValidationError)(_say_malformed)


async def say_no(request: Request, fault: Exception) -> Response:
    """Answer a fault of ours as JSON, and tell the log."""
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

    def __init__(self, app: ASGIApp, more: Mapping[str, str]) -> None:
        self._app = app
        self._headers = HEADERS | dict(more)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add them when the answer begins."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
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
