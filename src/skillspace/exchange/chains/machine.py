"""Two lifecycles as tables: the chain as its asker sees it, and the part that each node plays in it."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

#: The organisation that asked for the chain.
ASKER = "asker"
#: The program of the node itself, once what it waits for has happened.
NODE = "node"


class ChainState(StrEnum):
    """Where a chain is. Settling: the consumer has the result and is told to keep it; from there nobody cancels."""

    PREPARING = "preparing"
    PREPARED = "prepared"
    RUNNING = "running"
    SETTLING = "settling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PartState(StrEnum):
    """Where a node's part is, in the order in which it can pass them; a provider skips what it has no use for."""

    WAITING = "waiting"
    AGREED = "agreed"
    FETCHED = "fetched"
    PROCESSED = "processed"
    HANDED_ON = "handed-on"
    KEPT = "kept"
    FAILED = "failed"
    ENDED = "ended"


_C = ChainState
_P = PartState

CHAIN: Lifecycle[ChainState] = Lifecycle(
    name="chain",
    start=frozenset({_C.PREPARING}),
    moves={
        (_C.PREPARING, "prepare", NODE): _C.PREPARED,
        (_C.PREPARED, "run", NODE): _C.RUNNING,
        (_C.RUNNING, "settle", NODE): _C.SETTLING,
        (_C.SETTLING, "finish", NODE): _C.DONE,
        (_C.FAILED, "again", ASKER): _C.PREPARING,
    }
    | {(state, "fail", NODE): _C.FAILED for state in (_C.PREPARING, _C.PREPARED, _C.RUNNING, _C.SETTLING)}
    | {(state, "cancel", ASKER): _C.CANCELLED for state in (_C.PREPARING, _C.PREPARED, _C.RUNNING)},
)

_OPEN = (_P.WAITING, _P.AGREED, _P.FETCHED, _P.PROCESSED)

PART: Lifecycle[PartState] = Lifecycle(
    name="part of a chain",
    start=frozenset({_P.WAITING}),
    moves={
        (_P.WAITING, "agree", NODE): _P.AGREED,
        (_P.AGREED, "fetch", NODE): _P.FETCHED,
        (_P.FETCHED, "process", NODE): _P.PROCESSED,
        (_P.PROCESSED, "hand-on", NODE): _P.HANDED_ON,
        # A provider fetches nothing: its neighbour takes the dataset as it is.
        (_P.AGREED, "hand-on", NODE): _P.HANDED_ON,
        (_P.FETCHED, "keep", ASKER): _P.KEPT,
    }
    | {(state, "fail", NODE): _P.FAILED for state in _OPEN}
    | {(state, "end", ASKER): _P.ENDED for state in _OPEN},
)

#: A chain that failed may be asked for again, so it is over without being final.
OVER = frozenset({_C.DONE, _C.FAILED, _C.CANCELLED})


def is_further(state: PartState, than: PartState) -> bool:
    """Tell whether a part in `state` has moved on from `than`; an end is always further than what is open."""
    order = list(PartState)
    return than not in PART.final and order.index(state) > order.index(than)
