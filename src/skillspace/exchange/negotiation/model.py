"""A negotiation as this node sees it: its own identifier, who the other side is, what was offered last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skillspace.exchange.messages import message
from skillspace.exchange.negotiation.machine import NEGOTIATION, NegotiationState
from skillspace.exchange.parties import CONSUMER


@dataclass(frozen=True, kw_only=True)
class Negotiation:
    """One negotiation. `role` is ours, `opened_by` the party that began, `offer` the last offer of either side.

    `peer_pid` is None until the other side has answered; `callback` is the base address the peer named for messages,
    None when its DID says where; `offers_made` counts the provider's own offers.
    """

    pid: str
    role: str
    peer: str
    peer_pid: str | None
    callback: str | None
    opened_by: str
    dataset: str
    offer: Mapping[str, Any]
    offers_made: int
    state: NegotiationState
    reason: str | None
    agreement: str | None
    made: datetime
    changed: datetime

    @property
    def consumer_pid(self) -> str | None:
        """The consumer's identifier of this negotiation."""
        return self.pid if self.role == CONSUMER else self.peer_pid

    @property
    def provider_pid(self) -> str | None:
        """The provider's identifier of this negotiation."""
        return self.peer_pid if self.role == CONSUMER else self.pid

    @property
    def is_over(self) -> bool:
        """Whether nothing can move it any more."""
        return self.state in NEGOTIATION.final

    @property
    def moves(self) -> list[str]:
        """The moves open to this node: the buttons of its page."""
        return NEGOTIATION.allowed(self.state, self.role)

    def on_the_wire(self) -> dict[str, Any]:
        """Write it as ContractNegotiation (DSP 2025-1 §7)."""
        return message(
            "ContractNegotiation",
            providerPid=self.provider_pid,
            consumerPid=self.consumer_pid,
            state=self.state.value,
        )
