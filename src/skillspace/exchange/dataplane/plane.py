"""Who gets data: a token opens one started transfer, the agreement's policy decides, the dataset's source answers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from skillspace.exchange.dataplane.sources import Payload, PullRequest, Sources
from skillspace.exchange.messages import HTTP_PULL
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.parties import PROVIDER
from skillspace.exchange.transfer import Transfer, Transfers, TransferState
from skillspace.exchange.transfer.steps import is_token_of
from skillspace.kernel.errors import NotFound, Refused
from skillspace.storage.database import Database, Work

log = structlog.get_logger()

#: So many transfers are remembered as having been served; one that was forgotten counts as a use again.
REMEMBERED = 10_000


class Decide(Protocol):
    """Decides by an agreement's policy whether data may go now."""

    def __call__(self, request: PullRequest, *, goes_on: bool = False) -> None:
        """Raise Refused with a reason the consumer may read. `goes_on`: the same bytes were let go before."""


class TokenRefused(Refused):
    """This data token opens no transfer; ask for a new one."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a consumer's HTTP request holds beside its token."""

    grant: str | None = None
    method: str = "GET"
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class DataPlane:
    """Admits requests: constant-time token check, transfer STARTED, agreement in force, policy, then the source."""

    def __init__(
        self,
        *,
        database: Database,
        negotiations: Negotiations,
        transfers: Transfers,
        sources: Sources,
        decide: Decide,
    ) -> None:
        self._database = database
        self._negotiations = negotiations
        self._transfers = transfers
        self._sources = sources
        self._decide = decide
        self._served: OrderedDict[str, str] = OrderedDict()

    def admit(self, pid: str, authorization: str | None, asked: Asked | None = None) -> PullRequest:
        """Return the request a token stands for, or raise TokenRefused, the same for every reason."""
        with self._database.reading() as work:
            transfer = by_token(work, self._transfers, pid, authorization)
            if transfer is None or transfer.role != PROVIDER or transfer.format != HTTP_PULL:
                raise TokenRefused()
            request = self.request(work, transfer, asked or Asked())
        if request is None:
            raise TokenRefused()
        return request

    def request(self, work: Work, transfer: Transfer, asked: Asked) -> PullRequest | None:
        """Return what a transfer of ours stands for now; None when it is not started or its agreement not in force."""
        agreement = self._negotiations.agreement(work, transfer.agreement, role=PROVIDER)
        is_open = transfer.role == PROVIDER and transfer.state is TransferState.STARTED
        if not is_open or agreement is None or not agreement.in_force or agreement.consumer != transfer.peer:
            return None
        return PullRequest(
            dataset=transfer.dataset,
            agreement=agreement,
            consumer=transfer.peer,
            grant=asked.grant,
            transfer=transfer.pid,
            method=asked.method,
            path=asked.path,
            query=asked.query,
            headers=asked.headers,
            body=asked.body,
        )

    def open(self, request: PullRequest, *, is_push: bool = False) -> Payload:
        """Decide by the agreement's policy, then ask the dataset's source.

        A request that goes on with the very bytes its transfer was given before is not another use of them, and one
        for headers only is none.
        """
        known = self._served.get(request.transfer)
        is_look = request.method == "HEAD"
        goes_on = is_look or (known is not None and (is_push or _goes_on(request, known)))
        self._decide(request, goes_on=goes_on)
        source = self._sources.of(request.dataset)
        if not getattr(source, "has_places", False) and (request.path or request.method not in ("GET", "HEAD")):
            raise NotFound(f"{request.dataset} can only be read, and as a whole.")
        payload = source.open(request)
        name = f"{request.path} {payload.etag}"
        if is_look:
            return payload
        if goes_on and name != known:
            payload.close()
            self._served.pop(request.transfer, None)
            return self.open(request, is_push=is_push)
        if payload.etag is not None and payload.content is not None:
            self._remember(request.transfer, name)
        return payload

    def _remember(self, transfer: str, name: str) -> None:
        self._served[transfer] = name
        self._served.move_to_end(transfer)
        while len(self._served) > REMEMBERED:
            self._served.popitem(last=False)

    def stands(self, pid: str, authorization: str | None) -> bool:
        """Tell whether a token still opens its transfer."""
        try:
            self.admit(pid, authorization)
        except TokenRefused:
            log.info("transfer.stopped_while_sending", transfer=pid)
            return False
        return True


def by_token(work: Work, transfers: Transfers, pid: str, authorization: str | None) -> Transfer | None:
    """Return the transfer that a data token opens, None when it opens none; compared in constant time."""
    scheme, _, token = (authorization or "").partition(" ")
    try:
        transfer = transfers.transfer(work, pid)
    except NotFound:
        transfer = None
    fits = is_token_of(transfer, token.strip())
    return transfer if fits and scheme.lower() == "bearer" else None


def _goes_on(request: PullRequest, known: str) -> bool:
    """Tell whether a request names the bytes it has and asks for those behind a beginning it must have as well."""
    asked = request.headers.get("range", "").replace(" ", "").lower()
    tag = request.headers.get("if-range", "").strip().strip('"')
    return asked.startswith("bytes=") and asked[6:7] in "123456789" and known == f"{request.path} {tag}"
