"""The life of a preference: put into words, made to count by the person alone, paused, and over for good."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

PERSON, AGENT, CLOCK = "person", "agent", "clock"


class PreferenceState(StrEnum):
    """Where a preference stands; only `ACTIVE` decides anything."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


_S = PreferenceState

#: The agent may only stop deciding; nobody but the person lets it begin or go on.
PREFERENCE = Lifecycle[PreferenceState](
    name="preference",
    start=frozenset({_S.PROPOSED}),
    moves={
        (_S.PROPOSED, "activate", PERSON): _S.ACTIVE,
        (_S.PROPOSED, "end", PERSON): _S.ENDED,
        (_S.PROPOSED, "expire", CLOCK): _S.ENDED,
        (_S.ACTIVE, "pause", PERSON): _S.PAUSED,
        (_S.ACTIVE, "pause", AGENT): _S.PAUSED,
        (_S.ACTIVE, "end", PERSON): _S.ENDED,
        (_S.ACTIVE, "expire", CLOCK): _S.ENDED,
        (_S.PAUSED, "resume", PERSON): _S.ACTIVE,
        (_S.PAUSED, "end", PERSON): _S.ENDED,
        (_S.PAUSED, "expire", CLOCK): _S.ENDED,
    },
)
