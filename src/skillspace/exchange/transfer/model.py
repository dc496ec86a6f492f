"""A transfer process as this node sees it, and the address data go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from skillspace.exchange.messages import HTTP_PUSH
from skillspace.exchange.process import Process
from skillspace.exchange.transfer.machine import TRANSFER, TransferState
from skillspace.kernel.lifecycle import Lifecycle


@dataclass(frozen=True, kw_only=True)
class Transfer(Process):
    """One transfer. `reference` is the caller's own name for it, on the consumer's side only.

    `address` is where the other side's endpoint is, with its token: for a pull on the consumer's side, for a push on
    the provider's. `token_hash` is what we keep of the tokens that open our own endpoint. Both go when the transfer
    is not started.
    """

    room: ClassVar[str] = "transfers"
    word: ClassVar[str] = "transfer"
    wire_type: ClassVar[str] = "TransferProcess"
    lifecycle: ClassVar[Lifecycle[TransferState]] = TRANSFER

    state: TransferState
    agreement: str
    format: str
    reference: str | None
    address: Mapping[str, str] | None
    token_hash: str | None

    @property
    def is_push(self) -> bool:
        """Whether the provider sends the data to the consumer's endpoint."""
        return self.format == HTTP_PUSH
