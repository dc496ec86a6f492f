"""The lives of a rights case, of its part at one organisation, and of the package that comes back, as tables."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

PERSON, ORGANISATION, INTERMEDIARY, CLOCK = "person", "organisation", "intermediary", "clock"


class CaseState(StrEnum):
    """Where a case stands as a whole."""

    OPEN = "open"
    PARTLY = "answered in part"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class PartState(StrEnum):
    """Where one organisation's part of a case stands; both sides keep it, in the same words.

    `DOUBTED`: the organisation doubts who asks, and waits for the person (Art. 12(6)). `LIFTED`: what an answer had
    stopped goes on (Art. 18(3)).
    """

    SENT = "sent"
    RECEIVED = "received"
    IN_WORK = "in work"
    EXTENDED = "extended"
    DOUBTED = "doubted"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LIFTED = "lifted"


class PackageState(StrEnum):
    """Where the data of an answer are, seen from the intermediary."""

    NONE = "none"
    WAITING = "waiting"
    HERE = "here"
    LOST = "lost"
    CLEARED = "cleared"


CASE = Lifecycle[CaseState](
    name="rights case",
    start=frozenset({CaseState.OPEN}),
    moves={
        (CaseState.OPEN, "answer", ORGANISATION): CaseState.PARTLY,
        (CaseState.PARTLY, "answer", ORGANISATION): CaseState.PARTLY,
        (CaseState.PARTLY, "close", INTERMEDIARY): CaseState.CLOSED,
        (CaseState.OPEN, "withdraw", PERSON): CaseState.WITHDRAWN,
        (CaseState.PARTLY, "withdraw", PERSON): CaseState.WITHDRAWN,
    },
)

PART = Lifecycle[PartState](
    name="part of a rights case",
    start=frozenset({PartState.SENT}),
    moves={
        (PartState.SENT, "receive", ORGANISATION): PartState.RECEIVED,
        (PartState.RECEIVED, "take", ORGANISATION): PartState.IN_WORK,
        (PartState.RECEIVED, "answer", ORGANISATION): PartState.ANSWERED,
        (PartState.IN_WORK, "answer", ORGANISATION): PartState.ANSWERED,
        (PartState.EXTENDED, "answer", ORGANISATION): PartState.ANSWERED,
        (PartState.RECEIVED, "extend", ORGANISATION): PartState.EXTENDED,
        (PartState.IN_WORK, "extend", ORGANISATION): PartState.EXTENDED,
        (PartState.RECEIVED, "doubt", ORGANISATION): PartState.DOUBTED,
        (PartState.IN_WORK, "doubt", ORGANISATION): PartState.DOUBTED,
        (PartState.DOUBTED, "supply", PERSON): PartState.IN_WORK,
        (PartState.RECEIVED, "refuse", ORGANISATION): PartState.REFUSED,
        (PartState.IN_WORK, "refuse", ORGANISATION): PartState.REFUSED,
        (PartState.EXTENDED, "refuse", ORGANISATION): PartState.REFUSED,
        (PartState.DOUBTED, "refuse", ORGANISATION): PartState.REFUSED,
        (PartState.ANSWERED, "lift", PERSON): PartState.LIFTED,
        (PartState.ANSWERED, "lift", ORGANISATION): PartState.LIFTED,
        (PartState.SENT, "withdraw", PERSON): PartState.WITHDRAWN,
        (PartState.RECEIVED, "withdraw", PERSON): PartState.WITHDRAWN,
        (PartState.IN_WORK, "withdraw", PERSON): PartState.WITHDRAWN,
        (PartState.EXTENDED, "withdraw", PERSON): PartState.WITHDRAWN,
        (PartState.DOUBTED, "withdraw", PERSON): PartState.WITHDRAWN,
    },
)

PACKAGE = Lifecycle[PackageState](
    name="package of an answer",
    start=frozenset({PackageState.NONE}),
    moves={
        (PackageState.NONE, "announce", ORGANISATION): PackageState.WAITING,
        (PackageState.WAITING, "collect", INTERMEDIARY): PackageState.HERE,
        (PackageState.WAITING, "lose", ORGANISATION): PackageState.LOST,
        (PackageState.HERE, "clear", CLOCK): PackageState.CLEARED,
    },
)

#: Nothing is owed any more.
DONE = frozenset({PartState.ANSWERED, PartState.REFUSED, PartState.WITHDRAWN, PartState.LIFTED})
