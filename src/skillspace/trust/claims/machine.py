"""The two lives of a credential request: on the holder's side, and on the issuer's (DCP 1.0 §6.4 and §6.8)."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

HOLDER, ISSUER = "holder", "issuer"


class RequestState(StrEnum):
    """Where our own request for credentials stands."""

    MADE = "made"
    SENT = "sent"
    ISSUED = "issued"
    REJECTED = "rejected"


#: An issuer delivers at least once and may issue anew under the same request, so a delivery never ends it.
REQUEST = Lifecycle[RequestState](
    name="credential request",
    start=frozenset({RequestState.MADE}),
    moves={
        (RequestState.MADE, "send", HOLDER): RequestState.SENT,
        # The credentials may overtake the answer to the request.
        (RequestState.MADE, "issue", ISSUER): RequestState.ISSUED,
        (RequestState.SENT, "issue", ISSUER): RequestState.ISSUED,
        (RequestState.ISSUED, "issue", ISSUER): RequestState.ISSUED,
        (RequestState.ISSUED, "send", HOLDER): RequestState.ISSUED,
        (RequestState.MADE, "reject", ISSUER): RequestState.REJECTED,
        (RequestState.SENT, "reject", ISSUER): RequestState.REJECTED,
    },
)


class IssuanceState(StrEnum):
    """The status an issuer tells of a request, in DCP's own words (§6.8.1)."""

    RECEIVED = "RECEIVED"
    ISSUED = "ISSUED"
    REJECTED = "REJECTED"


ISSUANCE = Lifecycle[IssuanceState](
    name="credential issuance",
    start=frozenset({IssuanceState.RECEIVED}),
    moves={
        (IssuanceState.RECEIVED, "issue", ISSUER): IssuanceState.ISSUED,
        (IssuanceState.RECEIVED, "reject", ISSUER): IssuanceState.REJECTED,
    },
)
