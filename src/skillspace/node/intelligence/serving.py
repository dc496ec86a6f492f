"""Skills intelligence as a program of its own: no node, no database; on this machine alone unless a token guards it."""

from __future__ import annotations

import hmac
import logging
import os
import socket
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import structlog
import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from skillspace.kernel.errors import BadInput, Conflict, NotSignedIn, Refused
from skillspace.node.frame import frame
from skillspace.node.intelligence.api import Authenticate, router
from skillspace.skills.answering import Answers

TOKEN_VARIABLE = "SKILLSPACE_TOKEN"  # noqa: S105 - the name of a variable
SHORTEST_TOKEN = 16
AT_ONCE = 32


def token_of(file: Path | None) -> str | None:
    """Return the token that callers must show: a file's first line, else the variable's; None where there is neither.

    Raises BadInput for a file that cannot be read and for a token too short to guard anything.
    """
    if file is None:
        token = os.environ.get(TOKEN_VARIABLE) or None
    else:
        try:
            token = file.read_text(encoding="utf-8").partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise BadInput(f"The token cannot be read from {file}: {fault}.") from fault
    if token is not None and (len(token) < SHORTEST_TOKEN or not token.isascii() or any(map(str.isspace, token))):
        raise BadInput(f"A token has at least {SHORTEST_TOKEN} letters, digits or signs of ASCII, and no spaces.")
    return token


def application(answers: Answers, token: str | None, offers: Path | None = None) -> FastAPI:
    """Return the application. Without a token it answers only who calls it by a name of this machine."""
    app = FastAPI(title="Skillspace: skills intelligence", version="0.1.0", docs_url=None, redoc_url=None)
    frame(app)
    if token is None:
        app.add_middleware(OnThisMachine)
    app.exception_handler(HTTPException)(_say_http)
    let_in = guard(token)

    def open_for(authorization: str | None) -> Answers:
        let_in(authorization)
        return answers

    app.include_router(router(open_for, at_once=AT_ONCE, offers=offers))
    return app


def guard(token: str | None) -> Authenticate:
    """Return what lets callers in: those who show the token, or everybody where there is none."""

    def authenticate(authorization: str | None) -> None:
        scheme, _, shown = (authorization or "").partition(" ")
        expected = token or ""
        is_right = hmac.compare_digest(shown.strip().encode("utf-8", "replace"), expected.encode())
        if token is not None and not (is_right and scheme.lower() == "bearer"):
            raise NotSignedIn("Show the token of this service: “Authorization: Bearer …”.")

    return authenticate


def serve(
    answers: Answers,
    *,
    host: str,
    port: int,
    token: str | None,
    tell: Callable[[str], None],
    offers: Path | None = None,
) -> None:
    """Answer until stopped; ``tell`` is told the address, ``offers`` is an index that people are matched with.

    Raises Refused for an open door beyond this machine.
    """
    if token is None and not _is_loopback(host):
        raise Refused(
            f"{host} can be reached from other machines: set {TOKEN_VARIABLE}, or give --token-file, "
            "so that nobody else is answered."
        )
    # refusals are told to who asked; they may quote a text, and texts do not belong into a log
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    config = uvicorn.Config(
        application(answers, token, offers),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=20,
    )
    with _listening(host, port) as place:
        name = f"[{host}]" if ":" in host else host
        tell(f"http://{name}:{place.getsockname()[1]}")
        uvicorn.Server(config).run([place])


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except (OSError, OverflowError) as fault:
        raise Conflict(f"Nothing can listen on port {port} of {host}: {fault}.") from fault


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class OnThisMachine:
    """Refuses who names this machine otherwise: a page somewhere could make a browser call it under its own name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the header Host."""
        if scope["type"] == "http":
            named = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
            host = named.partition("]")[0].lstrip("[") if named.startswith("[") else named.partition(":")[0]
            if not _is_loopback(host):
                refusal = {"code": "Refused", "message": "Call this service by an address of this machine."}
                await JSONResponse(refusal, Refused.http_status)(scope, receive, send)
                return
        await self._app(scope, receive, send)


async def _say_http(_: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)  # noqa: S101 - registered for this class only
    code = {404: "NotFound", 405: "MethodNotAllowed"}.get(fault.status_code, "BadInput")
    return JSONResponse({"code": code, "message": f"{fault.detail}."}, fault.status_code, headers=fault.headers)
