"""What is told of a team as plain values: coverage, seats, roles to grow into, courses; every claim with its ground."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from skillspace.skills.planning import Bound, Bounds, Catalogue, Training
from skillspace.skills.ranking import declared
from skillspace.skills.teams.learning import MOST_COURSES, growth, learning
from skillspace.skills.teams.model import Cover, Fit, NeedCovered, Part
from skillspace.skills.teams.seating import seating
from skillspace.skills.teams.standing import Standing

#: What nobody says of a course bounds it only where the organisation itself sets that bound.
_MAY_BE_UNKNOWN = frozenset({Bound.UNKNOWN_DATES})


@dataclass(frozen=True, kw_only=True)
class Courses:
    """What a team could learn: courses, which of them are the organisation's own, and what it can give."""

    trainings: Sequence[Training] = ()
    own: Collection[str] = ()
    earliest: dt.date
    budget: Decimal | None = None
    currency: str = "EUR"
    hours: float | None = None
    most: int = MOST_COURSES

    @property
    def bounds(self) -> Bounds:
        """The same as planning takes it. Raises BadInput for amounts below zero."""
        return Bounds(
            earliest=self.earliest,
            budget=self.budget,
            currency=self.currency,
            hours=self.hours,
            allows=_MAY_BE_UNKNOWN,
        )


def answered(standing: Standing, catalogue: Catalogue, courses: Courses) -> dict[str, Any]:
    """Return everything that is told of a team, as JSON can say it."""
    covered, seated = standing.covered(), seating(standing)
    learnt = learning(standing, catalogue, courses.bounds, own=courses.own, most=courses.most)
    grown = growth(standing, catalogue, seated.seats, courses.own)
    return {
        "policy": list(declared(standing.policy)),
        "coverage": covered.coverage,
        "roles": [
            {"role": one.role, "coverage": one.coverage, "needs": [_need(need) for need in one.needs]}
            for one in covered.roles
        ],
        "lacks": [{"concept": one.concept, "weight": one.weight, "roles": list(one.roles)} for one in covered.lacks],
        "seats": [_fit(fit) for fit in seated.seats],
        "open": dict(seated.open),
        "unseated": list(seated.unseated),
        "growth": [
            {
                "person": name,
                "roles": [
                    _fit(one.fit) | {"courses": [{"course": id, "adds": adds} for id, adds in one.courses]}
                    for one in roles
                ],
            }
            for name, roles in grown
        ],
        "learning": {
            "before": learnt.before,
            "after": learnt.after,
            "is_best": learnt.is_best,
            "courses": [
                {
                    "course": one.training_id,
                    "own": one.is_own,
                    "person": one.member,
                    "brings": list(one.brings),
                    "coverage": one.coverage,
                }
                for one in learnt.lessons
            ],
        },
    }


def _need(need: NeedCovered) -> dict[str, Any]:
    said = {"concept": need.concept, "level": need.level, "essential": need.need.value == "essential"}
    covers = [{"person": cover.member} | _cover(cover) for cover in need.covers]
    return said | {"weight": need.weight, "met": need.met, "rests_on": need.rests_on, "by": covers}


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "person": fit.member,
        "role": fit.role,
        "coverage": fit.coverage,
        "needs": [_part(part) for part in fit.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    said = {"concept": part.concept, "level": part.level, "weight": part.weight}
    return said | {"by": _cover(part.cover) if part.cover else None}


def _cover(cover: Cover) -> dict[str, Any]:
    return {"concept": cover.by, "path": cover.path, "credit": cover.credit, "validation": cover.validation}
