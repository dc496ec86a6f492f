"""The wire of presentation (OpenID4VP 1.0): a wallet fetches the signed request and posts its answer."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from skillspace.kernel.errors import Unavailable
from skillspace.storage.database import Database
from skillspace.trust.presentation.model import REQUEST_TYPE, PresentationFault
from skillspace.trust.presentation.service import PATH, Presentations

TAG = "OpenID for Verifiable Presentations"
MAX_ANSWER_BYTES = 1024 * 1024
MAX_FIELDS = 20
NO_STORE = {"Cache-Control": "no-store"}


def presentation_router(database: Database, presentations: Presentations) -> APIRouter:
    """Return what a wallet calls."""
    router = APIRouter(prefix=PATH, tags=[TAG])

    def signed(name: str, wallet_nonce: str | None = None) -> Response:
        with database.reading() as work:
            text = presentations.request_object(work, name, wallet_nonce)
        return Response(text, media_type=f"application/{REQUEST_TYPE}", headers=NO_STORE)

    @router.get("/requests/{name}")
    def fetch(name: str) -> Response:
        return signed(name)

    @router.post("/requests/{name}")
    def fetch_freshly(name: str, wallet_nonce: Annotated[str | None, Form(max_length=200)] = None) -> Response:
        return signed(name, wallet_nonce)

    @router.post("/responses/{name}")
    async def answer(name: str, request: Request) -> JSONResponse:
        body = await request.body()
        return await run_in_threadpool(_answered, presentations, name, body)

    return router


def _answered(presentations: Presentations, name: str, body: bytes) -> JSONResponse:
    try:
        back = presentations.answered(name, _form(body))
    except PresentationFault as fault:
        content = {"error": fault.error, "error_description": fault.message}
        return JSONResponse(content, fault.status, headers=NO_STORE)
    except Unavailable as fault:
        content = {"error": "temporarily_unavailable", "error_description": fault.message}
        return JSONResponse(content, fault.http_status, headers=NO_STORE)
    return JSONResponse({} if back is None else {"redirect_uri": back}, headers=NO_STORE)


def _form(body: bytes) -> dict[str, str]:
    """Read a form; a field that comes twice could mean two things, so it is refused."""
    if len(body) > MAX_ANSWER_BYTES:
        raise PresentationFault("invalid_request", f"At most {MAX_ANSWER_BYTES} bytes are read here.", status=413)
    try:
        fields = parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        raise PresentationFault("invalid_request", "The answer is no form in UTF-8.") from None
    if len(dict(fields)) != len(fields):
        raise PresentationFault("invalid_request", "A field of the answer comes twice.")
    return dict(fields)
