"""A transfer process as this node sees it, and the address a consumer pulls from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skillspace.exchange.messages import message
from skillspace.exchange.parties import CONSUMER
from skillspace.exchange.transfer.machine import TRANSFER, TransferState


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """One transfer. `role` is ours; `reference` is the caller's own name for it, on the consumer's side only.

    `address` (consumer: endpoint and token) and `token_hash` (provider) exist while the transfer is started;
    `grant` is the consent credential shown with each pull, until the transfer is over.
    """

    pid: str
    role: str
    peer: str
    peer_pid: str | None
    callback: str | None
    agreement: str
    dataset: str
    format: str
    reference: str | None
    grant: str | None
    address: Mapping[str, str] | None
    token_hash: str | None
    state: TransferState
    reason: str | None
    made: datetime
    changed: datetime

    @property
    def consumer_pid(self) -> str | None:
        """The consumer's identifier of this transfer."""
        return self.pid if self.role == CONSUMER else self.peer_pid

    @property
    def provider_pid(self) -> str | None:
        """The provider's identifier of this transfer."""
        return self.peer_pid if self.role == CONSUMER else self.pid

    @property
    def is_over(self) -> bool:
        """Whether nothing can move it any more."""
        return self.state in TRANSFER.final

    @property
    def moves(self) -> list[str]:
        """The moves open to this node: the buttons of its page."""
        return TRANSFER.allowed(self.state, self.role)

    def on_the_wire(self) -> dict[str, Any]:
        """Write it as TransferProcess (DSP 2025-1 §9)."""
        return message(
            "TransferProcess",
            providerPid=self.provider_pid,
            consumerPid=self.consumer_pid,
            state=self.state.value,
        )
