"""The contract negotiation as a table (DSP 2025-1 §7, figure of the state machine)."""

from __future__ import annotations

from enum import StrEnum

from skillspace.exchange.parties import CONSUMER, PROVIDER
from skillspace.kernel.lifecycle import EITHER, Lifecycle


class NegotiationState(StrEnum):
    """The states of the protocol, in the order in which a negotiation can pass them."""

    REQUESTED = "REQUESTED"
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    AGREED = "AGREED"
    VERIFIED = "VERIFIED"
    FINALIZED = "FINALIZED"
    TERMINATED = "TERMINATED"


_S = NegotiationState
_OPEN = (_S.REQUESTED, _S.OFFERED, _S.ACCEPTED, _S.AGREED, _S.VERIFIED)

# Terminating is spelt out for each open state: FINALIZED is final as well, and nothing leaves it.
NEGOTIATION: Lifecycle[NegotiationState] = Lifecycle(
    name="negotiation",
    start=frozenset({_S.REQUESTED, _S.OFFERED}),
    moves={
        (_S.REQUESTED, "offer", PROVIDER): _S.OFFERED,
        (_S.REQUESTED, "agree", PROVIDER): _S.AGREED,
        (_S.OFFERED, "request", CONSUMER): _S.REQUESTED,
        (_S.OFFERED, "accept", CONSUMER): _S.ACCEPTED,
        (_S.ACCEPTED, "agree", PROVIDER): _S.AGREED,
        (_S.AGREED, "verify", CONSUMER): _S.VERIFIED,
        (_S.VERIFIED, "finalize", PROVIDER): _S.FINALIZED,
    }
    | {(state, "terminate", EITHER): _S.TERMINATED for state in _OPEN},
)


def has_reached(state: NegotiationState, goal: NegotiationState) -> bool:
    """Tell whether a negotiation in `state` has passed through `goal` or stands in it; a terminated one has not."""
    order = list(NegotiationState)
    return state is not _S.TERMINATED and order.index(state) >= order.index(goal)
