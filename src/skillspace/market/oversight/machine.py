"""Where a person stands for one vacancy, as a table: as matching says, moved up by somebody here, or set aside."""

from __future__ import annotations

from enum import StrEnum

from skillspace.kernel.lifecycle import Lifecycle

STAFF = "staff"


class Standing(StrEnum):
    """What counts for one person and one vacancy: matching's order, or what a human said instead."""

    MATCHED = "as matched"
    UP = "moved up"
    ASIDE = "set aside"


STANDING = Lifecycle[Standing](
    name="standing for a vacancy",
    start=frozenset({Standing.MATCHED}),
    moves={
        (Standing.MATCHED, "up", STAFF): Standing.UP,
        (Standing.MATCHED, "aside", STAFF): Standing.ASIDE,
        (Standing.UP, "aside", STAFF): Standing.ASIDE,
        (Standing.UP, "back", STAFF): Standing.MATCHED,
        (Standing.ASIDE, "up", STAFF): Standing.UP,
        (Standing.ASIDE, "back", STAFF): Standing.MATCHED,
    },
)


class Why(StrEnum):
    """The reasons to choose from; each comes with words."""

    KNOWN = "known"  # something the profile does not show
    MISTAKEN = "mistaken"  # the match rests on a mistake
    CONDITION = "condition"  # a condition of the vacancy decides
    APPEAL = "appeal"  # the person asked that somebody looks again
    OTHER = "other"
