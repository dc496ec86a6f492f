"""The life of a share at its recipient: the contract, the transfer, the copy or the open door, the end."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import EITHER, Lifecycle

NODE = "node"


class ReceivedState(StrEnum):
    """Where a share stands."""

    WAITING = "waiting"
    REQUESTED = "requested"
    OPEN = "open"
    FAILED = "failed"
    ENDED = "ended"


RECEIVED = Lifecycle[ReceivedState](
    name="received share",
    start=frozenset({ReceivedState.WAITING}),
    moves={
        (ReceivedState.WAITING, "request", NODE): ReceivedState.REQUESTED,
        (ReceivedState.REQUESTED, "open", NODE): ReceivedState.OPEN,
        (ReceivedState.REQUESTED, "fail", NODE): ReceivedState.FAILED,
        (ReceivedState.OPEN, "fail", NODE): ReceivedState.FAILED,
        (ReceivedState.FAILED, "request", NODE): ReceivedState.REQUESTED,
    },
    always={("end", EITHER): ReceivedState.ENDED},
)
