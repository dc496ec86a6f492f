"""What claims do later and over the wire: considering offers, asking for credentials, deciding and delivering."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.claims.credential_service import CredentialService
from skillspace.trust.claims.issuer import Issuer
from skillspace.trust.claims.machine import RequestState
from skillspace.trust.claims.messages import VC11, VC20, IssuerMetadata, credential_request
from skillspace.trust.claims.store import requests
from skillspace.trust.identity import PeerRefused, SelfIssuedTokens
from skillspace.trust.identity.peers import read_object
from skillspace.trust.identity.resolver import DidResolver
from skillspace.wire.outbound import Outbound, Reply

#: The profile most installed wallets and verifiers read comes first.
PREFERRED = (VC11, VC20)
RENEW = "claims.renew"
LOOK_FOR_RENEWALS, RENEW_BEFORE = timedelta(hours=6), timedelta(days=15)
ISSUER_SERVICE, CREDENTIAL_SERVICE = "IssuerService", "CredentialService"


class Correspondence:
    """Sends the messages of both sides; each task reads, calls with no transaction open, and then writes."""

    def __init__(
        self,
        *,
        holder: CredentialService,
        issuer: Issuer | None,
        tokens: SelfIssuedTokens,
        resolver: DidResolver,
        outbound: Outbound,
    ) -> None:
        self._holder = holder
        self._issuer = issuer
        self._tokens = tokens
        self._resolver = resolver
        self._outbound = outbound

    def register(self, book: TaskBook) -> None:
        """Write down who does what."""
        book.on_task("claims.consider", self._consider)
        book.on_task("claims.request", self._request)
        book.on_task(RENEW, self._renew)
        if self._issuer is not None:
            book.on_task("claims.offer", self._offer)
            book.on_task("claims.decide", self._decide)
            book.on_task("claims.deliver", self._deliver)

    def _consider(self, run: TaskRun) -> None:
        """Look up in an issuer's metadata what was offered or is needed, and ask for what we want of it."""
        issuer = str(run.payload["issuer"])
        offered, needed = set(run.payload.get("objects", ())), set(run.payload.get("types", ()))
        reply = self._send("GET", issuer, ISSUER_SERVICE, "/metadata")
        metadata = _metadata(reply.body)
        if reply.status >= 400 or metadata.issuer != issuer:
            raise BadInput(f"{issuer} does not publish what it issues (answer {reply.status}).")
        objects = [entry for entry in metadata.credentials if entry.id in offered or entry.credential_type in needed]
        with run.finishing() as work:
            if wanted := self._holder.chosen(issuer, objects, PREFERRED):
                self._holder.request(work, issuer, wanted)

    def _renew(self, run: TaskRun) -> None:
        """Look regularly for our own credentials that end soon: an issuer that forgets us is asked."""
        with run.finishing(again_after=LOOK_FOR_RENEWALS) as work:
            self._holder.renew(work, RENEW_BEFORE)

    def _request(self, run: TaskRun) -> None:
        """Send our request; when it is refused there will be no credentials under it."""
        holder_pid = str(run.payload["holder_pid"])
        with run.reading() as work:
            row = work.one(sa.select(requests).where(requests.c.holder_pid == holder_pid))
        if row is None or row["state"] != RequestState.MADE:
            with run.finishing():
                return
        message = credential_request(holder_pid, row["objects"])
        reply = self._send("POST", row["issuer"], ISSUER_SERVICE, "/credentials", message)
        with run.finishing() as work:
            if reply.status >= 400:
                self._holder.rejected(work, holder_pid, _reason(reply))
                return
            self._holder.sent(work, holder_pid, reply.headers.get("location"))

    def _offer(self, run: TaskRun) -> None:
        """Tell a holder that credentials are there for them."""
        issuer, holder = self._issuer_side(), str(run.payload["holder"])
        offer = issuer.offer(list(run.payload["types"]), str(run.payload["reason"]))
        reply = self._send("POST", holder, CREDENTIAL_SERVICE, "/offers", offer)
        if reply.status >= 400:
            raise PeerRefused(f"{holder} does not take the offer: {_reason(reply)}", status=reply.status)
        with run.finishing():
            pass

    def _decide(self, run: TaskRun) -> None:
        with run.finishing() as work:
            self._issuer_side().decide(work, str(run.payload["issuer_pid"]))

    def _deliver(self, run: TaskRun) -> None:
        """Bring a holder what was decided; a refusal is tried again, and then shown to the operator."""
        issuer, issuer_pid = self._issuer_side(), str(run.payload["issuer_pid"])
        with run.reading() as work:
            row = issuer.pending(work, issuer_pid)
        if row["message"] is not None:
            holder, access_token = row["holder"], row["access_token"]
            reply = self._send("POST", holder, CREDENTIAL_SERVICE, "/credentials", row["message"], access_token)
            if reply.status >= 400:
                raise PeerRefused(f"{holder} does not take its credentials: {_reason(reply)}", status=reply.status)
        with run.finishing() as work:
            issuer.delivered(work, issuer_pid)

    def _send(
        self, method: str, did: str, service: str, path: str, body: object = None, access_token: str | None = None
    ) -> Reply:
        address = self._resolver.resolve(did).service(service).rstrip("/")
        token = self._tokens.issue(did, access_token=access_token)
        return self._outbound.send(method, f"{address}{path}", headers={"Authorization": f"Bearer {token}"}, json=body)

    def _issuer_side(self) -> Issuer:
        if self._issuer is None:
            raise BadInput("This node issues no credentials.")
        return self._issuer


def offer_later(work: Work, holder: str, types: list[str], reason: str) -> None:
    """Leave an offer of these types to be sent to `holder`; `reason` is DCP's offerReason (§6.6.2)."""
    work.enqueue("claims.offer", {"holder": holder, "types": types, "reason": reason}, key=f"claims.offer {holder}")


def _metadata(body: bytes) -> IssuerMetadata:
    try:
        return IssuerMetadata.model_validate(read_object(body))
    except ValidationError as fault:
        first = fault.errors()[0]
        raise BadInput(f"The issuer's metadata cannot be read: {first['loc']}: {first['msg']}.") from fault


def _reason(reply: Reply) -> str:
    try:
        content: dict[str, Any] = read_object(reply.body)
    except BadInput:
        content = {}
    return str(content.get("message") or f"answer {reply.status}")[:500]
