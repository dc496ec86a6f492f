"""Negotiations: asking for agreements, looking them up, and settling with a peer that refused a message."""

from __future__ import annotations

from datetime import timedelta

from skillspace.exchange.catalog import Catalog, Crawler
from skillspace.exchange.messages import is_pid
from skillspace.exchange.negotiation import store
from skillspace.exchange.negotiation.decisions import Decisions
from skillspace.exchange.negotiation.incoming import Incoming
from skillspace.exchange.negotiation.machine import NegotiationState, has_reached
from skillspace.exchange.negotiation.messages import event_message, first_request, offer_in_message
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.exchange.negotiation.steps import MOVE, ROOM, Steps
from skillspace.exchange.outbox import Envelope, Outbox, Outcome, Outgoing
from skillspace.exchange.parties import CONSUMER
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.ids import new_urn
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook
from skillspace.trust.contract import Agreement


class Negotiations:
    """The room's public face, in both roles."""

    def __init__(self, *, catalog: Catalog, crawler: Crawler, outbox: Outbox, pause: timedelta) -> None:
        self._own_did = catalog.own_did
        self._callback = catalog.endpoint
        self._crawler = crawler
        self._outbox = outbox
        self._steps = Steps(outbox=outbox, pause=pause)
        self._decisions = Decisions(catalog=catalog, crawler=crawler, steps=self._steps)
        self.incoming = Incoming(own_did=catalog.own_did, catalog=catalog, steps=self._steps)
        outbox.serve(ROOM, self)

    def register(self, book: TaskBook) -> None:
        """Take the task of our own moves."""
        book.on_task(MOVE, self._decisions.next_move)

    def ensure_agreement(self, work: Work, provider: str, offering_id: str) -> str:
        """Negotiate on a crawled offering, unless we already do or have an agreement in force; return our pid.

        When it is done, `negotiation.finalized` or `negotiation.terminated` is announced. Raises NotFound when the
        offering was not seen in the provider's catalog.
        """
        in_force = store.agreement_between(work, provider, self._own_did, offering_id)
        if in_force is not None:
            made_by = store.negotiation_of(work, in_force.id, CONSUMER)
            if made_by is not None:
                return made_by
        living = store.under_way(work, provider, offering_id)
        if living is not None:
            return living.pid
        crawled = self._crawler.offering(work, provider, offering_id)
        if crawled is None:
            raise NotFound(f"{provider} was not seen to offer {offering_id}; its catalog may have to be read first.")
        return self._open(work, provider, offering_id, offer_in_message(crawled.offer, offering_id)).pid

    def agreement(self, work: Work, agreement_id: str, *, role: str | None = None) -> Agreement | None:
        """Return an agreement, in force or not; None when it is not known here."""
        return store.agreement(work, agreement_id, role)

    def agreement_between(self, work: Work, provider: str, consumer: str, dataset: str) -> Agreement | None:
        """Return the newest agreement in force on a dataset, None when there is none."""
        return store.agreement_between(work, provider, consumer, dataset)

    def agreements(self, work: Work) -> list[Agreement]:
        """Return every agreement this node is a party of, newest first."""
        return store.listed_agreements(work)

    def negotiations(self, work: Work) -> list[Negotiation]:
        """Return every negotiation, the last changed first."""
        return store.listed(work)

    def negotiation(self, work: Work, pid: str) -> Negotiation:
        """Return one negotiation by our identifier; raise NotFound."""
        found = store.one(work, pid)
        if found is None:
            raise NotFound(f"There is no negotiation {pid[:200]}.")
        return found

    def accept(self, work: Work, pid: str) -> None:
        """Accept the provider's offer that waits (an organisation's own decision); raise MoveNotAllowed."""
        self._steps.own(work, self.negotiation(work, pid), "accept", "events", event_message("ACCEPTED"))

    def terminate(self, work: Work, pid: str, reason: str) -> None:
        """End an open negotiation and tell the other side why; raise MoveNotAllowed when it is over."""
        if not reason.strip():
            raise BadInput("Say why the negotiation ends: the other side is told.")
        self._steps.terminate(work, self.negotiation(work, pid), reason)

    def envelope(self, work: Work, process: str) -> Envelope | None:
        """Tell the outbox where a negotiation's messages go."""
        found = store.one(work, process)
        if found is None:
            return None
        return Envelope(
            to=found.peer,
            base=found.callback,
            own_pid=found.pid,
            peer_pid=found.peer_pid,
            is_consumer=found.role == CONSUMER,
            state=found.state.value,
        )

    def wants_their_state(self, sent: Outgoing, _envelope: Envelope, *, is_accepted: bool) -> bool:
        """Only a refusal makes us compare: the two sides take turns, so nothing else can part them."""
        return not is_accepted and not sent.is_initial

    def answered(self, work: Work, sent: Outgoing, outcome: Outcome) -> None:
        """Learn the peer's pid, or settle what was refused."""
        found = self.negotiation(work, sent.process)
        if not outcome.is_accepted:
            self._refused(work, found, sent, outcome)
        elif sent.is_initial and found.peer_pid is None:
            provider_pid = outcome.reply.get("providerPid")
            if is_pid(provider_pid) and not self._is_taken(work, found, provider_pid):
                store.change(work, found.pid, peer_pid=provider_pid)
            else:
                self._steps.give_up(work, found, "The provider did not name its side of the negotiation.", tell=False)

    def _refused(self, work: Work, found: Negotiation, sent: Outgoing, outcome: Outcome) -> None:
        theirs = NegotiationState(outcome.theirs) if outcome.theirs in set(NegotiationState) else None
        if not outcome.is_last or found.state is NegotiationState.TERMINATED:
            return
        if theirs is not None and has_reached(theirs, NegotiationState(sent.leads_to)):
            return
        reason = f"Refused by the other side: {outcome.reason}"
        is_known_there = theirs is not None and theirs is not NegotiationState.TERMINATED
        self._steps.give_up(work, found, reason, tell=is_known_there)

    def _is_taken(self, work: Work, found: Negotiation, peer_pid: str) -> bool:
        return store.of_peer(work, found.role, found.peer, peer_pid) is not None

    def _open(self, work: Work, provider: str, dataset: str, offer: dict[str, object]) -> Negotiation:
        pid = new_urn()
        opened = store.add(
            work,
            Negotiation(
                pid=pid,
                role=CONSUMER,
                peer=provider,
                peer_pid=None,
                callback=None,
                opened_by=CONSUMER,
                dataset=dataset,
                offer=offer,
                offers_made=0,
                state=NegotiationState.REQUESTED,
                reason=None,
                agreement=None,
                made=work.now,
                changed=work.now,
            ),
        )
        self._outbox.leave(
            work,
            room=ROOM,
            process=pid,
            action="request",
            leads_to=NegotiationState.REQUESTED.value,
            body=first_request(pid, offer, self._callback),
            is_initial=True,
        )
        return opened
