"""Negotiations: asking for agreements, looking them up, and settling with a peer that refused a message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skillspace.exchange.catalog import Catalog, Crawler
from skillspace.exchange.messages import is_pid
from skillspace.exchange.negotiation import store
from skillspace.exchange.negotiation.decisions import PublishedTerms, Roles
from skillspace.exchange.negotiation.incoming import Incoming
from skillspace.exchange.negotiation.machine import NegotiationState, has_reached
from skillspace.exchange.negotiation.messages import first_offer, first_request, offer_in_message
from skillspace.exchange.negotiation.model import Negotiation, Turn
from skillspace.exchange.negotiation.steps import MOVE, ROOM, Decider, Forbid, Steps, nothing_forbidden
from skillspace.exchange.odrl import check_offer, rules_of
from skillspace.exchange.outbox import Envelope, Outbox, Outcome, Outgoing
from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.exchange.process import reply_pid
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.ids import new_urn
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.contract import Agreement


class Negotiations:
    """The room's public face, in both roles."""

    #: The two sides take turns.
    can_cross = False

    def __init__(
        self,
        *,
        own_id: str,
        catalog: Catalog,
        crawler: Crawler,
        outbox: Outbox,
        roles: Roles,
        decider: Decider | None = None,
        forbid: Forbid = nothing_forbidden,
    ) -> None:
        self._own_id = own_id
        self._catalog = catalog
        self._crawler = crawler
        self._outbox = outbox
        self._decider = decider or PublishedTerms(catalog=catalog, crawler=crawler, roles=roles)
        self.steps = Steps(own_id=own_id, outbox=outbox, decider=self._decider, forbid=forbid)
        self.incoming = Incoming(own_id=own_id, catalog=catalog, steps=self.steps)
        outbox.serve(ROOM, self)

    def register(self, book: TaskBook) -> None:
        """Take the task of those moves of ours that ask others first."""
        book.on_task(MOVE, self._move)

    def ensure_agreement(self, work: Work, provider: str, offering_id: str) -> str:
        """Negotiate on a crawled offering, unless we already do or have an agreement in force; return our pid.

        When it is done, `negotiation.finalized` or `negotiation.terminated` is announced. Raises NotFound when the
        offering was not seen in the provider's catalog.
        """
        in_force = store.agreement_between(work, provider, self._own_id, offering_id)
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
        return self.open(work, provider, offering_id, crawled.offer).pid

    def open(
        self,
        work: Work,
        provider: str,
        dataset: str,
        offer: Mapping[str, Any],
        *,
        address: str | None = None,
        version: str | None = None,
    ) -> Negotiation:
        """Ask `provider` for an agreement on an offer of its catalog, as consumer.

        `address` is the base address of the protocol at a provider whose identifier does not lead to it, `version` the
        version spoken there. Raises BadInput for an offer that is not well formed.
        """
        asked = offer_in_message(check_offer(offer), dataset)
        opened = self._new(work, CONSUMER, provider, dataset, asked, address, version)
        self._say_first(work, opened, "request", first_request(opened.pid, asked))
        return opened

    def propose(
        self, work: Work, consumer: str, offering_id: str, *, address: str | None = None, version: str | None = None
    ) -> Negotiation:
        """Offer one of our offerings to `consumer`, who has not asked; raise NotFound when it is not offered here."""
        offering = self._catalog.offering(work, offering_id)
        if offering is None:
            raise NotFound(f"Nothing called {offering_id[:200]} is offered here.")
        offer = offer_in_message(self._catalog.offer(offering), offering_id)
        opened = self._new(work, PROVIDER, consumer, offering_id, offer, address, version)
        self._say_first(work, opened, "offers", first_offer(opened.pid, offer))
        return opened

    def counter(self, work: Work, pid: str, rules: Mapping[str, Any]) -> None:
        """Answer what the other side offers with other rules, in either role; raise MoveNotAllowed when not our turn.

        A consumer keeps the offer's identifier, a provider gives its counter-offer a new one.
        """
        found = self.negotiation(work, pid)
        is_ours = found.role == PROVIDER
        name = new_urn() if is_ours else str(found.offer["@id"])
        offer = offer_in_message(check_offer({"@id": name, "@type": "Offer", **rules_of(rules)}), found.dataset)
        (self.steps.offer if is_ours else self.steps.request)(work, found, offer)

    def agree(self, work: Work, pid: str) -> None:
        """Agree, as provider, to what the consumer asked for; raise MoveNotAllowed."""
        self.steps.agree(work, self.negotiation(work, pid))

    def agreement(self, work: Work, agreement_id: str, *, role: str | None = None) -> Agreement | None:
        """Return an agreement, in force or not; None when it is not known here."""
        return store.agreement(work, agreement_id, role)

    def agreement_between(self, work: Work, provider: str, consumer: str, dataset: str) -> Agreement | None:
        """Return the newest agreement in force on a dataset, None when there is none."""
        return store.agreement_between(work, provider, consumer, dataset)

    def whereabouts(self, work: Work, agreement_id: str) -> tuple[str | None, str | None]:
        """Return where we, as consumer, reach the provider of an agreement, and in which version; None: unknown."""
        made_by = store.negotiation_of(work, agreement_id, CONSUMER)
        found = store.one(work, made_by) if made_by else None
        return (found.callback, found.version) if found else (None, None)

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

    def history(self, work: Work, pid: str) -> list[Turn]:
        """Return the turns a negotiation took, first to last."""
        return store.history(work, pid)

    def accept(self, work: Work, pid: str) -> None:
        """Accept the provider's offer that waits (an organisation's own decision); raise MoveNotAllowed."""
        self.steps.accept(work, self.negotiation(work, pid))

    def terminate(self, work: Work, pid: str, reason: str) -> None:
        """End an open negotiation and tell the other side why; raise MoveNotAllowed when it is over."""
        if not reason.strip():
            raise BadInput("Say why the negotiation ends: the other side is told.")
        self.steps.terminate(work, self.negotiation(work, pid), reason)

    def envelope(self, work: Work, process: str) -> Envelope | None:
        """Tell the outbox where a negotiation's messages go."""
        found = store.one(work, process)
        return found.envelope if found else None

    def written(self, run: TaskRun, sent: Outgoing) -> Mapping[str, Any]:  # noqa: ARG002 - the outbox's port
        """Return a message as it waits: negotiations carry no secrets."""
        return sent.body

    def wants_their_state(self, sent: Outgoing, _envelope: Envelope, *, is_accepted: bool) -> bool:
        """Only a refusal makes us compare: the two sides take turns, so nothing else can part them."""
        return not is_accepted and not sent.is_initial

    def answered(self, work: Work, sent: Outgoing, outcome: Outcome) -> None:
        """Learn the peer's pid, or settle what was refused."""
        if not sent.is_initial and outcome.is_accepted:
            return
        found = self.negotiation(work, sent.process)
        if not outcome.is_accepted:
            self._refused(work, found, sent, outcome)
            return
        peer_pid = reply_pid(outcome.reply, found.role)
        if found.peer_pid is not None:
            store.change(work, found, version=outcome.version)
        elif is_pid(peer_pid) and store.of_peer(work, found.role, found.peer, peer_pid) is None:
            store.change(work, found, peer_pid=peer_pid, version=outcome.version)
        else:
            self.steps.give_up(work, found, "The other side did not name its side of the negotiation.", tell=False)

    def _move(self, run: TaskRun) -> None:
        """Look, then decide, if the negotiation still stands where the task was left."""
        with run.reading() as work:
            before = store.one(work, str(run.payload["negotiation"]))
        seen = self._decider.look(before) if before and before.state == run.payload["state"] else None
        with run.finishing() as work:
            found = store.one(work, str(run.payload["negotiation"]))
            if found is not None and before is not None and (found.state, found.offer) == (before.state, before.offer):
                self._decider.decide(work, found, seen, self.steps)

    def _refused(self, work: Work, found: Negotiation, sent: Outgoing, outcome: Outcome) -> None:
        theirs = NegotiationState(outcome.theirs) if outcome.theirs in set(NegotiationState) else None
        if not outcome.is_last or found.state is NegotiationState.TERMINATED:
            return
        if theirs is not None and has_reached(theirs, NegotiationState(sent.leads_to)):
            return
        reason = f"Refused by the other side: {outcome.reason}"
        # Not every peer tells its state; one that does not may still be somewhere on the way.
        may_go_on_there = found.peer_pid is not None and theirs is not NegotiationState.TERMINATED
        self.steps.give_up(work, found, reason, tell=may_go_on_there)

    def _new(
        self,
        work: Work,
        role: str,
        peer: str,
        dataset: str,
        offer: Mapping[str, Any],
        address: str | None,
        version: str | None,
    ) -> Negotiation:
        is_consumer = role == CONSUMER
        opened = Negotiation(
            pid=new_urn(),
            role=role,
            peer=peer,
            peer_pid=None,
            callback=address.rstrip("/") if address else None,
            version=version,
            opened_by=role,
            dataset=dataset,
            offer=offer,
            offers_made=0 if is_consumer else 1,
            state=NegotiationState.REQUESTED if is_consumer else NegotiationState.OFFERED,
            reason=None,
            agreement=None,
            made=work.now,
            changed=work.now,
        )
        return store.add(work, opened)

    def _say_first(self, work: Work, opened: Negotiation, action: str, body: Mapping[str, Any]) -> None:
        self._outbox.leave(
            work,
            room=ROOM,
            process=opened.pid,
            action=action,
            leads_to=opened.state.value,
            body=body,
            is_initial=True,
        )
