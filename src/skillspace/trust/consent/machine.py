"""The life of a grant: asked by who wants to see, answered by the person alone, ended by the person or by time."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

PERSON, RECIPIENT, CLOCK, INTERMEDIARY = "person", "recipient", "clock", "intermediary"


class GrantState(StrEnum):
    """Where a grant stands; only `GRANTED` opens data."""

    DRAFT = "draft"
    PENDING = "pending"
    GRANTED = "granted"
    REFUSED = "refused"
    REVOKED = "revoked"
    EXPIRED = "expired"
    TERMINATED = "terminated"


GRANT = Lifecycle[GrantState](
    name="consent",
    start=frozenset({GrantState.DRAFT}),
    moves={
        (GrantState.DRAFT, "ask", RECIPIENT): GrantState.PENDING,
        (GrantState.PENDING, "grant", PERSON): GrantState.GRANTED,
        (GrantState.PENDING, "refuse", PERSON): GrantState.REFUSED,
        (GrantState.PENDING, "expire", CLOCK): GrantState.EXPIRED,
        (GrantState.PENDING, "terminate", INTERMEDIARY): GrantState.TERMINATED,
        (GrantState.GRANTED, "revoke", PERSON): GrantState.REVOKED,
        (GrantState.GRANTED, "expire", CLOCK): GrantState.EXPIRED,
        (GrantState.GRANTED, "terminate", INTERMEDIARY): GrantState.TERMINATED,
    },
)
