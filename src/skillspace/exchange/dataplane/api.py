"""The data plane over HTTP: data are pulled from a started transfer, or pushed into one that we asked for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from skillspace.exchange.dataplane.answer import answer as answered
from skillspace.exchange.dataplane.answer import refusal
from skillspace.exchange.dataplane.plane import Asked, DataPlane
from skillspace.exchange.dataplane.pull import CONSENT_GRANT
from skillspace.exchange.dataplane.sink import Sink
from skillspace.kernel.errors import BadInput, SkillspaceError

#: Of a consumer's headers, these mean something to the data plane or its sources; no other is even looked at.
READ_HEADERS = (
    "accept",
    "accept-encoding",
    "accept-language",
    "content-type",
    "if-none-match",
    "if-range",
    "range",
)
#: Queries and small documents to a provider's API; data themselves come by push.
MAX_BODY_BYTES = 1024 * 1024


class BodyTooLarge(BadInput):
    """The request's body is too large."""

    http_status = 413


async def _asked(request: Request) -> Asked | BodyTooLarge:
    """Take from a request what the data plane reads."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return BodyTooLarge(f"The body is longer than {MAX_BODY_BYTES} bytes.")
    return Asked(
        grant=request.headers.get(CONSENT_GRANT),
        method=request.method,
        path=str(request.path_params.get("path", "")),
        query=tuple(request.query_params.multi_items()),
        headers={name: request.headers[name] for name in READ_HEADERS if name in request.headers},
        body=bytes(body),
    )


WhatWasAsked = Annotated[Asked | BodyTooLarge, Depends(_asked)]


def router(plane: DataPlane, sink: Sink) -> APIRouter:
    """Serve pulls and take pushes. The Authorization header holds a transfer's data token, not a self-issued one."""
    api = APIRouter(prefix="/data", tags=["data"])

    @api.api_route("/in/{pid}", methods=["HEAD", "PUT", "POST"], include_in_schema=False)
    async def push(pid: str, request: Request) -> Response:
        try:
            return await sink.take(pid, request)
        except SkillspaceError as fault:
            answer = refusal(fault)
            # What is still on its way is not read: a sender in the middle of its body learns it by the end of the line.
            answer.headers["Connection"] = "close"
            return answer

    def pull(pid: str, request: Request, asked: WhatWasAsked) -> Response:
        authorization = request.headers.get("authorization")
        try:
            if isinstance(asked, BodyTooLarge):
                raise asked
            payload = plane.open(plane.admit(pid, authorization, asked))
        except SkillspaceError as fault:
            return refusal(fault)
        return answered(payload, asked.headers, asked.method, lambda: plane.stands(pid, authorization))

    for path in ("/{pid}", "/{pid}/{path:path}"):
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
            api.add_api_route(path, pull, methods=[method], include_in_schema=method == "GET", response_model=None)
    return api
