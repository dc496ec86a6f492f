"""The shared profile as it travels: the kinds of data the person allowed, and nothing to guess the rest from."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.people.plan.model import Plan
from skillspace.people.profile.model import ProfileSkill
from skillspace.records.model import ValidationLevel


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class SharedSkill(_Wire):
    """One skill: concept, name, theme, level of validation (1 to 6), who vouches for it, since when."""

    uri: str = Field(max_length=500)
    label: str = Field(max_length=500)
    theme: str = Field(default="", max_length=500)
    theme_label: str = Field(default="", max_length=500)
    validation: int = Field(ge=1, le=6)
    level: str | None = Field(default=None, max_length=200)
    sources: list[str] = Field(default_factory=list, max_length=50)
    since: str = Field(max_length=10)


class SharedComment(_Wire):
    """A remark by whom the profile was shared with."""

    by: str = Field(max_length=200)
    text: str = Field(max_length=4000)
    at: str = Field(max_length=40)


Numbers = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[float, Field(allow_inf_nan=False)]], Field(max_length=20)
]


class SharedRow(_Wire):
    """One week (its Monday) of an inference over time."""

    day: str = Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
    numbers: Numbers


class SharedInference(_Wire):
    """What a rule says of how somebody learns: about what (address and names; both empty: all), the numbers found, on
    how many statements it rests, and whether the learner denied it and people said that it stands."""

    rule: str = Field(min_length=1, max_length=60)
    version: str = Field(max_length=40)
    family: Literal["progress", "time", "mastery", "sign"]
    basis: Literal["reported", "estimated", "modelled", "declared"]
    about: str = Field(default="", max_length=500)
    names: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=200)]] = Field(
        default_factory=dict, max_length=20
    )
    numbers: Numbers
    confidence: float = Field(ge=0, le=1)
    statements: int = Field(ge=0)
    computed: str = Field(max_length=40)
    was_denied: bool = False
    weeks: list[SharedRow] = Field(default_factory=list, max_length=60)


class SharedProfile(_Wire):
    """A profile as one organisation gets it. What was not allowed is absent: no name, no skills, no plan."""

    type: str = "SharedProfile"
    subject: str = Field(max_length=300)
    language: str = Field(max_length=12)
    made: str = Field(max_length=40)
    name: str | None = Field(default=None, max_length=200)
    skills: list[SharedSkill] = Field(default_factory=list, max_length=2000)
    plan: dict[str, object] | None = None
    comments: list[SharedComment] = Field(default_factory=list, max_length=500)  # as `service.MOST_COMMENTS`
    learning: list[SharedInference] | None = Field(default=None, max_length=500)

    def plan_read(self) -> Plan | None:
        """Return the plan, None where it was not shared; raise BadInput when it cannot be read."""
        if self.plan is None:
            return None
        try:
            return Plan.from_json(self.plan)
        except (KeyError, TypeError, ValueError) as fault:
            raise BadInput("The shared plan cannot be read.") from fault

    @property
    def made_at(self) -> datetime:
        """When the other node wrote it."""
        return datetime.fromisoformat(self.made)


def shared_skill(skill: ProfileSkill) -> SharedSkill:
    """Write one skill of a profile for others."""
    return SharedSkill(
        uri=skill.uri,
        label=skill.label,
        theme=skill.theme,
        theme_label=skill.theme_label,
        validation=int(skill.validation),
        level=skill.level,
        sources=[name for _, name in skill.sources],
        since=skill.since.isoformat(),
    )


def within(profile: SharedProfile, kinds: Collection[str], items: Mapping[str, Collection[str]]) -> SharedProfile:
    """Return a profile that holds no more than a consent covers; raise BadInput for one that does, naming what."""
    shown = {"skills": bool(profile.skills), "name": profile.name is not None, "plan": profile.plan is not None}
    shown["learning"] = profile.learning is not None
    if more := sorted(kind for kind, is_there in shown.items() if is_there and kind not in kinds):
        raise BadInput(f"The profile holds more than the consent covers: {', '.join(more)}. Nothing was kept.")
    if "skills" in items and {skill.uri for skill in profile.skills} - set(items["skills"]):
        raise BadInput("The profile holds other skills than the consent covers. Nothing was kept.")
    return profile


def read_profile(body: bytes) -> SharedProfile:
    """Read a shared profile strictly; raise BadInput naming what is wrong."""
    try:
        profile = SharedProfile.model_validate(json.loads(body))
        for skill in profile.skills:
            ValidationLevel(skill.validation)
            date.fromisoformat(skill.since)
        profile.made_at  # noqa: B018 - raises when it is no moment
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise BadInput(f"The shared profile cannot be read: {place or 'its shape'}.") from None
    except (ValueError, RecursionError) as fault:
        raise BadInput("The shared profile cannot be read: it is not the JSON it should be.") from fault
    return profile
