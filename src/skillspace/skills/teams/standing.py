"""Where a team stands: what every person brings to every need of a chart, once, with the skill that brings it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import Closeness, PersonSkill, Proximity, Weights
from skillspace.skills.matching.needs import WeighedNeeds
from skillspace.skills.matching.proximity import PATHS
from skillspace.skills.ranking.policy import USUAL, Policy
from skillspace.skills.taxonomy import Need, Taxonomies
from skillspace.skills.teams.model import (
    MEETS,
    Chart,
    Cover,
    Fit,
    Lack,
    Member,
    NeedCovered,
    Part,
    Role,
    RoleCovered,
    TeamCovered,
)

Credits = NDArray[np.float64]
Asked = tuple[str, int | None]
"""A concept, and the level asked for."""

EQF_STEPS = 7
"""From the lowest level of EQF to the highest."""


class Standing:
    """A team held against a chart. Read-only; equal questions get equal answers, whatever the order of people.

    ``credits`` (people, distinct needs) is what each person brings, 0 to 1. Of a role that takes several people, a need
    is met by the mean of the best so many; so one more skill never lowers a coverage.
    """

    def __init__(self, chart: Chart, members: Sequence[Member], proximity: Proximity, policy: Policy = USUAL) -> None:
        """Raises BadInput for two members of one name."""
        self.chart = chart
        self.policy = policy
        self.members = tuple(sorted(members, key=lambda one: one.id))
        if twice := [one.id for one, other in pairwise(self.members) if one.id == other.id]:
            raise BadInput(f"Two people of the team are called {twice[0][:100]}; names must differ.")
        self.wanted: tuple[Asked, ...] = tuple(
            sorted({(one.concept, one.level) for role in chart.roles for one in role.needs}, key=_by_name)
        )
        self._column = {asked: at for at, asked in enumerate(self.wanted)}
        self._proximity = proximity.including(
            {uri for uri, _ in self.wanted} | {skill.uri for one in self.members for skill in one.skills}
        )
        self._columns = {
            role.id: np.array([self._column[one.concept, one.level] for one in role.needs]) for role in chart.roles
        }
        self.shares = {role.id: self._shares(role) for role in chart.roles}

    @classmethod
    def of(cls, chart: Chart, members: Sequence[Member], taxonomies: Taxonomies, policy: Policy = USUAL) -> Standing:
        """Read what comes close to what from the taxonomies."""
        return cls(chart, members, Proximity.build(taxonomies), policy)

    @cached_property
    def credits(self) -> Credits:
        """What each person brings to each distinct need."""
        found = np.zeros((len(self.members), len(self.wanted)))
        row = {one.id: at for at, one in enumerate(self.members)}
        for column, covers in enumerate(self._covers):
            for name, cover in covers.items():
                found[row[name], column] = cover.credit
        return found

    def columns(self, role: Role) -> NDArray[np.int64]:
        """Return where the needs of a role stand among the distinct ones."""
        return self._columns[role.id]

    def covered(self) -> TeamCovered:
        """Return how far the team covers every role, and what it lacks, heaviest first."""
        roles, lacks = [], dict[str, list[tuple[float, str]]]()
        for role in self.chart.roles:
            met = self.met(role, self.credits)
            needs = [
                NeedCovered(
                    concept=one.concept,
                    level=one.level,
                    need=one.need,
                    weight=round(float(share), 6),
                    met=round(float(part), 6),
                    covers=tuple(self._covers[self._column[one.concept, one.level]].values()),
                )
                for one, share, part in zip(role.needs, self.shares[role.id], met, strict=True)
            ]
            for one, share, part in zip(role.needs, self.shares[role.id], met, strict=True):
                if part < 1 - 1e-9:
                    whole = float(share * (1 - part)) * role.heads / self.chart.seats
                    lacks.setdefault(one.concept, []).append((whole, role.id))
            needs.sort(key=lambda one: (-one.weight, one.concept))
            coverage = round(float(met @ self.shares[role.id]), 6)
            roles.append(RoleCovered(role=role.id, coverage=coverage, needs=tuple(needs)))
        listed = [
            Lack(concept=uri, weight=round(sum(weight for weight, _ in ones), 6), roles=tuple(name for _, name in ones))
            for uri, ones in lacks.items()
        ]
        listed.sort(key=lambda one: (-one.weight, one.concept))
        return TeamCovered(coverage=round(self.coverage(self.credits), 6), roles=tuple(roles), lacks=tuple(listed))

    def coverage(self, credits: Credits) -> float:
        """Return how far people who bring ``credits`` would cover the chart, 0 to 1."""
        parts = [role.heads * float(self.met(role, credits) @ self.shares[role.id]) for role in self.chart.roles]
        return min(sum(parts) / self.chart.seats, 1.0)

    def met(self, role: Role, credits: Credits) -> Credits:
        """Return how far each need of a role is met: the mean of the best so many people as it takes."""
        best = np.sort(credits[:, self._columns[role.id]], axis=0)[::-1][: role.heads]
        found: Credits = best.sum(axis=0) / role.heads
        return found

    def fits(self) -> Credits:
        """Return how far each person alone meets each role: (people, roles)."""
        return np.array(
            [self.credits[:, self._columns[role.id]] @ self.shares[role.id] for role in self.chart.roles]
        ).T.reshape(len(self.members), len(self.chart.roles))

    def lacks_a_must(self) -> NDArray[np.bool_]:
        """Return (people, roles) where somebody comes after others because the policy makes a need a must."""
        found = np.zeros((len(self.members), len(self.chart.roles)), dtype=bool)
        for at, role in enumerate(self.chart.roles if self.policy.is_must else ()):
            musts = self._columns[role.id][[one.need is Need.ESSENTIAL for one in role.needs]]
            found[:, at] = (self.credits[:, musts] < MEETS).any(axis=1)
        return found

    def fit(self, row: int, role: Role) -> Fit:
        """Return how one person meets one role, need by need."""
        name = self.members[row].id
        parts = []
        for one, share in zip(role.needs, self.shares[role.id], strict=True):
            cover = self._covers[self._column[one.concept, one.level]].get(name)
            weight = round(float(share), 6)
            parts.append(Part(concept=one.concept, level=one.level, need=one.need, weight=weight, cover=cover))
        parts.sort(key=lambda part: (-part.weight, part.concept))
        coverage = float(self.credits[row, self._columns[role.id]] @ self.shares[role.id])
        return Fit(member=name, role=role.id, coverage=round(coverage, 6), parts=tuple(parts))

    @cached_property
    def _covers(self) -> tuple[dict[str, Cover], ...]:
        """What each person who brings anything to a need brings, the best first."""
        held: dict[str, list[tuple[str, PersonSkill]]] = {}
        for member in self.members:
            for skill in member.skills:
                held.setdefault(skill.uri, []).append((member.id, skill))
        return tuple(self._covering(asked, held) for asked in self.wanted)

    def _covering(self, asked: Asked, held: dict[str, list[tuple[str, PersonSkill]]]) -> dict[str, Cover]:
        """Return what each person brings to one need; of several skills of theirs, the best one."""
        best: dict[str, tuple[tuple[float, int, int, str], Cover]] = {}
        for uri, path, credit in self._serving(asked[0]):
            for member, skill in held.get(uri, ()):
                kept = credit * _kept(skill.reached, asked[1], self.policy.weights)
                if kept <= 0:
                    continue
                cover = Cover(member=member, by=uri, path=path, credit=round(kept, 6), validation=skill.validation)
                rank = (-cover.credit, path is not None, -skill.validation, uri)
                if member not in best or rank < best[member][0]:
                    best[member] = (rank, cover)
        return {name: best[name][1] for name in sorted(best, key=lambda name: (best[name][0][:3], name))}

    def _serving(self, concept: str) -> Iterator[tuple[str, Closeness | None, float]]:
        """Give the skills that meet a concept or come close to it, with what they bring."""
        yield concept, None, 1.0
        near = self._proximity
        (row,) = near.rows([concept]).tolist()
        for at in range(int(near.served_starts[row]), int(near.served_starts[row + 1])):
            path = int(near.served_path[at])
            yield near.uri(int(near.served_skill[at])), PATHS[path], self.policy.weights.credits[path]

    def _shares(self, role: Role) -> Credits:
        """Return the share of each need of a role, in the order of its needs; they add up to one."""
        stated = self.policy.needs((one.concept, one.weight, one.need) for one in role.needs)
        weighed = WeighedNeeds.of(stated, f"The role {role.id}", self._proximity, self.policy.weights)
        weight: Credits = weighed.weight.astype(np.float64)
        total = weight.sum()
        return weight / total if total > 0 else np.full(len(weight), 1 / len(weight))


def _kept(reached: int | None, asked: int | None, weights: Weights) -> float:
    """Return the part that a level held keeps where a higher one is asked for; a level nobody states costs nothing."""
    short = max(asked - reached, 0) if asked is not None and reached is not None else 0
    return max(1 - weights.level * short / EQF_STEPS, 0.0)


def _by_name(asked: Asked) -> tuple[str, int]:
    return asked[0], asked[1] or 0
