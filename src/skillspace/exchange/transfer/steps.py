"""One step of a transfer: the table decides; state, secrets, message, event and next task are written together."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Protocol

from skillspace.exchange.addresses import segment
from skillspace.exchange.messages import MAX_REASON
from skillspace.exchange.outbox import Outbox
from skillspace.exchange.parties import CONSUMER, PROVIDER, other
from skillspace.exchange.transfer import messages, store
from skillspace.exchange.transfer.machine import TRANSFER, TransferState
from skillspace.exchange.transfer.model import Transfer
from skillspace.kernel.events import Event
from skillspace.kernel.ids import new_secret
from skillspace.storage.database import Work

ROOM = Transfer.room
#: The task that sends the data of a started push; the data plane does it.
PUSH = "dataplane.push"
#: So many tokens of one message may be under way, when it has to be sent again and again.
MAX_TOKENS = 8
_S = TransferState


class Decider(Protocol):
    """Makes an organisation's own moves, after each message of a peer."""

    def decide(self, work: Work, transfer: Transfer, steps: Steps) -> None:
        """Make the move that is due, or none."""


class Steps:
    """What every part of the room uses to move a transfer; `data_base` is the address of our data plane."""

    def __init__(self, *, outbox: Outbox, data_base: str, decider: Decider) -> None:
        self._outbox = outbox
        self._data_base = data_base
        self._decider = decider

    def received(self, work: Work, transfer: Transfer, move: str, **changes: Any) -> Transfer:
        """Take the peer's move; raise MoveNotAllowed when the table has none."""
        return self.arrive(work, transfer, TRANSFER.step(transfer.state, move, other(transfer.role)), **changes)

    def consider(self, work: Work, transfer: Transfer) -> None:
        """Let our own next move follow."""
        if not transfer.is_over:
            self._decider.decide(work, transfer, self)

    def own(self, work: Work, transfer: Transfer, move: str, body: Mapping[str, Any], **changes: Any) -> Transfer:
        """Make our own move and leave the message that says so."""
        state = TRANSFER.step(transfer.state, move, transfer.role)
        moved = self.arrive(work, transfer, state, **changes)
        self.say(work, moved, body)
        return moved

    def start(self, work: Work, transfer: Transfer) -> Transfer:
        """Start or resume. What a provider's start brings (the address to pull from) is written when it is sent."""
        return self.own(work, transfer, "start", messages.start())

    def resumed(self, work: Work, transfer: Transfer) -> None:
        """Answer a consumer that resumed: with a fresh address for a pull, by going on with a push."""
        if not transfer.is_push:
            self.say(work, transfer, messages.start())

    def suspend(self, work: Work, transfer: Transfer, reason: str) -> Transfer:
        """Pause; tokens stop at once."""
        return self.own(work, transfer, "suspend", messages.suspension(reason), reason=reason[:MAX_REASON])

    def complete(self, work: Work, transfer: Transfer) -> Transfer:
        """Say that all is there; tokens stop."""
        return self.own(work, transfer, "complete", messages.completion(), reason=None)

    def with_secret(self, work: Work, transfer: Transfer, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return a message with the address of our endpoint and a new token, of which only a hash is kept here.

        The token opens nothing when the transfer has moved on since the message was left.
        """
        token = new_secret()
        if transfer.state in (_S.STARTED, _S.REQUESTED):
            # A message that is sent again brings another token, and the other side may keep any of them.
            kept = [*(transfer.token_hash or "").split(), token_hash(token)][-MAX_TOKENS:]
            store.change(work, transfer, token_hash=" ".join(kept))
        place = f"in/{segment(transfer.pid)}" if transfer.role == CONSUMER else segment(transfer.pid)
        return messages.with_address(body, f"{self._data_base}/{place}", token)

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

    def arrive(self, work: Work, transfer: Transfer, state: TransferState, **changes: Any) -> Transfer:
        """Put the transfer into a state, with what belongs to it: secrets are there only while it is started.

        The sink of a push keeps its address while the transfer is suspended, for the provider to go on.
        """
        is_push = transfer.is_push and state is _S.SUSPENDED
        if state is not _S.STARTED and not is_push:
            changes |= {"address": None, "token_hash": None}
        moved = store.change(work, transfer, state=state, **changes)
        if state is _S.STARTED and moved.role == PROVIDER and moved.is_push:
            work.enqueue(PUSH, {"transfer": moved.pid}, key=f"{PUSH} {moved.pid}")
        if moved.role == CONSUMER and (moved.is_over or (state is _S.STARTED and (moved.address or moved.is_push))):
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


def token_hash(token: str) -> str:
    """Return what is kept of a data token: 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_token_of(transfer: Transfer | None, token: str) -> bool:
    """Tell whether a token is one of a transfer's; the time it takes does not tell how near it came."""
    kept = (transfer.token_hash if transfer else None) or _NO_HASH
    found = [hmac.compare_digest(token_hash(token), one) for one in kept.split()]
    return any(found) and bool(token)


_NO_HASH = token_hash("")
