"""The life of what a partner is asked: on its way, answered or given up for now, and asked again by the person."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

NODE, PERSON = "node", "person"


class AskedState(StrEnum):
    """Where a question is: on its way, answered, or given up for now."""

    ASKING = "asking"
    ANSWERED = "answered"
    FAILED = "failed"


class NoAnswer(StrEnum):
    """Why a partner has not answered; pages have the words."""

    SILENT = "silent"
    BUSY = "busy"
    PAUSED = "paused"
    BROKEN_OFF = "broken-off"
    NO_CONTRACT = "no-contract"
    NOT_ALLOWED = "not-allowed"
    NOTHING_TO_ASK = "nothing-to-ask"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


ASKED = Lifecycle[AskedState](
    name="partner-answer",
    start=frozenset({AskedState.ASKING}),
    moves={
        (AskedState.ASKING, "answer", NODE): AskedState.ANSWERED,
        (AskedState.ASKING, "fail", NODE): AskedState.FAILED,
        (AskedState.ANSWERED, "ask", PERSON): AskedState.ASKING,
        (AskedState.FAILED, "ask", PERSON): AskedState.ASKING,
    },
)
