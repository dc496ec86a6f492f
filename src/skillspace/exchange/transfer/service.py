"""Transfers: asking for data, pulling it, pausing and ending, and settling when messages of both sides crossed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2 as httpx

from skillspace.exchange.catalog import Catalog
from skillspace.exchange.dataplane import Sources
from skillspace.exchange.dataplane.pull import ask, pull
from skillspace.exchange.messages import HTTP_PULL, is_pid
from skillspace.exchange.negotiation import Negotiations
from skillspace.exchange.outbox import Envelope, Outbox, Outcome, Outgoing
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.exchange.process import reply_pid
from skillspace.exchange.transfer import messages, store
from skillspace.exchange.transfer.incoming import Incoming
from skillspace.exchange.transfer.machine import TransferState, is_stricter
from skillspace.exchange.transfer.model import Transfer
from skillspace.exchange.transfer.steps import ROOM, Decider, Steps
from skillspace.kernel.errors import Conflict, NotFound
from skillspace.kernel.ids import new_urn
from skillspace.storage.database import Database, Work
from skillspace.storage.tasks import TaskRun
from skillspace.trust.contract import Agreement
from skillspace.wire.outbound import Outbound

_S = TransferState


class StartWhatIsThere:
    """The usual decider: a provider starts what was asked for, if there is something to give."""

    def __init__(self, *, negotiations: Negotiations, has_data: Callable[[str], bool]) -> None:
        self._negotiations = negotiations
        self._has_data = has_data

    def decide(self, work: Work, transfer: Transfer, steps: Steps) -> None:
        """Start or end a transfer that was just requested."""
        if transfer.role != PROVIDER or transfer.state is not _S.REQUESTED:
            return
        agreement = self._negotiations.agreement(work, transfer.agreement, role=PROVIDER)
        if agreement is None or not agreement.in_force:
            steps.terminate(work, transfer, "The agreement is not in force.")
        elif not self._has_data(transfer.dataset):
            steps.terminate(work, transfer, f"No data stands behind {transfer.dataset} at the moment.")
        else:
            steps.start(work, transfer)


class Transfers:
    """The room's public face, in both roles. A pid is always this node's own."""

    #: Either side may suspend, complete or end at any time.
    can_cross = True

    def __init__(
        self,
        *,
        catalog: Catalog,
        negotiations: Negotiations,
        sources: Sources,
        outbox: Outbox,
        outbound: Outbound,
        database: Database,
        data_base: str,
        decider: Decider | None = None,
    ) -> None:
        self._negotiations = negotiations
        self._outbox = outbox
        self._outbound = outbound
        self._database = database
        usual = StartWhatIsThere(negotiations=negotiations, has_data=sources.has)
        self.steps = Steps(outbox=outbox, data_base=data_base, decider=decider or usual)
        self.incoming = Incoming(catalog=catalog, negotiations=negotiations, steps=self.steps)
        outbox.serve(ROOM, self)

    def request(
        self,
        work: Work,
        agreement: Agreement,
        reference: str,
        *,
        format: str = HTTP_PULL,
    ) -> str:
        """Ask the provider for a transfer under an agreement; return our pid.

        `reference` is the caller's own name for it: while a transfer of this name lives, it is returned instead.
        Raises Conflict when the agreement is not in force.
        """
        if not agreement.in_force:
            raise Conflict(f"The agreement {agreement.id} on {agreement.dataset} is not in force.")
        living = store.living(work, agreement.id, reference)
        if living is not None:
            return living.pid
        callback, version = self._negotiations.whereabouts(work, agreement.id)
        opened = Transfer(
            pid=new_urn(),
            role=CONSUMER,
            peer=agreement.provider,
            peer_pid=None,
            callback=callback,
            version=version,
            agreement=agreement.id,
            dataset=agreement.dataset,
            format=format,
            reference=reference,
            address=None,
            token_hash=None,
            state=_S.REQUESTED,
            reason=None,
            made=work.now,
            changed=work.now,
        )
        return self.open(work, opened).pid

    def open(self, work: Work, opened: Transfer) -> Transfer:
        """Store a transfer of ours, as consumer, and leave the request for it."""
        store.add(work, opened)
        self._outbox.leave(
            work,
            room=ROOM,
            process=opened.pid,
            action="request",
            leads_to=_S.REQUESTED.value,
            body=messages.transfer_request(opened.pid, opened.agreement, opened.format),
            is_initial=True,
        )
        return opened

    @contextmanager
    def fetch(
        self,
        consumer_pid: str,
        *,
        grant: str | None = None,
        etag: str | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Iterator[httpx.Response]:
        """Pull the data of a started transfer; read the response piece by piece. Never within a transaction.

        `grant` is a token for one use of a person's consent, for data about people; `etag` that of an earlier pull: the
        answer is 304 when nothing changed. `query` is what the source is asked beside. Raises Conflict when there is
        nothing to pull from now, PeerRefused when the provider says no, PeerUnreachable when it does not answer.
        """
        with pull(self._outbound, self._started(consumer_pid), grant=grant, etag=etag, query=query) as response:
            yield response

    def ask(self, consumer_pid: str, place: str, body: bytes, *, max_bytes: int) -> bytes:
        """Put a question (JSON) to a started transfer's service and return its answer. Never within a transaction.

        `place` lies below the dataset. Raises Conflict, PeerRefused and PeerUnreachable as `fetch` does, and BadInput
        for an answer longer than `max_bytes`.
        """
        return ask(self._outbound, self._started(consumer_pid), place, body, max_bytes=max_bytes)

    def _started(self, consumer_pid: str) -> Transfer:
        with self._database.reading() as work:
            transfer = self.transfer(work, consumer_pid)
        if transfer.state is not _S.STARTED or transfer.address is None:
            raise Conflict(f"The transfer {consumer_pid} is {transfer.state}: there is no address to pull from.")
        return transfer

    def transfer(self, work: Work, pid: str) -> Transfer:
        """Return one transfer; raise NotFound."""
        found = store.one(work, pid)
        if found is None:
            raise NotFound(f"There is no transfer {pid[:200]}.")
        return found

    def serving(self, work: Work, consumer: str, consumer_pid: str) -> Transfer | None:
        """Return the transfer that `consumer` knows under its own `consumer_pid` and we serve, None when we do not."""
        return store.of_peer(work, PROVIDER, consumer, consumer_pid)

    def transfers(self, work: Work) -> list[Transfer]:
        """Return every transfer, the last changed first."""
        return store.listed(work)

    def complete(self, work: Work, pid: str) -> None:
        """Say that all is here; the token stops. Raises MoveNotAllowed unless it is started."""
        self.steps.complete(work, self.transfer(work, pid))

    def suspend(self, work: Work, pid: str, reason: str) -> None:
        """Pause a started transfer; its token stops at once."""
        self.steps.suspend(work, self.transfer(work, pid), reason)

    def resume(self, work: Work, pid: str) -> None:
        """Go on after a pause, with a fresh address from the provider. Raises Conflict before the pause has arrived."""
        found = self.transfer(work, pid)
        if self.steps.is_unheard(work, found):
            raise Conflict("The other side does not know of the pause yet; resume when it does.")
        self.steps.start(work, found)

    def terminate(self, work: Work, pid: str, reason: str) -> None:
        """End a transfer early; its token stops at once."""
        self.steps.terminate(work, self.transfer(work, pid), reason)

    def end(self, work: Work, pid: str, reason: str) -> None:
        """End a transfer that is not over; nothing happens when it is, or was never known."""
        found = store.one(work, pid)
        if found is not None and not found.is_over:
            self.steps.terminate(work, found, reason)

    def envelope(self, work: Work, process: str) -> Envelope | None:
        """Tell the outbox where a transfer's messages go."""
        found = store.one(work, process)
        return found.envelope if found else None

    def written(self, run: TaskRun, sent: Outgoing) -> Mapping[str, Any]:
        """Return a message as it goes out: one that tells of an endpoint of ours gets its token only now."""
        is_telling = sent.action == "start" or sent.is_initial
        if not is_telling:
            return sent.body
        with run.database.writing() as work:
            found = self.transfer(work, sent.process)
            ours = (found.role == PROVIDER) is not found.is_push
            return self.steps.with_secret(work, found, sent.body) if ours else sent.body

    def wants_their_state(self, sent: Outgoing, envelope: Envelope, *, is_accepted: bool) -> bool:
        """Compare after a refusal, and when the peer moved while our message was on its way."""
        if sent.is_initial:
            return False
        return not is_accepted or envelope.state != sent.leads_to

    def answered(self, work: Work, sent: Outgoing, outcome: Outcome) -> None:
        """Learn the peer's pid, or settle on the stricter of two states."""
        found = self.transfer(work, sent.process)
        if sent.is_initial:
            self._opened(work, found, outcome)
        elif outcome.is_last and (outcome.theirs is not None or not outcome.is_accepted):
            self._settle(work, found, outcome)

    def _opened(self, work: Work, found: Transfer, outcome: Outcome) -> None:
        if not outcome.is_accepted:
            if not found.is_over:
                self.steps.arrive(work, found, _S.TERMINATED, reason=f"Refused by the provider: {outcome.reason}")
            return
        provider_pid = reply_pid(outcome.reply, CONSUMER)
        if found.peer_pid is not None:
            store.change(work, found, version=outcome.version)
        elif is_pid(provider_pid) and store.of_peer(work, CONSUMER, found.peer, provider_pid) is None:
            store.change(work, found, peer_pid=provider_pid, version=outcome.version)
        elif not found.is_over:
            reason = "The provider did not name its side of the transfer."
            self.steps.arrive(work, found, _S.TERMINATED, reason=reason)

    def _settle(self, work: Work, found: Transfer, outcome: Outcome) -> None:
        theirs = _S(outcome.theirs) if outcome.theirs in set(_S) else None
        reason = f"Refused by the other side: {outcome.reason}" if outcome.reason else found.reason
        if theirs is None:
            if not found.is_over:
                # Not every peer tells its state; one that does not may still be somewhere on the way.
                self.steps.terminate(work, found, reason or "The two sides parted.")
        elif is_stricter(theirs, found.state):
            self.steps.arrive(work, found, theirs, reason=reason)
        elif not outcome.is_accepted and theirs is _S.REQUESTED and found.state is _S.STARTED:
            self.steps.terminate(work, found, reason or "The start was refused.")
        elif outcome.is_accepted and theirs is _S.STARTED and found.state in _ENDING:
            # They resumed while we stopped: stopping wins, so it is said again.
            self.steps.say(work, found, _ENDING[found.state](found.reason or "Stopped."))


_ENDING = {
    _S.SUSPENDED: messages.suspension,
    _S.COMPLETED: lambda _reason: messages.completion(),
    _S.TERMINATED: messages.termination,
}
