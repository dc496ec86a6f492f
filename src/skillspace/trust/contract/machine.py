"""The lives of a contract, of one member's participation in it, and of an offering that two of them negotiate."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import EITHER, Lifecycle

ORCHESTRATOR, MEMBER, CLOCK = "orchestrator", "member", "clock"
#: What follows from the other moves, by nobody's hand.
RULE = "rule"
#: Of an offering: who brought it up, and the one across the table.
OPENER, ANSWERER = "opener", "answerer"


class ContractState(StrEnum):
    """Where a contract stands; only `IN_FORCE` lets anything flow."""

    DRAFT = "draft"
    OPEN = "open"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    EXPIRED = "expired"


_LIVE = (ContractState.OPEN, ContractState.IN_FORCE, ContractState.SUSPENDED)

CONTRACT = Lifecycle[ContractState](
    name="contract",
    start=frozenset({ContractState.DRAFT}),
    moves={
        (ContractState.DRAFT, "publish", ORCHESTRATOR): ContractState.OPEN,
        (ContractState.DRAFT, "terminate", ORCHESTRATOR): ContractState.TERMINATED,
        (ContractState.OPEN, "enter", RULE): ContractState.IN_FORCE,
        (ContractState.IN_FORCE, "empty", RULE): ContractState.OPEN,
        (ContractState.IN_FORCE, "suspend", ORCHESTRATOR): ContractState.SUSPENDED,
        (ContractState.SUSPENDED, "resume", ORCHESTRATOR): ContractState.IN_FORCE,
        **{(state, "revise", ORCHESTRATOR): state for state in _LIVE},
        # Terminating gives notice; the contract ends when the notice is over.
        **{(state, "terminate", ORCHESTRATOR): state for state in _LIVE},
        **{(state, "end", RULE): ContractState.TERMINATED for state in _LIVE},
        **{(state, "expire", CLOCK): ContractState.EXPIRED for state in _LIVE},
    },
)


class SeatState(StrEnum):
    """Where one member's participation in a contract stands."""

    INVITED = "invited"
    REQUESTED = "requested"
    NEGOTIATING = "negotiating"
    AGREED = "agreed"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    LEAVING = "leaving"
    LEFT = "left"
    EXCLUDED = "excluded"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


_TALKING = (SeatState.NEGOTIATING, SeatState.AGREED, SeatState.SIGNED)
_BEFORE = (SeatState.INVITED, SeatState.REQUESTED, *_TALKING)
#: Countersigned, and not yet gone.
SEATED = (SeatState.IN_FORCE, SeatState.SUSPENDED, SeatState.LEAVING)

PARTICIPATION = Lifecycle[SeatState](
    name="participation",
    start=frozenset({SeatState.INVITED, SeatState.REQUESTED}),
    moves={
        (SeatState.INVITED, "accept", MEMBER): SeatState.NEGOTIATING,
        (SeatState.INVITED, "decline", MEMBER): SeatState.REJECTED,
        (SeatState.INVITED, "withdraw", ORCHESTRATOR): SeatState.WITHDRAWN,
        (SeatState.REQUESTED, "admit", ORCHESTRATOR): SeatState.NEGOTIATING,
        (SeatState.REQUESTED, "reject", ORCHESTRATOR): SeatState.REJECTED,
        (SeatState.REQUESTED, "withdraw", MEMBER): SeatState.WITHDRAWN,
        (SeatState.NEGOTIATING, "conclude", ORCHESTRATOR): SeatState.AGREED,
        (SeatState.AGREED, "reopen", RULE): SeatState.NEGOTIATING,
        (SeatState.AGREED, "sign", MEMBER): SeatState.SIGNED,
        # The terms changed between signature and countersignature.
        (SeatState.SIGNED, "reopen", RULE): SeatState.AGREED,
        (SeatState.SIGNED, "countersign", ORCHESTRATOR): SeatState.IN_FORCE,
        **{(state, "withdraw", MEMBER): SeatState.WITHDRAWN for state in _TALKING},
        **{(state, "reject", ORCHESTRATOR): SeatState.REJECTED for state in _TALKING},
        # Signing again: a new version, or other offerings.
        **{(state, "sign", MEMBER): state for state in SEATED},
        **{(state, "countersign", ORCHESTRATOR): state for state in SEATED},
        (SeatState.IN_FORCE, "suspend", ORCHESTRATOR): SeatState.SUSPENDED,
        (SeatState.SUSPENDED, "suspend", ORCHESTRATOR): SeatState.SUSPENDED,
        (SeatState.LEAVING, "suspend", ORCHESTRATOR): SeatState.LEAVING,
        (SeatState.IN_FORCE, "lapse", CLOCK): SeatState.SUSPENDED,
        (SeatState.SUSPENDED, "lapse", CLOCK): SeatState.SUSPENDED,
        (SeatState.LEAVING, "lapse", CLOCK): SeatState.LEAVING,
        # Resuming takes one cause away; with the last one the suspension is lifted.
        (SeatState.SUSPENDED, "resume", ORCHESTRATOR): SeatState.SUSPENDED,
        (SeatState.LEAVING, "resume", ORCHESTRATOR): SeatState.LEAVING,
        (SeatState.SUSPENDED, "lift", RULE): SeatState.IN_FORCE,
        (SeatState.IN_FORCE, "leave", MEMBER): SeatState.LEAVING,
        (SeatState.SUSPENDED, "leave", MEMBER): SeatState.LEAVING,
        **{(state, "leave_by_law", MEMBER): SeatState.LEFT for state in SEATED},
        (SeatState.LEAVING, "release", ORCHESTRATOR): SeatState.LEFT,
        (SeatState.LEAVING, "depart", CLOCK): SeatState.LEFT,
        **{(state, "exclude", ORCHESTRATOR): SeatState.EXCLUDED for state in SEATED},
        # The contract is over.
        **{(state, "close", RULE): SeatState.LEFT for state in SEATED},
        **{(state, "close", RULE): SeatState.WITHDRAWN for state in _BEFORE},
    },
)


class OfferState(StrEnum):
    """Whose word was the last about an offering: the opener's (proposed) or the answerer's (countered)."""

    PROPOSED = "proposed"
    COUNTERED = "countered"
    AGREED = "agreed"
    DROPPED = "dropped"


OFFER = Lifecycle[OfferState](
    name="offering",
    start=frozenset({OfferState.PROPOSED}),
    moves={
        (OfferState.PROPOSED, "counter", ANSWERER): OfferState.COUNTERED,
        (OfferState.PROPOSED, "agree", ANSWERER): OfferState.AGREED,
        (OfferState.COUNTERED, "counter", OPENER): OfferState.PROPOSED,
        (OfferState.COUNTERED, "agree", OPENER): OfferState.AGREED,
        (OfferState.AGREED, "counter", OPENER): OfferState.PROPOSED,
        (OfferState.AGREED, "counter", ANSWERER): OfferState.COUNTERED,
        (OfferState.PROPOSED, "drop", EITHER): OfferState.DROPPED,
        (OfferState.COUNTERED, "drop", EITHER): OfferState.DROPPED,
        (OfferState.AGREED, "drop", EITHER): OfferState.DROPPED,
    },
)
