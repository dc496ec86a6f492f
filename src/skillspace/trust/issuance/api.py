"""The wire of issuance to wallets (OpenID4VCI 1.0): metadata, token, nonce, credential, deferred, notification,
statuses. A proof of possession (DPoP) is spent, and a code burnt, before anything else is looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials import Model
from skillspace.storage.database import Database, Work
from skillspace.trust.issuance.model import CODE_GRANT, Access, IssuanceFault
from skillspace.trust.issuance.service import PATH, Issuance
from skillspace.trust.issuance.signing import CERTIFIED_LIST, TOKEN_LIST
from skillspace.trust.status.tokens import MEDIA_TYPE
from skillspace.wire.jose import strict_json

TAG = "OpenID for Verifiable Credential Issuance"
MAX_BODY_BYTES = 64 * 1024
NO_STORE = {"Cache-Control": "no-store"}
MAX_FIELDS, MAX_FIELD = 30, 4096
Answer = TypeVar("Answer", bound=Response)
_LISTS: dict[str, Model] = {"statuslist2021": "1.1", "bitstring": "2.0"}


def issuance_router(database: Database, issuance: Issuance) -> APIRouter:
    """Return everything a wallet calls."""
    router = APIRouter(tags=[TAG])

    @router.get("/.well-known/openid-credential-issuer")
    def metadata() -> dict[str, Any]:
        return issuance.metadata()

    @router.get("/.well-known/oauth-authorization-server")
    def authorization_metadata() -> dict[str, Any]:
        return issuance.authorization_metadata()

    @router.post(f"{PATH}/par")
    async def push(request: Request) -> JSONResponse:
        form, proof = _form(await request.body()), _proof(request)

        def pushed() -> JSONResponse:
            key = _key(database, issuance, "/par", proof)
            return _answered(database, lambda work: issuance.sign_ins.push(work, form, key), 201)

        return await _in_thread(pushed)

    @router.post(f"{PATH}/token")
    async def token(request: Request) -> JSONResponse:
        form, proof = _form(await request.body()), _proof(request)
        return await _in_thread(lambda: _token(database, issuance, form, proof))

    @router.post(f"{PATH}/nonce")
    def nonce() -> JSONResponse:
        with database.reading() as work:
            fresh = {"DPoP-Nonce": issuance.possessions.nonce(work)}
            return JSONResponse(issuance.nonce(work), headers=NO_STORE | fresh)

    def opened(request: Request, path: str) -> Access:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "dpop":
            return Access(token=token.strip() if scheme.lower() == "bearer" else None, key=None)
        return Access(token=token.strip(), key=_key(database, issuance, path, _proof(request) or "", token.strip()))

    @router.post(f"{PATH}/credential")
    async def credential(request: Request) -> JSONResponse:
        body = await request.body()

        def asked() -> JSONResponse:
            access = opened(request, "/credential")
            return _answered(database, lambda work: issuance.credential(work, access, _object(body)))

        return await _in_thread(asked)

    @router.post(f"{PATH}/deferred")
    async def deferred(request: Request) -> JSONResponse:
        body = await request.body()

        def asked() -> JSONResponse:
            access = opened(request, "/deferred")
            return _answered(database, lambda work: issuance.deferred(work, access, _object(body)))

        return await _in_thread(asked)

    @router.post(f"{PATH}/notification")
    async def notification(request: Request) -> Response:
        body = await request.body()

        def heard() -> Response:
            access = opened(request, "/notification")
            message = _object(body, "invalid_notification_request")
            with database.writing() as work:
                issuance.notified(work, access, message)
            return Response(status_code=204)

        return await _in_thread(heard)

    @router.get(f"{PATH}{TOKEN_LIST}")
    def status_tokens() -> PlainTextResponse:
        with database.reading() as work:
            return PlainTextResponse(issuance.signing.status_list(work), media_type=MEDIA_TYPE)

    @router.get(f"{PATH}{CERTIFIED_LIST}")
    def status_tokens_by_certificate() -> PlainTextResponse:
        with database.reading() as work:
            return PlainTextResponse(issuance.signing.status_list(work, by_certificate=True), media_type=MEDIA_TYPE)

    @router.get(f"{PATH}/status/{{name}}")
    def status_list(name: str) -> Response:
        if name not in _LISTS:
            return JSONResponse({"error": "not_found"}, 404)
        with database.reading() as work:
            return PlainTextResponse(issuance.register.document(work, _LISTS[name]), media_type="application/vc+jwt")

    return router


def _token(database: Database, issuance: Issuance, form: Mapping[str, str | None], proof: str | None) -> JSONResponse:
    """A try is counted, and a code spent, before anything is looked at: what fails leaves its trace."""
    key = _key(database, issuance, "/token", proof)
    if form.get("grant_type") == CODE_GRANT:
        with database.writing() as work:
            is_fresh = issuance.sign_ins.burn(work, form.get("code"))
        return _answered(database, lambda work: issuance.token_of(work, form, is_fresh=is_fresh, key=key))
    code = form.get("pre-authorized_code")
    with database.writing() as work:
        issuance.count_try(work, code)
    kind, pin = form.get("grant_type"), form.get("tx_code")
    return _answered(database, lambda work: issuance.token(work, grant_type=kind, code=code, pin=pin, key=key))


def _form(body: bytes) -> dict[str, str | None]:
    """The fields of a form; none of one that is no form, and of a field that comes twice, which could mean two."""
    if len(body) > MAX_BODY_BYTES:
        return {}
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except ValueError:
        return {}
    counts = Counter(name for name, _ in fields)
    return {name: value for name, value in fields if counts[name] == 1 and len(value) <= MAX_FIELD}


def _answered(database: Database, asked: Callable[[Work], dict[str, Any]], status: int = 200) -> JSONResponse:
    with database.writing() as work:
        content = asked(work)
    # What is not ready yet is answered so (§8.3, §9.2).
    return JSONResponse(content, 202 if "transaction_id" in content else status, headers=NO_STORE)


def _refused(fault: IssuanceFault) -> JSONResponse:
    headers = NO_STORE | dict(fault.headers)
    if fault.status == 401 and fault.error != "invalid_client":
        scheme = "DPoP" if "dpop" in fault.error else "Bearer"
        headers |= {"WWW-Authenticate": f'{scheme} error="{fault.error}"'}
    # The standard wants plain ASCII without quotation marks (§8.3.1.2).
    words = "".join(each for each in fault.message if " " <= each <= "~" and each not in '"\\')
    return JSONResponse({"error": fault.error, "error_description": words}, fault.status, headers=headers)


async def _in_thread(asked: Callable[[], Answer]) -> Answer | JSONResponse:
    from fastapi.concurrency import run_in_threadpool  # noqa: PLC0415

    try:
        return await run_in_threadpool(asked)
    except IssuanceFault as fault:
        return _refused(fault)


def _key(
    database: Database, issuance: Issuance, path: str, proof: str | None, access_token: str | None = None
) -> str | None:
    """The key that a call proves, None where it proves none; in a transaction of its own, for a proof is spent here."""
    if proof is None:
        return None
    with database.writing() as work:
        return issuance.possessions.key(work, path, proof, access_token)


def _proof(request: Request) -> str | None:
    """The proof of possession of a call; of several, none of which can be meant, what is no proof."""
    return ",".join(request.headers.getlist("dpop")) or None


def _object(body: bytes, error: str = "invalid_credential_request") -> dict[str, Any]:
    if len(body) > MAX_BODY_BYTES:
        raise IssuanceFault(error, f"At most {MAX_BODY_BYTES} bytes are read here.")
    try:
        found = strict_json(body)
    except BadInput as fault:
        raise IssuanceFault(error, fault.message) from fault
    if not isinstance(found, dict):
        raise IssuanceFault(error, "A JSON object was expected.")
    return found
