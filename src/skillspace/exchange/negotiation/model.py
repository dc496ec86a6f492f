"""A negotiation as this node sees it, and the turns it has taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from skillspace.exchange.negotiation.machine import NEGOTIATION, NegotiationState
from skillspace.exchange.process import Process
from skillspace.kernel.lifecycle import Lifecycle


@dataclass(frozen=True, kw_only=True)
class Negotiation(Process):
    """One negotiation. `opened_by` is the party that began, `offer` the last offer of either side.

    `offers_made` counts the provider's own offers.
    """

    room: ClassVar[str] = "negotiations"
    word: ClassVar[str] = "negotiation"
    wire_type: ClassVar[str] = "ContractNegotiation"
    lifecycle: ClassVar[Lifecycle[NegotiationState]] = NEGOTIATION

    state: NegotiationState
    opened_by: str
    offer: Mapping[str, Any]
    offers_made: int
    agreement: str | None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One step of a negotiation: who took it, where it led, and the offer it brought, None when it brought none."""

    at: datetime
    party: str
    state: NegotiationState
    offer: Mapping[str, Any] | None
    reason: str | None
