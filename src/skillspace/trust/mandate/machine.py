"""The lives of a mandate, of a grant that is asked for again and of a child's worry: who may move them, as tables."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import EITHER, Lifecycle

PRINCIPAL, AGENT, OFFICER, CLOCK, NODE = "principal", "agent", "officer", "clock", "node"


class MandateState(StrEnum):
    """Where a mandate stands; only `ACTIVE` lets anybody act."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDED = "ended"
    REFUSED = "refused"
    EXPIRED = "expired"
    OUTGROWN = "outgrown"


_S = MandateState

#: Each party whose yes is awaited accepts; once none is missing the node itself activates. A
#: proposal is not outgrown but only expires: whoever asked would learn from it that the person has grown.
MANDATE = Lifecycle[MandateState](
    name="mandate",
    start=frozenset({_S.PROPOSED}),
    moves={
        (_S.PROPOSED, "accept", PRINCIPAL): _S.PROPOSED,
        (_S.PROPOSED, "accept", AGENT): _S.PROPOSED,
        (_S.PROPOSED, "accept", OFFICER): _S.PROPOSED,
        (_S.PROPOSED, "activate", NODE): _S.ACTIVE,
        (_S.PROPOSED, "refuse", PRINCIPAL): _S.REFUSED,
        (_S.PROPOSED, "refuse", AGENT): _S.REFUSED,
        (_S.PROPOSED, "refuse", OFFICER): _S.REFUSED,
        (_S.PROPOSED, "expire", CLOCK): _S.EXPIRED,
        (_S.ACTIVE, "suspend", PRINCIPAL): _S.SUSPENDED,
        (_S.ACTIVE, "suspend", OFFICER): _S.SUSPENDED,
        (_S.ACTIVE, "end", PRINCIPAL): _S.ENDED,
        (_S.ACTIVE, "end", AGENT): _S.ENDED,
        (_S.ACTIVE, "end", OFFICER): _S.ENDED,
        (_S.ACTIVE, "expire", CLOCK): _S.EXPIRED,
        (_S.ACTIVE, "outgrow", CLOCK): _S.OUTGROWN,
        (_S.SUSPENDED, "resume", PRINCIPAL): _S.ACTIVE,
        (_S.SUSPENDED, "resume", OFFICER): _S.ACTIVE,
        (_S.SUSPENDED, "end", PRINCIPAL): _S.ENDED,
        (_S.SUSPENDED, "end", AGENT): _S.ENDED,
        (_S.SUSPENDED, "end", OFFICER): _S.ENDED,
        (_S.SUSPENDED, "expire", CLOCK): _S.EXPIRED,
        (_S.SUSPENDED, "outgrow", CLOCK): _S.OUTGROWN,
    },
)


class AgainState(StrEnum):
    """Where a grant stands that somebody else has to say yes to anew."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    STOPPED = "stopped"
    LAPSED = "lapsed"


ASKED_AGAIN = Lifecycle[AgainState](
    name="grant asked for again",
    start=frozenset({AgainState.OPEN}),
    moves={
        (AgainState.OPEN, "confirm", PRINCIPAL): AgainState.CONFIRMED,
        (AgainState.OPEN, "confirm", AGENT): AgainState.CONFIRMED,
        (AgainState.OPEN, "stop", EITHER): AgainState.STOPPED,
        (AgainState.OPEN, "lapse", CLOCK): AgainState.LAPSED,
    },
)


class ConcernState(StrEnum):
    """Where a child's worry about a guardian stands."""

    OPEN = "open"
    ANSWERED = "answered"


CONCERN = Lifecycle[ConcernState](
    name="worry about a guardian",
    start=frozenset({ConcernState.OPEN}),
    moves={(ConcernState.OPEN, "answer", OFFICER): ConcernState.ANSWERED},
)
