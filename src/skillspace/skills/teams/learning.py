"""What a team could learn: roles its people could grow into, and courses that together close most of what lacks."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from skillspace.skills.planning import Ability, Bounds, Catalogue, Kind
from skillspace.skills.planning.candidates import Candidates
from skillspace.skills.planning.catalogue import Flags, Numbers
from skillspace.skills.planning.frame import Frame
from skillspace.skills.planning.greedy import greedily
from skillspace.skills.planning.programme import SLIGHT, Programme
from skillspace.skills.planning.target import LITTLE, Target
from skillspace.skills.teams.model import Fit, Growth, Learning, Lesson, Role
from skillspace.skills.teams.standing import Credits, Standing

SECONDS = 2.0
MOST_COURSES = 5
LOOKED_AT = 60
"""At least so many courses are looked at closely for each that is taken in turn: the best may not fit the bounds."""

ROLES, NEXT_COURSES = 3, 3
"""So many roles are named for each person, and so many courses for each of these."""


def growth(
    standing: Standing, catalogue: Catalogue, seated: Sequence[Fit] = (), own: Collection[str] = ()
) -> tuple[tuple[str, tuple[Growth, ...]], ...]:
    """Return for every person the roles they come nearest to, beside the one they are seated in, best first."""
    brings = catalogue.brings([Ability(uri=uri, level=level) for uri, level in standing.wanted])
    has = {fit.member: fit.role for fit in seated}
    fits = standing.fits()
    told = []
    for row, member in enumerate(standing.members):
        others = [at for at, role in enumerate(standing.chart.roles) if role.id != has.get(member.id)]
        near = sorted((at for at in others if fits[row, at] > LITTLE), key=lambda at: (-round(fits[row, at], 6), at))
        grown = [_growth(standing, row, standing.chart.roles[at], catalogue, brings, own) for at in near[:ROLES]]
        told.append((member.id, tuple(grown)))
    return tuple(told)


def _growth(
    standing: Standing, row: int, role: Role, catalogue: Catalogue, brings: Numbers, own: Collection[str]
) -> Growth:
    columns = standing.columns(role)
    adds = np.maximum(brings[:, columns] - standing.credits[row, columns], 0) @ standing.shares[role.id]
    helping = [(float(adds[at]), catalogue.trainings[at].id) for at in np.flatnonzero(adds > LITTLE).tolist()]
    helping.sort(key=lambda one: (-standing.policy.gain(one[0], is_own=one[1] in own), one[1]))
    courses = tuple((name, round(adds, 6)) for adds, name in helping[:NEXT_COURSES])
    return Growth(fit=standing.fit(row, role), courses=courses)


def learning(
    standing: Standing,
    catalogue: Catalogue,
    bounds: Bounds,
    *,
    own: Collection[str] = (),
    most: int = MOST_COURSES,
    seconds: float = SECONDS,
) -> Learning:
    """Return at most ``most`` courses within the bounds that close most of what the team lacks, each for one person.

    ``own`` are the courses of the organisation: where the policy lets them count more, a choice that begins with them
    is taken if, counted so, it closes as much as the best of all. Equal questions get equal answers, unless ``seconds``
    run out.
    """
    before = round(standing.coverage(standing.credits), 6)
    if not standing.members or not len(catalogue):
        return Learning(before=before, lessons=(), after=before, is_best=True)
    team = _Team(standing=standing, catalogue=catalogue, frame=Frame.of(catalogue, bounds), seconds=seconds)
    chosen, is_best = team.choose(most, np.ones(len(catalogue), dtype=bool), ())
    is_own = np.array([one.id in own for one in catalogue.trainings], dtype=bool)
    if standing.policy.own and is_own.any():
        begun, _ = team.choose(most, is_own, ())
        others, _ = team.choose(most, np.ones(len(catalogue), dtype=bool), begun)
        if team.gain(others) * (1 + standing.policy.own) >= team.gain(chosen) - LITTLE:
            chosen, is_best = others, is_best and team.gain(others) >= team.gain(chosen) - SLIGHT
    lessons = team.told(chosen, own)
    after = lessons[-1].coverage if lessons else before
    return Learning(before=before, lessons=lessons, after=after, is_best=is_best)


@dataclass(frozen=True, kw_only=True)
class _Team:
    """One question about what a team should learn."""

    standing: Standing
    catalogue: Catalogue
    frame: Frame
    seconds: float

    @cached_property
    def brings(self) -> Numbers:
        """What each course brings to each distinct need."""
        return self.catalogue.brings([Ability(uri=uri, level=level) for uri, level in self.standing.wanted])

    def choose(self, most: int, allowed: Flags, keep: Sequence[int]) -> tuple[tuple[int, ...], bool]:
        """Return the sessions of at most so many courses that close most, and whether that is proven.

        What the programme counts is never less than what a choice closes: where its best closes as much, none closes
        more. What anybody would take, course by course, comes in its place where that closes more.
        """
        target = self._target(allowed)
        candidates = Candidates.of(target, self.frame, self._held(), keep)
        if most <= len(keep) or not len(candidates.sessions):
            return tuple(keep), True
        programme = Programme(target, self.frame, candidates, keep)
        found = programme.solve(Kind.MOST_COVERED, most_steps=most, seconds=self.seconds)
        in_turn = _InTurn(**vars(target), team=self, credits=self.standing.credits, left=most)
        fits = candidates.demanded.possible(self.frame.fits)
        usual = greedily(in_turn, self.frame, candidates.demanded, fits, keep)
        if found is None or self.gain(found.sessions) < self.gain(usual) - LITTLE:
            return usual, False
        is_true = self.gain(found.sessions) >= programme.gain(found.sessions) - SLIGHT
        return found.sessions, found.is_proven and is_true

    def gain(self, sessions: Sequence[int]) -> float:
        """Return what these sessions close of the chart, each for the person with whom it closes most."""
        lessons = self.told(sessions, ())
        return lessons[-1].coverage - self.standing.coverage(self.standing.credits) if lessons else 0.0

    def told(self, sessions: Sequence[int], own: Collection[str]) -> tuple[Lesson, ...]:
        """Give each course to the person with whom it closes most, those that close most first."""
        standing, credits = self.standing, self.standing.credits.copy()
        left = sorted({int(self.catalogue.owner[one]) for one in sessions})
        brings = self.brings
        lessons: list[Lesson] = []
        while left:
            gains = np.round([self.gains(credits, brings[row]) for row in left], 9)
            place, who = np.unravel_index(int(np.argmax(gains)), gains.shape)
            if gains[place, who] <= LITTLE:
                break
            row = left.pop(int(place))
            moved = brings[row] > credits[who] + LITTLE
            credits[who] = np.maximum(credits[who], brings[row])
            name = self.catalogue.trainings[row].id
            lessons.append(
                Lesson(
                    training_id=name,
                    member=standing.members[int(who)].id,
                    is_own=name in own,
                    brings=tuple(dict.fromkeys(standing.wanted[at][0] for at in np.flatnonzero(moved).tolist())),
                    coverage=round(standing.coverage(credits), 6),
                )
            )
        return tuple(lessons)

    def gains(self, credits: Credits, brings: Numbers) -> Numbers:
        """Return what the team's coverage gains by a course, for each person who may take it."""
        standing = self.standing
        gains = np.zeros(len(credits))
        for role in standing.chart.roles:
            columns = standing.columns(role)
            counted = np.maximum(credits[:, columns], _least(credits[:, columns], role.heads))
            gains += np.maximum(brings[columns] - counted, 0) @ standing.shares[role.id]
        return gains / standing.chart.seats

    def _target(self, allowed: Flags) -> Target:
        """Return the open needs of all roles, and what the allowed courses bring to them."""
        standing = self.standing
        columns = np.concatenate([standing.columns(role) for role in standing.chart.roles])
        return Target(
            uris=tuple(standing.wanted[at][0] for at in columns.tolist()),
            share=np.concatenate([standing.shares[role.id] for role in standing.chart.roles]) / standing.chart.seats,
            met=self.least(standing.credits),
            brings=np.where(allowed[:, None], self.brings[:, columns], 0.0),
            before=standing.coverage(standing.credits),
        )

    def least(self, credits: Credits) -> Numbers:
        """Return for each need of each role the least that one of so many people as the role takes brings: one course
        for one person lifts no more than that."""
        standing = self.standing
        return np.concatenate(
            [_least(credits[:, standing.columns(role)], min(role.heads, len(credits))) for role in standing.chart.roles]
        )

    def _held(self) -> list[Ability]:
        found = {(skill.uri, skill.reached) for one in self.standing.members for skill in one.skills}
        return [Ability(uri=uri, level=level) for uri, level in sorted(found, key=lambda one: (one[0], one[1] or 0))]


