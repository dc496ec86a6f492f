"""What negotiations and transfers have in common: two parties, two identifiers, a state each, messages in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from skillspace.exchange.messages import ProcessMessage, message
from skillspace.exchange.outbox import Envelope
from skillspace.exchange.parties import CONSUMER
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.kernel.lifecycle import Lifecycle


@dataclass(frozen=True, kw_only=True)
class Process:
    """One process as this node sees it. `role` is ours; `peer` the other participant's identifier.

    `peer_pid` is None until the other side has answered; `callback` is the base address for messages, None when the
    peer's DID says it; `version` that of the protocol it is led in, None as long as nothing was said.
    """

    #: What it is called in addresses and for people, its type on the wire, and its table of states.
    room: ClassVar[str]
    word: ClassVar[str]
    wire_type: ClassVar[str]
    lifecycle: ClassVar[Lifecycle[Any]]

    pid: str
    role: str
    peer: str
    peer_pid: str | None
    callback: str | None
    version: str | None = None
    dataset: str
    state: Any
    reason: str | None
    made: datetime
    changed: datetime

    @property
    def consumer_pid(self) -> str | None:
        """The consumer's identifier of this process."""
        return self.pid if self.role == CONSUMER else self.peer_pid

    @property
    def provider_pid(self) -> str | None:
        """The provider's identifier of this process."""
        return self.peer_pid if self.role == CONSUMER else self.pid

    @property
    def is_over(self) -> bool:
        """Whether nothing can move it any more."""
        return self.state in self.lifecycle.final

    @property
    def moves(self) -> list[str]:
        """The moves open to this node: the buttons of its page."""
        return self.lifecycle.allowed(self.state, self.role)

    @property
    def envelope(self) -> Envelope:
        """Where its messages go."""
        return Envelope(
            to=self.peer,
            base=self.callback,
            version=self.version,
            own_pid=self.pid,
            peer_pid=self.peer_pid,
            is_consumer=self.role == CONSUMER,
            state=str(self.state),
        )

    def on_the_wire(self) -> dict[str, Any]:
        """Write it as ContractNegotiation or TransferProcess (DSP 2025-1 §7, §9)."""
        pids = {"providerPid": self.provider_pid, "consumerPid": self.consumer_pid}
        return message(self.wire_type, **pids, state=str(self.state))

    def shown_to(self, peer: str) -> bool:
        """Tell whether `peer` may see it: the other party, once both know each other's identifier."""
        return self.peer == peer and self.peer_pid is not None

    def check_pids(self, consumer_pid: str, provider_pid: str) -> str | None:
        """Check that a message names this process by both identifiers, or raise BadInput.

        Returns the peer's identifier when the message is the first to tell it: it overtook the answer to our request.
        """
        own, theirs = (consumer_pid, provider_pid) if self.role == CONSUMER else (provider_pid, consumer_pid)
        if own != self.pid or (self.peer_pid is not None and theirs != self.peer_pid):
            raise BadInput(f"The message's providerPid and consumerPid are not those of this {self.word}.")
        return theirs if self.peer_pid is None else None


def pids_of(sent: ProcessMessage) -> tuple[str, str]:
    """Return a message's consumerPid and providerPid."""
    return sent.consumer_pid, sent.provider_pid


def no_such(word: str, pid: str) -> NotFound:
    """Say that there is no such process, in the same words whether it is unknown or somebody else's."""
    return NotFound(f"There is no {word} {pid[:200]} with you.")


def reply_pid(reply: Mapping[str, Any], role: str) -> object:
    """Return the identifier the other side gave in its answer to our first message."""
    return reply.get("providerPid" if role == CONSUMER else "consumerPid")
