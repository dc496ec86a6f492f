"""The rules of learning analytics as data: how statements are read, and every number by which something is inferred."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, Field, model_validator

from skillspace.records.declared import STRICT, read_declared


class Reading(BaseModel):
    """Which verbs, activity types and extensions mean what, by their addresses."""

    model_config = STRICT

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    completed: tuple[str, ...]
    attempts: tuple[str, ...]
    courses: tuple[str, ...]
    skills: tuple[str, ...]
    skill_addresses: tuple[str, ...]
    due: tuple[str, ...] = ()


class Time(BaseModel):
    """How time is estimated where statements do not say it, and from when on they are not believed."""

    model_config = STRICT

    gap_minutes: int = Field(ge=1, le=240)
    longest_minutes: int = Field(ge=1, le=1440)


class Chance(BaseModel):
    """A number from 0 to 1 with how far it may lie off."""

    model_config = STRICT

    usual: float = Field(gt=0, lt=1)
    low: float = Field(gt=0, lt=1)
    high: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _in_order(self) -> Chance:
        if not self.low <= self.usual <= self.high:
            raise ValueError("low, usual and high stand in this order")
        return self


class Mastery(BaseModel):
    """Bayesian knowledge tracing: its four parameters, from which chance on a skill counts as mastered, and from how
    many answers on anything is said."""

    model_config = STRICT

    source: str
    mastered: float = Field(gt=0.5, lt=1)
    least_answers: int = Field(ge=1)
    start: Chance
    learn: Chance
    slip: Chance
    guess: Chance

    @model_validator(mode="after")
    def _right_answers_speak_for_knowing(self) -> Mastery:
        if self.slip.high + self.guess.high >= 1:
            raise ValueError("slip and guess together stay below 1, or a right answer would speak against knowing")
        return self


class Pause(BaseModel):
    """The sign of a pause that is long by one's own rhythm."""

    model_config = STRICT

    least_days: int = Field(ge=3)
    least_silence: int = Field(ge=1)
    most_silence: int = Field(ge=1)
    times: float = Field(ge=1)


class Failures(BaseModel):
    """The sign of the same thing failed again and again."""

    model_config = STRICT

    in_a_row: int = Field(ge=2)
    within_days: int = Field(ge=1)


class Deadline(BaseModel):
    """The sign of something that is due soon."""

    model_config = STRICT

    within_days: int = Field(ge=1)


class AnalyticsRules(BaseModel):
    """Every rule, under the version that each inference names."""

    model_config = STRICT

    version: str = Field(min_length=1, max_length=40)
    reading: Reading
    time: Time
    mastery: Mastery
    pause: Pause
    failures: Failures
    deadline: Deadline


def read_analytics_rules(document: bytes) -> AnalyticsRules:
    """Return the rules in a TOML or JSON file; raise BadInput naming what does not fit."""
    return read_declared(document, AnalyticsRules, "rules of learning analytics")


@lru_cache(maxsize=1)
def standing_rules() -> AnalyticsRules:
    """Return the rules that come with this program (``rules.toml`` beside this module)."""
    return read_analytics_rules((files("skillspace.records.analytics") / "rules.toml").read_bytes())