@dataclass(frozen=True, kw_only=True)
class _InTurn(Target):
    """What a team lacks, to take courses one after the other: each counts with the person with whom it closes most."""

    team: _Team
    credits: Credits
    left: int

    def gain(self, brings: Numbers) -> Numbers:
        """Return what each course closes, until no other could close more than the best of them."""
        gains = np.zeros(len(brings))
        could = super().gain(brings)
        order = np.argsort(-could, kind="stable").tolist() if self.left > 0 else []
        for place, row in enumerate(order):
            if could[row] <= (LITTLE if place < LOOKED_AT else gains.max()):
                break
            gains[row] = self.team.gains(self.credits, self.team.brings[row]).max()
        return gains

    def after(self, rows: Sequence[int]) -> _InTurn:
        """Return the same once these courses are taken."""
        credits = self.credits.copy()
        for row in rows:
            who = int(np.argmax(self.team.gains(credits, self.team.brings[row])))
            credits[who] = np.maximum(credits[who], self.team.brings[row])
        return replace(self, met=self.team.least(credits), credits=credits, left=self.left - len(rows))


def _least(credits: Credits, heads: int) -> Credits:
    """Return the least that the best so many people bring to each need; 0 where there are fewer people."""
    if len(credits) < heads:
        return np.zeros(credits.shape[1])
    least: Credits = np.sort(credits, axis=0)[::-1][heads - 1]
    return least
