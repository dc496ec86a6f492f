"""The life of a letter: asked for, sent to the address on one record, used once, or over."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

NODE, PERSON = "node", "person"


class LetterState(StrEnum):
    """Where a letter stands; only the code of one that is `SENT` connects."""

    ASKED = "asked"
    SENT = "sent"
    USED = "used"
    ENDED = "ended"


LETTER = Lifecycle[LetterState](
    name="letter",
    start=frozenset({LetterState.ASKED}),
    moves={
        (LetterState.ASKED, "send", NODE): LetterState.SENT,
        # After a crash it is sent once more, with another code.
        (LetterState.SENT, "send", NODE): LetterState.SENT,
        (LetterState.SENT, "use", PERSON): LetterState.USED,
        (LetterState.ASKED, "end", NODE): LetterState.ENDED,
        (LetterState.SENT, "end", NODE): LetterState.ENDED,
    },
)


class Why(StrEnum):
    """Why a letter ended without being used; kept here, and told to nobody outside."""

    UNKNOWN = "unknown"
    SEVERAL = "several"
    OFTEN = "often"
    LATE = "late"
    REFUSED = "refused"
    REPLACED = "replaced"
    CHANGED = "changed"
