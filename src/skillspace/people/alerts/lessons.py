"""Lessons: what a person's answers say of offers like those they answered to; little, shown, and taken back at will.

One rule: a yes, and each thing that came of it, speaks with one point for the employer, the occupation group and the
distance of that offer; a no with a reason speaks with three points against what it names. Nobody else's answers count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from skillspace.people.alerts.model import News, Outcome, Said
from skillspace.skills.taxonomy.folding import fold

#: What one point moves an offer's worth by, and how many points count at most, of one lesson and of all together.
STEP, MOST_POINTS = 0.1, 3
MOST_EFFECT = STEP * MOST_POINTS


class Property(StrEnum):
    """What offers are told apart by."""

    EMPLOYER = "employer"
    OCCUPATION = "occupation"
    DISTANCE = "distance"


AGAINST = {
    Said.NOT_EMPLOYER: Property.EMPLOYER,
    Said.NOT_OCCUPATION: Property.OCCUPATION,
    Said.TOO_FAR: Property.DISTANCE,
}
Point = tuple[str, str, int]
"""Property, value, points."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """What `answers` answers say of one property's value: points, from -3 to 3."""

    about: Property
    value: str
    points: int
    answers: int

    @property
    def effect(self) -> float:
        """The share by which this alone moves the worth of such an offer."""
        return STEP * self.points


def properties_of(news: News) -> dict[Property, str]:
    """Return what lessons can be about in an offer: its properties that are known."""
    found = {
        Property.EMPLOYER: fold(news.employer),
        Property.OCCUPATION: news.group,
        Property.DISTANCE: news.distance,
    }
    return {name: str(value) for name, value in found.items() if value}


def taught(news: News, said: Said | None, outcome: Outcome | None) -> tuple[Point, ...]:
    """Return what an answer teaches."""
    known = properties_of(news)
    points = int(said is Said.YES) + int(outcome is not None)
    if points:
        return tuple((name.value, value, points) for name, value in known.items())
    against = AGAINST.get(said) if said else None
    return ((against.value, known[against], -MOST_POINTS),) if against in known else ()


def learnt(answers: Iterable[Iterable[Point]]) -> list[Lesson]:
    """Add up what answers taught, the strongest first."""
    points: Counter[tuple[str, str]] = Counter()
    count: Counter[tuple[str, str]] = Counter()
    for name, value, said in (point for answer in answers for point in answer):
        points[name, value] += said
        count[name, value] += 1
    found = [
        Lesson(about=Property(name), value=value, points=_bounded(points[name, value]), answers=times)
        for (name, value), times in count.items()
    ]
    return sorted(found, key=lambda one: (-abs(one.points), one.about, one.value))


def weight(news: News, lessons: Mapping[tuple[Property, str], Lesson]) -> float:
    """Return what an offer's worth is multiplied by: 0.7 to 1.3, and 1 where nothing was learnt."""
    found = (lessons.get(named) for named in properties_of(news).items())
    return 1 + STEP * _bounded(sum(one.points for one in found if one))


def _bounded(points: int) -> int:
    return max(-MOST_POINTS, min(MOST_POINTS, points))
