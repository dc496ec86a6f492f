"""The life of a membership: applied for, admitted by the authority, and ended by either side."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

AUTHORITY, MEMBER = "authority", "member"


class MemberState(StrEnum):
    """Where an organisation stands with the authority."""

    REQUESTED = "requested"
    ADMITTED = "admitted"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    LEFT = "left"


MEMBERSHIP = Lifecycle[MemberState](
    name="membership",
    start=frozenset({MemberState.REQUESTED}),
    moves={
        (MemberState.REQUESTED, "admit", AUTHORITY): MemberState.ADMITTED,
        (MemberState.REQUESTED, "refuse", AUTHORITY): MemberState.REFUSED,
        (MemberState.REFUSED, "apply", MEMBER): MemberState.REQUESTED,
        (MemberState.ADMITTED, "suspend", AUTHORITY): MemberState.SUSPENDED,
        (MemberState.SUSPENDED, "admit", AUTHORITY): MemberState.ADMITTED,
        (MemberState.LEFT, "apply", MEMBER): MemberState.REQUESTED,
        (MemberState.ADMITTED, "leave", MEMBER): MemberState.LEFT,
        (MemberState.SUSPENDED, "leave", MEMBER): MemberState.LEFT,
    },
)
