"""The words of careers: a move and what speaks for it, what an official table says, what people are paid."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import StrEnum

from skillspace.kernel.errors import BadInput
from skillspace.skills.careers.interests import InterestsOf
from skillspace.skills.matching.model import Close, Have, Missing


class Signal(StrEnum):
    """What may speak for a move, each as a number from 0 to 1.

    SKILLS: the share of what the occupation needs that is held, skills and the groups they sit in, rare ones counting
    more. MEANING: how near the name and description lie to those of the occupation one has. FIELD: the share of the
    classification's groups that both stand in. INTERESTS: the cosine of the two interest profiles. OFFICIAL: a
    published table lists the move. DEMAND: openings on a logarithmic scale, 1 for ten thousand. PAY: how much
    more it pays, 1 for twice as much; less and unknown pay are 0.
    """

    SKILLS = "skills"
    MEANING = "meaning"
    FIELD = "field"
    INTERESTS = "interests"
    OFFICIAL = "official"
    DEMAND = "demand"
    PAY = "pay"


@dataclass(frozen=True, kw_only=True, slots=True)
class MoveWeights:
    """What each signal weighs in log-odds, fitted as docs/careers.md tells; ``base`` is where nothing speaks for it.

    A move's score is the weighed sum over the most it could be for this person: signals that nothing is known of (no
    occupation yet, no demand asked for) are left out of both. ``demand``, ``pay`` and ``told`` (interests somebody
    told of, where a path ends) are wishes, not likeness: they were not fitted, and never count into the effort of a
    path. Raises BadInput for a weight that is no number of zero or more.
    """

    skills: float = 3.18
    meaning: float = 5.2
    field: float = 1.06
    interests: float = 1.46
    official: float = 0.55
    demand: float = 7.46
    pay: float = 0.0
    told: float = 5.0
    base: float = -6.12

    def __post_init__(self) -> None:
        for entry in fields(self):
            number = getattr(self, entry.name)
            if not math.isfinite(number) or (number < 0 and entry.name != "base"):
                raise BadInput(f"The weight of {entry.name} is {number}; it must be a number of zero or more.")

    @property
    def likeness(self) -> float:
        """The most that all signals but wishes can add."""
        return self.skills + self.meaning + self.field + self.interests + self.official

    def of(self, signal: Signal) -> float:
        """Return the weight of one signal."""
        return float(getattr(self, signal.value))


class Nearness(StrEnum):
    """What kind of move a published table calls it.

    NEAR: one can step in at once or nearly so (ROME lists such moves only; JobTech: 75 percent; O*NET: one of the ten
    primary ones). FARTHER: with some learning (JobTech: 25 percent; O*NET: a supplemental one).
    """

    NEAR = "near"
    FARTHER = "farther"


@dataclass(frozen=True, kw_only=True, slots=True)
class Official:
    """A published table lists the move. ``place`` is its own mark: a rank, or JobTech's 100 less the percentage."""

    table: str
    kind: Nearness
    place: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Pay:
    """What people in an occupation are paid, before tax, as one source says it; ``year`` is None where it says none.

    ``via`` is the concept that carries the figures, ``basis`` what low, middle and high are in its source's words.
    """

    currency: str
    per: str
    year: int | None
    low: int
    middle: int | None
    high: int
    basis: str
    via: str

    @property
    def typical(self) -> float:
        """The middle, or halfway between low and high where the source has none."""
        return float(self.middle) if self.middle is not None else (self.low + self.high) / 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One signal of a move: its value from 0 to 1 (None: not known of this occupation), its weight, what it adds.

    The contributions of a move add up to its score.
    """

    signal: Signal
    value: float | None
    weight: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class Move:
    """One occupation within reach, with everything that speaks for it and what is still to be learned.

    ``coverage``, ``have``, ``close`` and ``missing`` are those of matching. ``official`` names the published tables
    that list it, ``demand`` is what was counted (None where nothing was), ``pay`` what its own source says, and
    ``pay_change`` by how much it differs from the present occupation's pay in the same source (.1: a tenth more).
    ``interests`` is what the occupation is for, with how that is known.
    """

    occupation: str
    score: float
    coverage: float
    have: tuple[Have, ...]
    close: tuple[Close, ...]
    missing: tuple[Missing, ...]
    reasons: tuple[Reason, ...]
    official: tuple[Official, ...]
    demand: int | None
    pay: Pay | None
    pay_change: float | None
    interests: InterestsOf | None


@dataclass(frozen=True, kw_only=True)
class Step:
    """One move of a path: where to, how hard, what is learned for it, and who says that people make it.

    ``effort`` is the negative logarithm of the chance that a published table would list the move: 0.7 is one in two,
    3 one in twenty. ``have``, ``close`` and ``learn`` part what the occupation needs; whoever came this far has what
    the steps before needed.
    """

    occupation: str
    effort: float
    coverage: float
    have: tuple[Have, ...]
    close: tuple[Close, ...]
    learn: tuple[Missing, ...]
    official: tuple[Official, ...]


@dataclass(frozen=True, kw_only=True)
class CareerPath:
    """One to three steps, no occupation twice. ``effort`` is their sum, ``worth`` what the wishes add to its end.

    ``is_assumed``: nothing was known of the person's skills, so they were taken to have all their occupation needs.
    """

    steps: tuple[Step, ...]
    effort: float
    worth: float
    is_assumed: bool
