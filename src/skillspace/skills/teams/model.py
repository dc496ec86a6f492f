"""The words of teams: an org chart of units and roles with what they need, the people of a team, and what is told."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import Closeness, PersonSkill
from skillspace.skills.taxonomy import Need

MEETS = 0.5
"""Somebody covers a need by the skill itself or by what brings at least half of it: a special case of it does."""

MOST_HEADS = 1_000
MOST_SEATS = 5_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What a role needs: a concept of any taxonomy, and the level (1 to 8 on EQF's scale) if one is asked for."""

    concept: str
    level: int | None = None
    need: Need = Need.ESSENTIAL
    weight: float = 1.0

    def __post_init__(self) -> None:
        if self.level is not None and not 1 <= self.level <= 8:
            raise BadInput(f"The level asked for of {self.concept} is {self.level}; levels run from 1 to 8.")
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise BadInput(f"The need {self.concept} weighs {self.weight}; give a positive number.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A part of the organisation, and the one it is part of."""

    id: str
    part_of: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A role, how many people it takes, and what each of them needs; concepts differ."""

    id: str
    unit: str | None = None
    heads: int = 1
    needs: tuple[Wanted, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.heads <= MOST_HEADS:
            raise BadInput(f"The role {self.id} takes {self.heads} people; give 1 to {MOST_HEADS}.")
        if not self.needs:
            raise BadInput(f"The role {self.id} needs nothing; give it at least one skill.")
        if twice := [uri for uri, times in Counter(one.concept for one in self.needs).items() if times > 1]:
            raise BadInput(f"The role {self.id} needs {twice[0]} twice; give it one line.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """An org chart. Raises BadInput for two roles or units of one name, an unknown unit, and one that is part of
    itself."""

    units: tuple[Unit, ...] = ()
    roles: tuple[Role, ...]

    def __post_init__(self) -> None:
        if not self.roles:
            raise BadInput("The chart has no role.")
        for what, names in (("role", [one.id for one in self.roles]), ("unit", [one.id for one in self.units])):
            if twice := [name for name, times in Counter(names).items() if times > 1]:
                raise BadInput(f"Two {what}s are called {twice[0]}; names must differ.")
        parents = {one.id: one.part_of for one in self.units}
        for unit in [*(one.unit for one in self.roles), *parents.values()]:
            if unit is not None and unit not in parents:
                raise BadInput(f"There is no unit called {unit}.")
        _check_no_ring(parents)
        if self.seats > MOST_SEATS:
            raise BadInput(f"The chart takes {self.seats:,} people; at most {MOST_SEATS:,} are looked at.")

    @property
    def seats(self) -> int:
        """How many people all roles take."""
        return sum(role.heads for role in self.roles)

    def within(self, unit: str) -> Chart:
        """Return the roles of one unit and of all its parts. Raises BadInput where it has none."""
        inside, before = {unit}, set[str]()
        while inside != before:
            before = set(inside)
            inside |= {one.id for one in self.units if one.part_of in inside}
        roles = tuple(role for role in self.roles if role.unit in inside)
        if not roles:
            raise BadInput(f"No role of the chart is in a unit called {unit[:100]!r}.")
        return Chart(units=self.units, roles=roles)


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody of a team: a name of the caller's, which may well be a pseudonym, and what they show."""

    id: str
    skills: tuple[PersonSkill, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """What one person brings to one need (``credit``, above 0 up to 1) and by which held skill.

    ``path`` is None where it is the skill itself; a level below the one asked for lowers the credit.
    """

    member: str
    by: str
    path: Closeness | None
    credit: float
    validation: int

    @property
    def is_enough(self) -> bool:
        """Whether the person covers the need."""
        return self.credit >= MEETS


@dataclass(frozen=True, kw_only=True, slots=True)
class NeedCovered:
    """How far a team meets one need of a role: ``weight`` is its share of the role, ``met`` the mean of what as many
    people as the role takes bring, the best of them; ``covers`` all who bring anything, the best first."""

    concept: str
    level: int | None
    need: Need
    weight: float
    met: float
    covers: tuple[Cover, ...]

    @property
    def depth(self) -> int:
        """How many people cover the need."""
        return sum(cover.is_enough for cover in self.covers)

    @property
    def rests_on(self) -> str | None:
        """The one person who covers the need, if it is only one: a single point of failure."""
        return next(cover.member for cover in self.covers if cover.is_enough) if self.depth == 1 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleCovered:
    """How far a team covers a role (0 to 1); its needs heaviest first."""

    role: str
    coverage: float
    needs: tuple[NeedCovered, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lack:
    """What a team lacks of a concept in all its roles: ``weight`` is the share of the whole chart that is unmet."""

    concept: str
    weight: float
    roles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamCovered:
    """How far a team covers its chart (0 to 1, roles weighed by the people they take), and what it lacks."""

    coverage: float
    roles: tuple[RoleCovered, ...]
    lacks: tuple[Lack, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One need as one person meets it; ``cover`` is None where nothing they hold comes close."""

    concept: str
    level: int | None
    need: Need
    weight: float
    cover: Cover | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fit:
    """How far one person meets one role (0 to 1), need by need, the heaviest first."""

    member: str
    role: str
    coverage: float
    parts: tuple[Part, ...]

    @property
    def lacking(self) -> tuple[Part, ...]:
        """The needs that the person does not cover."""
        return tuple(part for part in self.parts if part.cover is None or not part.cover.is_enough)


@dataclass(frozen=True, kw_only=True, slots=True)
class Seating:
    """Who is best put where: no other way to fill the seats adds up to more. ``open`` counts empty seats by role,
    ``unseated`` are those for whom no seat is left or none that they meet anything of."""

    seats: tuple[Fit, ...]
    open: Mapping[str, int]
    unseated: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """A role somebody could grow into, and the courses that close most of what lies between, with what each adds."""

    fit: Fit
    courses: tuple[tuple[str, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """One course of a team's plan, for one person: needs it closes or brings nearer, and the team's coverage then."""

    training_id: str
    member: str
    is_own: bool
    brings: tuple[str, ...]
    coverage: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Learning:
    """Courses that together close most of what a team lacks; ``is_best`` where it is proven that none close more."""

    before: float
    lessons: tuple[Lesson, ...]
    after: float
    is_best: bool


def _check_no_ring(parents: Mapping[str, str | None]) -> None:
    whole: set[str] = set()
    for start in parents:
        seen: dict[str, None] = {}
        name: str | None = start
        while name is not None and name not in whole:
            if name in seen:
                raise BadInput(f"The unit {name} is part of itself, by {' → '.join([*seen, name][:6])}.")
            seen[name] = None
            name = parents[name]
        whole |= seen.keys()
