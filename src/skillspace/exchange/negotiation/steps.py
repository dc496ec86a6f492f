"""One step of a negotiation: the table decides, and state, history, message and event are written together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from skillspace.exchange.messages import MAX_REASON
from skillspace.exchange.negotiation import messages, store
from skillspace.exchange.negotiation.machine import NEGOTIATION, NegotiationState
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.exchange.outbox import Outbox
from skillspace.exchange.parties import CONSUMER, PROVIDER, other
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_urn
from skillspace.storage.database import Work
from skillspace.trust.contract import Agreement

ROOM = Negotiation.room
MOVE = "negotiation.move"


class Decider(Protocol):
    """Makes an organisation's own moves, after each message of a peer."""

    def must_look(self, negotiation: Negotiation) -> bool:
        """Tell whether other nodes must be asked first; the decision is then a task of its own."""

    def look(self, negotiation: Negotiation) -> Any:
        """Ask them (network; no transaction is open) and return what `decide` needs."""

    def decide(self, work: Work, negotiation: Negotiation, seen: Any, steps: Steps) -> None:
        """Make the move that is due, or none. `seen` is what `look` returned, None without a look."""


#: Why contracts of the data space forbid an agreement (provider, consumer, dataset, policy); empty where none does.
Forbid = Callable[[Work, str, str, str, Mapping[str, Any]], list[str]]


def nothing_forbidden(
    _work: Work, _provider: str, _consumer: str, _dataset: str, _policy: Mapping[str, Any]
) -> list[str]:
    """Forbid nothing: where agreements need no contract behind them."""
    return []


