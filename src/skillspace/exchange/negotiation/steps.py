"""One step of a negotiation: the table decides, and state, message, event and next task are written together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from skillspace.exchange.messages import MAX_REASON
from skillspace.exchange.negotiation import store
from skillspace.exchange.negotiation.machine import NEGOTIATION, NegotiationState
from skillspace.exchange.negotiation.messages import termination
from skillspace.exchange.negotiation.model import Negotiation
from skillspace.exchange.outbox import Outbox
from skillspace.exchange.parties import CONSUMER
from skillspace.kernel.events import Event
from skillspace.storage.database import Work

ROOM = "negotiations"
MOVE = "negotiation.move"


class Steps:
    """What every part of the room uses to move a negotiation.

    `pause` lies between a peer's message and our next move, so that our answer reaches the peer before that move does.
    """

    def __init__(self, *, outbox: Outbox, pause: timedelta) -> None:
        self._outbox = outbox
        self._pause = pause

    def received(self, work: Work, negotiation: Negotiation, move: str, party: str, **changes: Any) -> Negotiation:
        """Take the peer's move; raise MoveNotAllowed when the table has none. Our next move is left as a task."""
        state = NEGOTIATION.step(negotiation.state, move, party)
        moved = self._arrive(work, negotiation, state, **changes)
        self.consider(work, moved)
        return moved

    def own(
        self,
        work: Work,
        negotiation: Negotiation,
        move: str,
        action: str,
        body: Mapping[str, Any],
        **changes: Any,
    ) -> Negotiation:
        """Make our own move and leave the message that says so; `action` is the end of its address."""
        state = NEGOTIATION.step(negotiation.state, move, negotiation.role)
        moved = self._arrive(work, negotiation, state, **changes)
        self._outbox.leave(work, room=ROOM, process=moved.pid, action=action, leads_to=state.value, body=body)
        return moved

    def terminate(self, work: Work, negotiation: Negotiation, reason: str) -> Negotiation:
        """End it ourselves and tell the other side."""
        return self.own(work, negotiation, "terminate", "termination", termination(reason), reason=reason[:MAX_REASON])

    def give_up(self, work: Work, negotiation: Negotiation, reason: str, *, tell: bool) -> None:
        """End what the two sides do not agree on, also from FINALIZED: an agreement only one side holds is none."""
        self._arrive(work, negotiation, NegotiationState.TERMINATED, reason=reason[:MAX_REASON])
        if tell:
            self._outbox.leave(
                work,
                room=ROOM,
                process=negotiation.pid,
                action="termination",
                leads_to=NegotiationState.TERMINATED.value,
                body=termination(reason),
            )

    def consider(self, work: Work, negotiation: Negotiation) -> None:
        """Leave the task of our next move, unless nothing can follow."""
        if not negotiation.is_over:
            payload = {"negotiation": negotiation.pid, "state": negotiation.state.value}
            work.enqueue(MOVE, payload, after=self._pause)

    def _arrive(self, work: Work, negotiation: Negotiation, state: NegotiationState, **changes: Any) -> Negotiation:
        moved = store.change(work, negotiation.pid, state=state.value, **changes)
        if state is NegotiationState.FINALIZED:
            store.put_in_force(work, moved, True)
        if state is NegotiationState.TERMINATED:
            store.put_in_force(work, moved, False)
        if moved.role == CONSUMER and moved.is_over:
            content = {"agreement_id": moved.agreement, "dataset": moved.dataset, "provider": moved.peer}
            name = f"negotiation.{state.value.lower()}"
            work.publish(Event(name=name, about=moved.pid, content=content | {"reason": moved.reason}))
        return moved
