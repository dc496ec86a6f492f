"""A plan as it is kept and shared: a goal with what it asks for, and trainings, each as it stood when chosen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class GoalNeed:
    """A skill the goal asks for: its ESCO URI, and whether the goal insists on it."""

    uri: str
    is_essential: bool


@dataclass(frozen=True, kw_only=True)
class Goal:
    """An occupation, or one vacancy (`offer`), with the words it is shown by and what it asks for.

    `synthetic` marks a vacancy that nobody offers, wherever the plan is shown.
    """

    title: str
    occupation: str | None
    offer: str | None
    needs: tuple[GoalNeed, ...]
    synthetic: bool = False


@dataclass(frozen=True, kw_only=True)
class ChosenTraining:
    """A training as it stood when the person chose it: the market may forget it, the plan does not."""

    id: str
    title: str
    provider: str
    place: str
    starts: date | None
    skills: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A goal and the trainings chosen for it."""

    goal: Goal
    trainings: tuple[ChosenTraining, ...]

    def to_json(self) -> dict[str, Any]:
        """Write the plan as JSON values."""
        written = asdict(self)
        for training in written["trainings"]:
            training["starts"] = training["starts"].isoformat() if training["starts"] else None
        return written

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Plan:
        """Read what `to_json` wrote; raise KeyError, TypeError or ValueError on anything else."""
        goal = written["goal"]
        needs = tuple(GoalNeed(uri=str(need["uri"]), is_essential=bool(need["is_essential"])) for need in goal["needs"])
        trainings = tuple(
            ChosenTraining(
                id=str(each["id"]),
                title=str(each["title"]),
                provider=str(each["provider"]),
                place=str(each["place"]),
                starts=date.fromisoformat(each["starts"]) if each["starts"] else None,
                skills=tuple(str(uri) for uri in each["skills"]),
            )
            for each in written["trainings"]
        )
        named = Goal(
            title=str(goal["title"]),
            occupation=goal["occupation"],
            offer=goal["offer"],
            needs=needs,
            synthetic=bool(goal.get("synthetic")),
        )
        return cls(goal=named, trainings=trainings)