class Steps:
    """What every part of the room uses to move a negotiation, and a decider as well."""

    def __init__(self, *, own_id: str, outbox: Outbox, decider: Decider, forbid: Forbid) -> None:
        self._forbid = forbid
        self._own_id = own_id
        self._outbox = outbox
        self._decider = decider

    def received(self, work: Work, negotiation: Negotiation, move: str, **changes: Any) -> Negotiation:
        """Take the peer's move; raise MoveNotAllowed when the table has none."""
        party = other(negotiation.role)
        if move in ("offer", "request"):
            # Both sides' offers look alike whenever they come: one of ours must not be said again after this answer.
            self._outbox.arrived(work, ROOM, negotiation.pid, negotiation.state.value)
        return self._arrive(work, negotiation, NEGOTIATION.step(negotiation.state, move, party), party, **changes)

    def is_unheard(self, work: Work, negotiation: Negotiation) -> bool:
        """Tell whether something of ours waits that the peer has not answered."""
        return self._outbox.waiting(work, ROOM, negotiation.pid) > 0

    def consider(self, work: Work, negotiation: Negotiation) -> None:
        """Let our own next move follow: at once when it needs nobody else, else as a task."""
        if negotiation.is_over:
            return
        if self._decider.must_look(negotiation):
            work.enqueue(MOVE, {"negotiation": negotiation.pid, "state": negotiation.state.value})
        else:
            self._decider.decide(work, negotiation, None, self)

    def offer(self, work: Work, negotiation: Negotiation, offer: Mapping[str, Any]) -> Negotiation:
        """Make a counter-offer as provider."""
        made = negotiation.offers_made + 1
        body = messages.counter_offer(offer)
        return self._own(work, negotiation, "offer", "offers", body, offer=dict(offer), offers_made=made)

    def request(self, work: Work, negotiation: Negotiation, offer: Mapping[str, Any]) -> Negotiation:
        """Make a counter-offer as consumer."""
        return self._own(work, negotiation, "request", "request", messages.counter_request(offer), offer=dict(offer))

    def accept(self, work: Work, negotiation: Negotiation) -> Negotiation:
        """Accept the provider's offer, or end it where the data space's contracts forbid it."""
        if reasons := self._forbidden(work, negotiation):
            return self.terminate(work, negotiation, reasons)
        return self._own(work, negotiation, "accept", "events", messages.event_message("ACCEPTED"))

    def agree(self, work: Work, negotiation: Negotiation) -> Negotiation:
        """Agree, as provider, to what was offered last: its rules echoed unchanged; or end it, as `accept` does."""
        if reasons := self._forbidden(work, negotiation):
            return self.terminate(work, negotiation, reasons)
        agreement = messages.agreement_on(
            negotiation.offer, name=new_urn(), provider=self._own_id, consumer=negotiation.peer, at=work.now
        )
        body = messages.agreement_message(agreement)
        agreed = self._own(work, negotiation, "agree", "agreement", body, agreement=agreement["@id"])
        made = Agreement(
            id=agreement["@id"],
            dataset=negotiation.dataset,
            provider=self._own_id,
            consumer=negotiation.peer,
            policy=agreement,
            made=messages.made_at(agreement),
            in_force=False,
        )
        store.add_agreement(work, agreed, made)
        return agreed

    def verify(self, work: Work, negotiation: Negotiation) -> Negotiation:
        """Confirm, as consumer, that the agreement is what was asked for; or end it, as `accept` does."""
        if reasons := self._forbidden(work, negotiation):
            return self.terminate(work, negotiation, reasons)
        return self._own(work, negotiation, "verify", "agreement/verification", messages.verification())

    def finalize(self, work: Work, negotiation: Negotiation) -> Negotiation:
        """Put the agreement in force, as provider."""
        return self._own(work, negotiation, "finalize", "events", messages.event_message("FINALIZED"))

    def terminate(self, work: Work, negotiation: Negotiation, reason: str) -> Negotiation:
        """End it ourselves and tell the other side."""
        body = messages.termination(reason)
        return self._own(work, negotiation, "terminate", "termination", body, reason=reason[:MAX_REASON])

    def give_up(self, work: Work, negotiation: Negotiation, reason: str, *, tell: bool) -> None:
        """End what the two sides do not agree on, also from FINALIZED: an agreement only one side holds is none."""
        state = NegotiationState.TERMINATED
        self._arrive(work, negotiation, state, negotiation.role, reason=reason[:MAX_REASON])
        if tell:
            self._leave(work, negotiation, "termination", state, messages.termination(reason))

    def _forbidden(self, work: Work, negotiation: Negotiation) -> str:
        is_ours = negotiation.role == PROVIDER
        provider, consumer = (self._own_id, negotiation.peer) if is_ours else (negotiation.peer, self._own_id)
        return " ".join(self._forbid(work, provider, consumer, negotiation.dataset, negotiation.offer))

    def _own(
        self, work: Work, negotiation: Negotiation, move: str, action: str, body: Mapping[str, Any], **changes: Any
    ) -> Negotiation:
        """Make our own move and leave the message that says so; `action` is the end of its address."""
        state = NEGOTIATION.step(negotiation.state, move, negotiation.role)
        moved = self._arrive(work, negotiation, state, negotiation.role, **changes)
        self._leave(work, moved, action, state, body)
        return moved

    def _leave(
        self, work: Work, negotiation: Negotiation, action: str, state: NegotiationState, body: Mapping[str, Any]
    ) -> None:
        process, leads_to = negotiation.pid, state.value
        self._outbox.leave(work, room=ROOM, process=process, action=action, leads_to=leads_to, body=body)

    def _arrive(
        self, work: Work, negotiation: Negotiation, state: NegotiationState, party: str, **changes: Any
    ) -> Negotiation:
        moved = store.change(work, negotiation, state=state, **changes)
        store.add_turn(work, moved, party, offer=changes.get("offer"), reason=changes.get("reason"))
        if state is NegotiationState.FINALIZED:
            store.put_in_force(work, moved, True)
        if state is NegotiationState.TERMINATED and moved.agreement is not None:
            store.put_in_force(work, moved, False)
        if moved.role == CONSUMER and moved.is_over:
            content = {"agreement_id": moved.agreement, "dataset": moved.dataset, "provider": moved.peer}
            name = f"negotiation.{state.value.lower()}"
            work.publish(Event(name=name, about=moved.pid, content=content | {"reason": moved.reason}))
        return moved
