"""One step of a transfer: the table decides; state, secrets, message, event and next task are written together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from skillspace.exchange.addresses import segment
from skillspace.exchange.messages import MAX_REASON
from skillspace.exchange.outbox import Outbox
from skillspace.exchange.parties import CONSUMER
from skillspace.exchange.transfer import messages, store
from skillspace.exchange.transfer.machine import TRANSFER, TransferState
from skillspace.exchange.transfer.model import Transfer
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_secret
from skillspace.storage.database import Work

ROOM = "transfers"
MOVE = "transfer.move"
_S = TransferState


class Steps:
    """What every part of the room uses to move a transfer; `data_base` is the address of our data plane."""

    def __init__(self, *, outbox: Outbox, data_base: str, pause: timedelta) -> None:
        self._outbox = outbox
        self._data_base = data_base
        self._pause = pause

    def received(self, work: Work, transfer: Transfer, move: str, party: str, **changes: Any) -> Transfer:
        """Take the peer's move; raise MoveNotAllowed when the table has none."""
        return self.arrive(work, transfer, TRANSFER.step(transfer.state, move, party), **changes)

    def own(self, work: Work, transfer: Transfer, move: str, body: Mapping[str, Any], **changes: Any) -> Transfer:
        """Make our own move and leave the message that says so."""
        state = TRANSFER.step(transfer.state, move, transfer.role)
        moved = self.arrive(work, transfer, state, **changes)
        self.say(work, moved, body)
        return moved

    def start(self, work: Work, transfer: Transfer) -> Transfer:
        """Start or resume; a provider's start brings a fresh address, whose token is kept here as a hash only."""
        if transfer.role == CONSUMER:
            return self.own(work, transfer, "start", messages.start())
        token = new_secret()
        body = messages.start(self._endpoint(transfer), token)
        return self.own(work, transfer, "start", body, token_hash=token_hash(token))

    def renew_address(self, work: Work, transfer: Transfer) -> None:
        """Give the consumer, who resumed, a fresh address."""
        token = new_secret()
        moved = store.change(work, transfer.pid, token_hash=token_hash(token))
        self.say(work, moved, messages.start(self._endpoint(transfer), token))

    def terminate(self, work: Work, transfer: Transfer, reason: str) -> Transfer:
        """End it early and tell the other side."""
        return self.own(work, transfer, "terminate", messages.termination(reason), reason=reason[:MAX_REASON])

    def say(self, work: Work, transfer: Transfer, body: Mapping[str, Any]) -> None:
        """Leave a message that announces the state the transfer is in."""
        action = {
            _S.STARTED: "start",
            _S.SUSPENDED: "suspension",
            _S.COMPLETED: "completion",
            _S.TERMINATED: "termination",
        }[transfer.state]
        self._outbox.leave(
            work, room=ROOM, process=transfer.pid, action=action, leads_to=transfer.state.value, body=body
        )

    def is_unheard(self, work: Work, transfer: Transfer) -> bool:
        """Tell whether messages of ours wait for an answer, so that the other side may not know our state."""
        return self._outbox.waiting(work, ROOM, transfer.pid) > 0

    def consider(self, work: Work, transfer: Transfer) -> None:
        """Leave the task of our next move, a little later, so that our answer reaches the peer before it."""
        payload = {"transfer": transfer.pid, "state": transfer.state.value}
        work.enqueue(MOVE, payload, after=self._pause)

    def arrive(self, work: Work, transfer: Transfer, state: TransferState, **changes: Any) -> Transfer:
        """Put the transfer into a state, with what belongs to it: leaving STARTED takes token and address away."""
        if state is not _S.STARTED:
            changes |= {"address": None, "token_hash": None}
        if state in TRANSFER.final:
            changes |= {"grant": None}
        moved = store.change(work, transfer.pid, state=state.value, **changes)
        if moved.role == CONSUMER and (moved.is_over or (state is _S.STARTED and moved.address)):
            self.announce(work, moved)
        return moved

    def announce(self, work: Work, transfer: Transfer) -> None:
        """Tell the rooms above: `transfer.started`, `transfer.completed` or `transfer.terminated`."""
        content = {
            "consumer_pid": transfer.pid,
            "reference": transfer.reference,
            "dataset": transfer.dataset,
            "agreement_id": transfer.agreement,
            "provider": transfer.peer,
            "reason": transfer.reason,
        }
        work.publish(Event(name=f"transfer.{transfer.state.value.lower()}", about=transfer.pid, content=content))

    def _endpoint(self, transfer: Transfer) -> str:
        return f"{self._data_base}/{segment(transfer.pid)}"


def token_hash(token: str) -> str:
    """Return what is kept of a data token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()
