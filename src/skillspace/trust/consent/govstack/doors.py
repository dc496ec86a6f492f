"""Who comes in: each group of operations asks for the client's secret and scope before it looks at anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Request

from skillspace.kernel.errors import BadInput, Refused
from skillspace.storage.database import Database
from skillspace.trust.consent.govstack.clients import Client, Clients, Scope
from skillspace.trust.consent.govstack.operations import OPERATIONS, Offered, Operation

MOST, USUAL = 200, 50
#: As the standard's own tests send it; its description says “supplied as HTTP header” and names none.
INDIVIDUAL_HEADER = "X-ConsentBB-IndividualId"

_NAME = r"^[!-~]{1,500}$"
Offset = Annotated[int, Query(ge=0, le=1_000_000_000)]
Limit = Annotated[int, Query(ge=1, le=MOST)]
PolicyId = Annotated[str, Path(alias="policyId", pattern=_NAME)]
AgreementId = Annotated[str, Path(alias="dataAgreementId", pattern=_NAME)]
RecordId = Annotated[str, Path(alias="consentRecordId", pattern=_NAME)]
IndividualId = Annotated[str, Path(alias="individualId", pattern=_NAME)]
RevisionId = Annotated[str | None, Query(alias="revisionId", pattern=_NAME)]
Individual = Annotated[str | None, Header(alias=INDIVIDUAL_HEADER, pattern=_NAME)]


class NotOffered(Refused):
    """This operation of the standard is not offered here."""


class Doors:
    """Makes routers whose every operation is closed to callers without a client's secret and one of its scopes."""

    def __init__(self, clients: Clients, database: Database) -> None:
        self._clients = clients
        self._database = database

    def group(self, *scopes: Scope) -> APIRouter:
        """Return a router for one group of operations; `client_of` tells an operation who called it."""
        return APIRouter(dependencies=[Depends(self._checked(scopes)), Depends(_only_known_parameters)])

    def not_offered(self) -> APIRouter:
        """Return a router that tells any client why an operation of the standard is not offered."""
        routes = APIRouter(dependencies=[Depends(self._checked(tuple(Scope)))])
        for one in OPERATIONS:
            if one.offered is Offered.NO:
                routes.add_api_route(one.path, _refusing(one), methods=[one.method], include_in_schema=False)
        return routes

    def _checked(self, scopes: tuple[Scope, ...]) -> Callable[[Request], None]:
        def check(request: Request) -> None:
            with self._database.reading() as work:
                client = self._clients.calling(work, request.headers.get("authorization"))
            client.must_have(scopes)
            request.state.govstack_client = client

        return check


def client_of(request: Request) -> Client:
    """Return the client that a group's check let in."""
    found: Client = request.state.govstack_client
    return found


def _only_known_parameters(request: Request) -> None:
    """Refuse a parameter nobody reads: a filter that is silently ignored would answer another question."""
    known = {parameter.alias for parameter in request.scope["route"].dependant.query_params}
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        raise BadInput(f"The parameter {unknown[0][:60]!r} means nothing here.")


def _refusing(operation: Operation) -> Callable[[], None]:
    def refuse() -> None:
        raise NotOffered(f"{operation.method} {operation.path} is not offered: {operation.why}")

    return refuse
