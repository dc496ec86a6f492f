"""Who gets data: a token opens one started transfer, the agreement's policy decides, the dataset's source answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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

#: Decides by an agreement's policy whether data may go now; raises Refused with a reason the consumer may read.
Decide = Callable[[PullRequest], None]


class TokenRefused(Refused):
    """This data token opens no transfer; ask for a new one."""


class PolicyUnknown(Refused):
    """This node decides no policies, so no data leave it."""


def decide_no(_request: PullRequest) -> None:
    """Refuse everything: what a data plane does until somebody gives it the means to decide."""
    raise PolicyUnknown()


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
        decide: Decide = decide_no,
    ) -> None:
        self._database = database
        self._negotiations = negotiations
        self._transfers = transfers
        self._sources = sources
        self.decide = decide

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

    def open(self, request: PullRequest) -> Payload:
        """Decide by the agreement's policy, then ask the dataset's source."""
        self.decide(request)
        source = self._sources.of(request.dataset)
        if not getattr(source, "has_places", False) and (request.path or request.method not in ("GET", "HEAD")):
            raise NotFound(f"{request.dataset} can only be read, and as a whole.")
        return source.open(request)

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
