"""The transfer process as a table (DSP 2025-1 §9, figure of the state machine)."""

from __future__ import annotations

from enum import StrEnum

from skillspace.exchange.parties import PROVIDER
from skillspace.kernel.lifecycle import EITHER, Lifecycle


class TransferState(StrEnum):
    """The states of the protocol, the more restrictive the later: what two sides settle on when messages crossed."""

    REQUESTED = "REQUESTED"
    STARTED = "STARTED"
    SUSPENDED = "SUSPENDED"
    COMPLETED = "COMPLETED"
    TERMINATED = "TERMINATED"


_S = TransferState
_OPEN = (_S.REQUESTED, _S.STARTED, _S.SUSPENDED)

TRANSFER: Lifecycle[TransferState] = Lifecycle(
    name="transfer",
    start=frozenset({_S.REQUESTED}),
    moves={
        (_S.REQUESTED, "start", PROVIDER): _S.STARTED,
        (_S.SUSPENDED, "start", EITHER): _S.STARTED,
        (_S.STARTED, "suspend", EITHER): _S.SUSPENDED,
        (_S.STARTED, "complete", EITHER): _S.COMPLETED,
    }
    | {(state, "terminate", EITHER): _S.TERMINATED for state in _OPEN},
)


def is_stricter(one: TransferState, another: TransferState) -> bool:
    """Tell whether `one` allows less than `another`."""
    order = list(TransferState)
    return order.index(one) > order.index(another)
