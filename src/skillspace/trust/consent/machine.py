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


class HolderState(StrEnum):
    """Where an organisation stands that held a copy when a grant ended: told, bound by law to keep, or rid of it."""

    TOLD = "told"
    KEEPING = "keeping"
    DELETED = "deleted"


HOLDER = Lifecycle[HolderState](
    name="holder",
    start=frozenset({HolderState.TOLD}),
    moves={
        (HolderState.TOLD, "remind", CLOCK): HolderState.TOLD,
        (HolderState.TOLD, "keep", RECIPIENT): HolderState.KEEPING,
        (HolderState.TOLD, "delete", RECIPIENT): HolderState.DELETED,
        (HolderState.KEEPING, "remind", CLOCK): HolderState.KEEPING,
        (HolderState.KEEPING, "keep", RECIPIENT): HolderState.KEEPING,
        (HolderState.KEEPING, "delete", RECIPIENT): HolderState.DELETED,
    },
)

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
