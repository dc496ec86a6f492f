"""The VC-API over HTTP: closed to all but who shows the operator's token, or runs on a loopback node's own machine."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse

from skillspace.kernel.errors import BadInput, NotSignedIn
from skillspace.records.credentials.embedded import read_document
from skillspace.records.credentials.verdict import Outcome, Question, Verdict
from skillspace.storage.database import Database
from skillspace.trust.issuers.service import IssuerTrust
from skillspace.trust.vc_api.service import VcApi
from skillspace.trust.vc_api.standing import standings
from skillspace.trust.vc_api.terms import VcApiTerms

TAG = "Credentials (VC-API)"
VC_API_PATH = "/vc-api"
VC_STATUS_PATH = f"{VC_API_PATH}/status"
LOOPBACK = frozenset({"127.0.0.1", "::1"})
#: What kind of problem a failed check is (VC 2.0 §7.4, VC-DI §4.7, Bitstring Status List §3.5).
_PROBLEMS: Mapping[Question, str] = {
    Question.FORM: "https://www.w3.org/TR/vc-data-model#MALFORMED_VALUE_ERROR",
    Question.SIGNATURE: "https://w3id.org/security#PROOF_VERIFICATION_ERROR",
    Question.PERIOD: "https://www.w3.org/TR/vc-data-model#RANGE_ERROR",
    Question.STATUS: "https://www.w3.org/ns/credentials/status-list#STATUS_VERIFICATION_ERROR",
}


async def _body(request: Request) -> dict[str, Any]:
    """The JSON object that was sent, read as strictly as credentials are."""
    return read_document(await request.body())


Body = Annotated[dict[str, Any], Depends(_body)]


def vc_api_router(database: Database, service: VcApi, terms: VcApiTerms, issuers: IssuerTrust) -> APIRouter:
    """Return the VC-API's operations, and the status list, which alone is open to everybody.

    `issuers` tells how far those are trusted whose credentials are checked.
    """
    router = APIRouter(prefix=VC_API_PATH, tags=[TAG])
    closed = APIRouter(dependencies=[Depends(_door(terms))])

    def told(verdict: Verdict) -> JSONResponse:
        return _answer(verdict, standings(verdict, service, issuers, database))

    @closed.post("/credentials/issue", status_code=201)
    def issue(body: Body) -> JSONResponse:
        credential, options = _object(body, "credential"), _options(body)
        with database.writing() as work:
            issued = service.issue(work, credential, options)
        return JSONResponse(_issued(issued), 201)

    @closed.post("/credentials/verify")
    def verify(body: Body) -> JSONResponse:
        shown = body.get("verifiableCredential")
        credential = shown if isinstance(shown, str) else _shown(_object(body, "verifiableCredential"))
        return told(service.verify(credential, _options(body)))

    @closed.post("/presentations/verify")
    def verify_presentation(body: Body) -> JSONResponse:
        return told(service.verify_presentation(_object(body, "verifiablePresentation"), _options(body)))

    @closed.post("/credentials/status")
    def revoke(body: Body) -> dict[str, str]:
        with database.writing() as work:
            service.revoke(work, _object(body, "credentialStatus"))
        return {}

    @router.get("/status/bitstring")
    def status_list() -> JSONResponse:
        with database.reading() as work:
            return JSONResponse(service.status_list(work), media_type="application/ld+json")

    router.include_router(closed)
    return router


def _door(terms: VcApiTerms) -> Callable[[Request], None]:
    def check(request: Request) -> None:
        if terms.token_sha256 is None:
            if request.client is None or request.client.host not in LOOPBACK:
                raise NotSignedIn("The VC-API of this node answers programs on its own machine only.")
            return
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        shown = hashlib.sha256(token.strip().encode()).hexdigest()
        if scheme.lower() != "bearer" or not hmac.compare_digest(shown, terms.token_sha256):
            raise NotSignedIn("Show the token that this node's operator made: Authorization: Bearer <token>.")

    return check


def _issued(credential: Mapping[str, object]) -> dict[str, object]:
    """The credential, and the same once more under the name that the VC-API gives it (§3.2.1).

    W3C's suite for the data model takes the body itself for the credential when it speaks plain HTTP, and what is under
    the name over HTTPS; every other client knows the name. Whichever they read, it is this credential.
    """
    return {**credential, "verifiableCredential": dict(credential)}


def _shown(document: Mapping[str, object]) -> Mapping[str, object]:
    """The credential that is to be checked; our own answer, sent on whole, is the credential in it and nothing else."""
    inner = document.get("verifiableCredential")
    # As JSON, since Python takes true for 1: what was not signed must not differ from what was in anything at all.
    is_answer = isinstance(inner, dict) and _text(_issued(inner)) == _text(document)
    return inner if is_answer and isinstance(inner, dict) else document


def _text(document: Mapping[str, object]) -> str:
    return json.dumps(document, sort_keys=True)


def _answer(verdict: Verdict, issuers: list[dict[str, object]]) -> JSONResponse:
    """200 for what is good, 400 for what is not, with every check and why (VC-API §3.3); `issuers` changes neither."""
    checks = [
        {"check": check.question.value, "outcome": check.outcome.value, "why": check.why} for check in verdict.checks
    ]
    problems = [
        {"type": _PROBLEMS.get(check.question, "about:blank"), "title": check.question.value, "detail": check.why}
        for each in (verdict, *verdict.shown)
        for check in each.checks
        if check.outcome is Outcome.FAILED
    ]
    content = {"verified": verdict.is_good, "checks": checks, "errors": list(verdict.faults), "issuers": issuers}
    return JSONResponse(content | {"problemDetails": problems}, 200 if verdict.is_good else 400)


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, object]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise BadInput(f"Send {name}, as an object.")
    return value


def _options(body: Mapping[str, Any]) -> Mapping[str, object]:
    return _object(body, "options") if body.get("options") is not None else {}
