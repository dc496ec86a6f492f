"""The life of a request for a presentation, at the verifier (OpenID4VP 1.0)."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

VERIFIER, WALLET, CLOCK = "verifier", "wallet", "clock"


class RequestState(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    ANSWERED = "answered"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    FORGOTTEN = "forgotten"


#: Answered once, and never again; what was shown is forgotten after its time.
REQUEST = Lifecycle[RequestState](
    name="presentation request",
    start=frozenset({RequestState.ASKED}),
    moves={
        (RequestState.ASKED, "answer", WALLET): RequestState.ANSWERED,
        (RequestState.ASKED, "decline", WALLET): RequestState.DECLINED,
        (RequestState.ASKED, "withdraw", VERIFIER): RequestState.WITHDRAWN,
        (RequestState.ASKED, "expire", CLOCK): RequestState.EXPIRED,
        (RequestState.ANSWERED, "forget", VERIFIER): RequestState.FORGOTTEN,
        (RequestState.ANSWERED, "forget", CLOCK): RequestState.FORGOTTEN,
    },
)
