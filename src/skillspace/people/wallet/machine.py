"""Two lives of a wallet: taking in what is offered, and showing what is asked for."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

PERSON, NODE, OTHER = "person", "node", "other"


class IntakeState(StrEnum):
    """Where a credential on its way into a wallet is."""

    FETCHING = "fetching"
    KEPT = "kept"
    TOLD = "told"
    FAILED = "failed"


INTAKE = Lifecycle[IntakeState](
    name="wallet intake",
    start=frozenset({IntakeState.FETCHING}),
    moves={
        (IntakeState.FETCHING, "keep", NODE): IntakeState.KEPT,
        (IntakeState.FETCHING, "fail", OTHER): IntakeState.FAILED,
        (IntakeState.FAILED, "try again", PERSON): IntakeState.FETCHING,
        (IntakeState.KEPT, "tell", NODE): IntakeState.TOLD,
    },
)


class ShowingState(StrEnum):
    """Where an answer to a request is."""

    ASKED = "asked"
    SENDING = "sending"
    SHOWN = "shown"
    REFUSING = "refusing"
    REFUSED = "refused"
    FAILED = "failed"


#: Nothing leaves before the person said yes, and a no is told as well.
SHOWING = Lifecycle[ShowingState](
    name="wallet showing",
    start=frozenset({ShowingState.ASKED}),
    moves={
        (ShowingState.ASKED, "say yes", PERSON): ShowingState.SENDING,
        (ShowingState.ASKED, "say no", PERSON): ShowingState.REFUSING,
        (ShowingState.SENDING, "arrive", OTHER): ShowingState.SHOWN,
        (ShowingState.SENDING, "fail", OTHER): ShowingState.FAILED,
        (ShowingState.REFUSING, "arrive", OTHER): ShowingState.REFUSED,
        (ShowingState.REFUSING, "fail", OTHER): ShowingState.REFUSED,
    },
)
