"""The life of a gathering: from a person's yes over contract and transfer to records that have arrived."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import EITHER, Lifecycle

NODE = "node"


class GatheringState(StrEnum):
    """Where a gathering stands."""

    WAITING = "waiting-agreement"
    REQUESTED = "requested"
    FETCHING = "fetching"
    ARRIVED = "arrived"
    FAILED = "failed"
    ENDED = "ended"


_S = GatheringState

GATHERING = Lifecycle[GatheringState](
    name="gathering",
    start=frozenset({_S.WAITING}),
    moves={
        (_S.WAITING, "request", NODE): _S.REQUESTED,
        (_S.REQUESTED, "fetch", NODE): _S.FETCHING,
        (_S.FETCHING, "arrive", NODE): _S.ARRIVED,
        (_S.WAITING, "fail", NODE): _S.FAILED,
        (_S.REQUESTED, "fail", NODE): _S.FAILED,
        (_S.FETCHING, "fail", NODE): _S.FAILED,
        # A suspended transfer that is resumed starts once more.
        (_S.FAILED, "fetch", NODE): _S.FETCHING,
        # The person asks to try again, or to look for something new.
        (_S.FAILED, "again", EITHER): _S.WAITING,
        (_S.ARRIVED, "again", EITHER): _S.WAITING,
    },
    always={("end", EITHER): _S.ENDED},
)
