"""The ranking policy of an organisation or a region: every number by which its order differs from the usual one."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from skillspace.kernel.errors import BadInput
from skillspace.skills.matching import DEFAULT, Close, Gap, Have, Missing, Weights
from skillspace.skills.matching.needs import Stated
from skillspace.skills.taxonomy import Need, Taxonomies

Part = TypeVar("Part", Have, Close, Missing)

MOST = 0.5
"""What is one's own, or in demand, may count at most so much more: it tips the scale between what is near, and never
makes of a course that closes little one that comes before a course that closes twice as much."""

REGIONAL = 0.2
"""What a region's list adds to what it wants most among a person's trainings: less than skills differ by themselves."""

MEETS = 0.5
"""A need that is a must is met by the skill itself or by what brings at least half of it: a special case of it does."""


@dataclass(frozen=True, kw_only=True)
class InDemand:
    """Skills that are in demand, each with how much (0 to 1); who says so (``source``) and of which day."""

    name: str
    source: str
    day: dt.date
    skills: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.source.strip():
            raise BadInput("A list of skills in demand needs a name, and a source: who says so.")
        for uri, share in self.skills.items():
            if not (math.isfinite(share) and 0 < share <= 1):
                raise BadInput(f"{uri} is in demand by {share}; give a share above 0, up to 1.")

    def among(self, uris: Iterable[str], taxonomies: Taxonomies) -> InDemand:
        """Return the list as it speaks of these skills; a group that is listed stands for the skills in it."""
        shares = {}
        for uri in uris:
            group = taxonomies.theme(uri) if taxonomies.has(uri) else ""
            if share := self.skills.get(uri) or self.skills.get(group):
                shares[uri] = share
        return replace(self, skills=shares)


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How people and courses are put in order. The usual one gives what matching gives without any policy.

    ``own``: an own course counts as if it closed so much more (0 to MOST). ``bonus``: a need for a skill of
    ``in_demand`` weighs so much more, times the skill's share (0 to MOST). ``is_must``: who does not show every
    essential skill comes after those who do; nobody is left out. Raises BadInput when a number is out of range.
    """

    weights: Weights = DEFAULT
    own: float = 0.0
    bonus: float = 0.0
    in_demand: InDemand | None = None
    is_must: bool = False

    def __post_init__(self) -> None:
        for name, number in (("own courses", self.own), ("skills in demand", self.bonus)):
            if not (math.isfinite(number) and 0 <= number <= MOST):
                raise BadInput(f"What is added for {name} is {number:.0%}; it runs from 0 to {MOST:.0%}.")

    def needs(self, stated: Iterable[Stated]) -> list[Stated]:
        """Return needs as this policy weighs them."""
        listed = self.in_demand.skills if self.in_demand and self.bonus else {}
        return [(uri, weight * (1 + self.bonus * listed.get(uri, 0.0)), need) for uri, weight, need in stated]

    def gap(self, found: Gap) -> Gap:
        """Return a gap as this policy weighs its needs: the same needs, whose shares still add up to what they did."""
        listed = self.in_demand.skills if self.in_demand and self.bonus else {}
        parts: list[Have | Close | Missing] = [*found.have, *found.close, *found.missing]
        more = {one.need_uri: one.weight * (1 + self.bonus * listed.get(one.need_uri, 0.0)) for one in parts}
        scale = sum(one.weight for one in parts) / (sum(more.values()) or 1.0)
        have = _weighed(found.have, more, scale)
        close = _weighed(found.close, more, scale)
        return Gap(
            coverage=min(sum(one.weight for one in have) + sum(one.weight * one.credit for one in close), 1.0),
            have=have,
            close=close,
            missing=_weighed(found.missing, more, scale),
        )

    def gain(self, gain: float, *, is_own: bool) -> float:
        """Return what a course counts by that closes ``gain`` of a gap."""
        return gain * (1 + self.own) if is_own else gain

    def lacks(self, found: Gap, essential: Collection[str]) -> bool:
        """Tell whether somebody comes after others because an essential need is not met."""
        if not self.is_must:
            return False
        met = {one.need_uri for one in found.have} | {one.need_uri for one in found.close if one.credit >= MEETS}
        return not met.issuperset(essential)

    def to_json(self) -> dict[str, Any]:
        """Return the policy as JSON can say it: of the weights those that are not the usual ones."""
        changed = {one.name: getattr(self.weights, one.name) for one in fields(Weights)}
        listed = self.in_demand
        return {
            "weights": {name: value for name, value in changed.items() if value != getattr(DEFAULT, name)},
            "own": self.own,
            "bonus": self.bonus,
            "must": self.is_must,
            "in_demand": listed and (vars(listed) | {"day": listed.day.isoformat(), "skills": dict(listed.skills)}),
        }

    @classmethod
    def of_json(cls, said: object) -> Policy:
        """Read what `to_json` gives. Raises BadInput, naming the member that is wrong."""
        read = _members(said, ("weights", "own", "bonus", "must", "in_demand"), "A policy")
        weights = _members(read.get("weights") or {}, [one.name for one in fields(Weights)], "weights")
        must = read.get("must", False)
        if not isinstance(must, bool):
            raise BadInput("must is true or false.")
        return cls(
            weights=Weights(**{name: _number(value, name) for name, value in weights.items()}),
            own=_number(read.get("own", 0.0), "own"),
            bonus=_number(read.get("bonus", 0.0), "bonus"),
            in_demand=_in_demand(read["in_demand"]) if read.get("in_demand") is not None else None,
            is_must=must,
        )


USUAL = Policy()


def essential(needs: Iterable[Stated]) -> frozenset[str]:
    """Return the needs that are a must where a policy says so."""
    return frozenset(uri for uri, _, need in needs if need is Need.ESSENTIAL)


def _weighed(parts: Iterable[Part], more: Mapping[str, float], scale: float) -> tuple[Part, ...]:
    weighed = (replace(one, weight=more[one.need_uri] * scale) for one in parts)
    return tuple(sorted(weighed, key=lambda one: (-one.weight, one.need_uri)))


def _in_demand(said: object) -> InDemand:
    read = _members(said, ("name", "source", "day", "skills"), "in_demand")
    skills = read.get("skills")
    texts = [read.get(name) for name in ("name", "source", "day")]
    if not isinstance(skills, dict) or not all(isinstance(text, str) for text in texts):
        raise BadInput("in_demand has a name, a source, a day (texts) and skills, an object of concepts and shares.")
    try:
        day = dt.date.fromisoformat(read["day"])
    except ValueError as fault:
        raise BadInput(f"The day of in_demand is one such as 2026-11-30, not {read['day'][:40]!r}.") from fault
    shares = {str(uri): _number(share, f"the share of {str(uri)[:100]}") for uri, share in skills.items()}
    return InDemand(name=read["name"], source=read["source"], day=day, skills=shares)


def _members(said: object, names: Collection[str], whose: str) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise BadInput(f"{whose} is an object.")
    if unknown := sorted(map(str, said.keys() - set(names))):
        raise BadInput(f"{whose} has no {unknown[0][:60]!r}; there is {', '.join(names)}.")
    return said


def _number(said: object, name: str) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise BadInput(f"{name} is a number, not {str(said)[:40]!r}.")
    return float(said)
