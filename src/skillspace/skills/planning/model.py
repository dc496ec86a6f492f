"""The words of planning: trainings with their dates and prices, what bounds a person, and the plan that comes of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from skillspace.kernel.errors import BadInput

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


class Bound(StrEnum):
    """What can keep a training out of a plan; the last four are facts that a bound asks for and nobody states."""

    LANGUAGES = "languages"
    EARLIEST = "earliest"
    LATEST = "latest"
    BUDGET = "budget"
    HOURS = "hours"
    HOURS_A_WEEK = "hours-a-week"
    DISTANCE = "distance"
    PREREQUISITES = "prerequisites"
    UNKNOWN_PRICE = "unknown-price"
    UNKNOWN_HOURS = "unknown-hours"
    UNKNOWN_DATES = "unknown-dates"
    UNKNOWN_DISTANCE = "unknown-distance"


UNKNOWNS = frozenset({Bound.UNKNOWN_PRICE, Bound.UNKNOWN_HOURS, Bound.UNKNOWN_DATES, Bound.UNKNOWN_DISTANCE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Ability:
    """A concept, and the level at which it is taught, demanded or held: a rank, on one scale for all of a catalogue.

    The European Qualifications Framework's 1 to 8 is such a scale. None where nobody says, which hinders nothing.
    """

    uri: str
    level: int | None = None

    def __post_init__(self) -> None:
        if self.level is not None and self.level < 1:
            raise BadInput(f"The level of {self.uri} is {self.level}; levels are ranks from 1 upwards.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One time a training is held, first and last day included; without both days its dates count as unknown.

    ``place`` is a code the caller knows distances to, ``at`` a position; an online session is no distance away.
    """

    starts: date | None = None
    ends: date | None = None
    place: str | None = None
    at: Point | None = None
    is_online: bool = False

    def __post_init__(self) -> None:
        if self.starts and self.ends and self.ends < self.starts:
            raise BadInput(f"A session ends on {self.ends}, before it starts on {self.starts}; correct its dates.")
        if self.at is not None:
            _check_point(self.at, "A session")


@dataclass(frozen=True, kw_only=True, slots=True)
class Training:
    """What can be learnt, at which price, with how many hours of work in all, and when.

    ``demands`` must be held, or taught by a session that has ended, before one of this training starts. An empty
    ``languages`` is open to all; no session at all is one of which nothing is known.
    """

    id: str
    teaches: tuple[Ability, ...]
    price: Decimal | None = None
    currency: str = "EUR"
    hours: float | None = None
    sessions: tuple[Session, ...] = ()
    demands: tuple[Ability, ...] = ()
    languages: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        _check_amount(self.price, f"The price of the training {self.id}")
        _check_amount(self.hours, f"The training {self.id}: its number of hours")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """What a person can give; None bounds nothing, an empty ``languages`` neither.

    ``budget`` is in ``currency``, and prices in another one count as unknown. ``hours`` are those of all trainings,
    ``hours_a_week`` those of each calendar week. ``km`` is how far away a session may be: the great circle from
    ``home`` where both have a position, else what ``distances`` says of its place code. ``allows`` lists what may stay
    unknown although a bound looks at it. Raises BadInput where no plan could ever fit.
    """

    earliest: date
    latest: date | None = None
    budget: Decimal | None = None
    currency: str = "EUR"
    hours: float | None = None
    hours_a_week: float | None = None
    km: float | None = None
    home: Point | None = None
    distances: Mapping[str, float] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()
    allows: frozenset[Bound] = frozenset()

    def __post_init__(self) -> None:
        if self.latest is not None and self.latest < self.earliest:
            raise BadInput(f"The plan should end by {self.latest} and start no sooner than {self.earliest}; swap them.")
        _check_amount(self.budget, "The budget")
        _check_amount(self.hours, "The number of hours in all")
        _check_amount(self.hours_a_week, "The number of hours a week")
        _check_amount(self.km, "The distance")
        for place, distance in self.distances.items():
            _check_amount(distance, f"The distance to {place}")
        if self.home is not None:
            _check_point(self.home, "Home")
        if wrong := sorted(self.allows - UNKNOWNS):
            raise BadInput(f"{wrong[0]} cannot be left unknown; leave out that bound instead.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Nearer:
    """A need that a step brings nearer without closing it: the parts met before and after it, from 0 to 1."""

    need_uri: str
    before: float
    after: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One training of a plan in the session chosen, what it adds to the steps before it, and the coverage then."""

    training_id: str
    session: Session
    price: Decimal | None
    hours: float | None
    km: float | None
    closes: tuple[str, ...]
    nearer: tuple[Nearer, ...]
    coverage: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A bound that a training breaks beside the rest of a plan, and what the bound would have to be: money, hours,
    hours a week, kilometres or a day; None where it is no number."""

    bound: Bound
    takes: Decimal | float | date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """A need that a plan leaves open: the part met (0 to 1), and the training that comes nearest to fitting.

    No training: none in the catalogue teaches more of it. No breaks: one fits, and adds too little for what it takes.
    """

    need_uri: str
    weight: float
    met: float
    training_id: str | None
    breaks: tuple[Break, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Trainings in the order of their dates, those without dates last, and what they come to.

    ``cost``, ``hours`` and ``km`` (there, once for each step) add up what is known; ``unknown`` lists the steps of
    which something is not, with what.
    """

    steps: tuple[Step, ...]
    coverage: float
    cost: Decimal
    hours: float
    km: float
    ends: date | None
    unknown: tuple[tuple[str, Bound], ...]
    open: tuple[Open, ...]


class Kind(StrEnum):
    """What a plan is the best in."""

    MOST_COVERED = "most-covered"
    CHEAPEST = "cheapest"
    FASTEST = "fastest"
    NEAREST = "nearest"
    FEWEST = "fewest"


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """How sure it is that nothing better exists.

    ``is_best``: the solver proved it for the trainings ``considered``, of all that ``fit`` and help. ``gap`` is by
    how much more of the target a plan of those could at most cover; 0 when proved.
    """

    is_best: bool
    gap: float
    considered: int
    fit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One plan, and what it is the best in."""

    kinds: tuple[Kind, ...]
    plan: Plan
    proof: Proof


@dataclass(frozen=True, kw_only=True, slots=True)
class Planning:
    """Plans to choose from, the one that covers most first; none is as good as another in everything and better in
    something. ``reachable`` is the coverage if everything within the bounds could be done: no plan passes it."""

    before: float
    reachable: float
    choices: tuple[Choice, ...]

    @property
    def best(self) -> Plan:
        """The plan that covers most."""
        return self.choices[0].plan


def _check_amount(amount: Decimal | float | None, what: str) -> None:
    if amount is not None and not (math.isfinite(amount) and amount >= 0):
        raise BadInput(f"{what} is {amount}; it must be zero or more.")


def _check_point(point: Point, what: str) -> None:
    latitude, longitude = point
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise BadInput(f"{what} lies at {point}; give latitude (-90 to 90) and longitude (-180 to 180).")
