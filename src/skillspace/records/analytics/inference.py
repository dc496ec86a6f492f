"""An inference: what follows from statements by a rule, with everything somebody needs to check it or to deny it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import blake2b

from skillspace.records.analytics.deeds import Thing


class Family(StrEnum):
    """What an inference is about."""

    PROGRESS = "progress"
    TIME = "time"
    MASTERY = "mastery"
    SIGN = "sign"


class Basis(StrEnum):
    """How an inference comes to be: what decides how far it can be believed."""

    REPORTED = "reported"  # a count of what tools said
    ESTIMATED = "estimated"  # partly measured by us, from the times of statements
    MODELLED = "modelled"  # a chance by a model
    DECLARED = "declared"  # a rule that somebody set


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line beneath an inference: an activity of a course, or a week (its Monday), with numbers by name."""

    about: Thing | None = None
    day: date | None = None
    numbers: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Inference:
    """What a rule says of one person now.

    `key` names rule and subject, and stays the same as statements are added: a denial is of the key. `numbers` say
    what was found, each by its name; `statements` are the ids (small letters, oldest first) that it rests on,
    `computed` when, and `confidence` from 0 to 1 how sure it is for its `basis`.
    """

    key: str
    rule: str
    version: str
    family: Family
    basis: Basis
    about: Thing | None
    numbers: Mapping[str, float]
    confidence: float
    statements: tuple[str, ...] = field(repr=False)
    computed: datetime
    rows: tuple[Row, ...] = field(default=(), repr=False)


def key_of(rule: str, subject: str = "") -> str:
    """Return the key of what a rule says about a subject: short, and the same wherever it is computed."""
    return f"{rule}:{blake2b(subject.encode('utf-8', 'surrogatepass'), digest_size=8).hexdigest()}" if subject else rule
