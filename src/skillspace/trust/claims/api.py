"""The wire of claims (DCP 1.0): the credential service every node has, and the issuer and STS that some have."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Form, Header, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from skillspace.records.credentials import Model
from skillspace.storage.database import Database
from skillspace.trust.claims.credential_service import CredentialService
from skillspace.trust.claims.issuer import Issuer
from skillspace.trust.claims.messages import CredentialMessage, CredentialOffer, CredentialRequest, PresentationQuery
from skillspace.trust.claims.sts import SecureTokenService, TokenRefused
from skillspace.trust.identity.tokens import Caller

Authorization = Annotated[str | None, Header()]
FindCaller = Callable[[str | None], Caller]
Field = Annotated[str | None, Form(max_length=8192)]

TAG = "Decentralized Claims Protocol"
SERVICE_PATH, ISSUER_PATH, STS_PATH = "/dcp", "/dcp/issuer", "/dcp/sts"
STATUS_PATH = f"{ISSUER_PATH}/status"
_MODELS: dict[str, Model] = {"statuslist2021": "1.1", "bitstring": "2.0"}


def credential_service_router(database: Database, caller: FindCaller, service: CredentialService) -> APIRouter:
    """Return the credential service: resolution (§5.4), storage (§6.5) and offers (§6.6)."""
    router = APIRouter(prefix=SERVICE_PATH, tags=[TAG])

    @router.post("/presentations/query")
    def query(message: PresentationQuery, authorization: Authorization = None) -> dict[str, Any]:
        asking = caller(authorization)
        with database.reading() as work:
            return service.present(work, asking.did, asking.access_token, message)

    @router.post("/credentials")
    def store(message: CredentialMessage, authorization: Authorization = None) -> dict[str, int]:
        issuer = caller(authorization)
        with database.writing() as work:
            return {"stored": service.store(work, issuer.did, message)}

    @router.post("/offers")
    def offer(message: CredentialOffer, authorization: Authorization = None) -> dict[str, str]:
        issuer = caller(authorization)
        with database.writing() as work:
            service.offered(work, issuer.did, message)
        return {}

    return router


def issuer_router(database: Database, caller: FindCaller, issuer: Issuer) -> APIRouter:
    """Return the issuer service: requests (§6.4), metadata (§6.7), status (§6.8); and its lists and schemas, open."""
    router = APIRouter(prefix=ISSUER_PATH, tags=[TAG])

    @router.post("/credentials", status_code=201)
    def request(message: CredentialRequest, response: Response, authorization: Authorization = None) -> dict[str, str]:
        holder = caller(authorization)
        with database.writing() as work:
            issuer_pid = issuer.requested(work, holder.did, holder.access_token, message)
        response.headers["Location"] = issuer.location(issuer_pid)
        return {}

    @router.get("/requests/{issuer_pid}")
    def status(issuer_pid: str, authorization: Authorization = None) -> dict[str, Any]:
        holder = caller(authorization)
        with database.reading() as work:
            return issuer.status(work, holder.did, issuer_pid)

    @router.get("/metadata")
    def metadata() -> dict[str, Any]:
        return issuer.metadata()

    @router.get("/schemas/{credential_type}")
    def schema(credential_type: str) -> JSONResponse:
        return JSONResponse(issuer.schema(credential_type), media_type="application/schema+json")

    def status_list(name: str) -> PlainTextResponse:
        with database.reading() as work:
            return PlainTextResponse(issuer.register.document(work, _MODELS[name]), media_type="application/vc+jwt")

    for name in _MODELS:
        router.get(f"/status/{name}")(_bound(status_list, name))
    return router


def sts_router(database: Database, sts: SecureTokenService) -> APIRouter:
    """Return the token endpoint (§4.3.2; RFC 6749 §4.4). A client names itself in the form, or by HTTP Basic."""
    router = APIRouter(prefix=STS_PATH, tags=[TAG])

    @router.post("/token")
    def token(
        grant_type: Field = None,
        client_id: Field = None,
        client_secret: Field = None,
        audience: Field = None,
        bearer_access_scope: Field = None,
        token: Field = None,
        authorization: Authorization = None,
    ) -> JSONResponse:
        named = _basic(authorization) if authorization is not None else (client_id, client_secret)
        headers = {"Cache-Control": "no-store"}
        try:
            with database.reading() as work:
                answer = sts.token(
                    work,
                    grant_type=grant_type,
                    client_id=named[0],
                    client_secret=named[1],
                    audience=audience,
                    bearer_access_scope=bearer_access_scope,
                    token=token,
                )
        except TokenRefused as fault:
            challenge = {"WWW-Authenticate": "Basic"} if fault.status == 401 else {}
            content = {"error": fault.error, "error_description": fault.message}
            return JSONResponse(content, fault.status, headers=headers | challenge)
        return JSONResponse(answer, headers=headers)

    return router


def _bound(endpoint: Callable[[str], PlainTextResponse], name: str) -> Callable[[], PlainTextResponse]:
    return lambda: endpoint(name)


def _basic(authorization: str) -> tuple[str, str]:
    """Read HTTP Basic as OAuth means it: both parts are form-encoded (RFC 6749 §2.3.1)."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    name, _, secret = text.partition(":")
    return unquote_plus(name), unquote_plus(secret)
