"""Rules of derivation as data: which statements speak for which skills, how many are needed, and what that proves.

A trace proves that something was done, so a rule can prove "inferred"; "assessed" only where it asks for an outcome
(`success`, or a score of at least something). No rule certifies anybody.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from skillspace.kernel.errors import BadInput
from skillspace.records.declared import STRICT, read_declared
from skillspace.records.model import ValidationLevel

_LEVELS = {"inferred": ValidationLevel.INFERRED, "assessed": ValidationLevel.ASSESSED}


class Skill(BaseModel):
    """A skill that a rule speaks of: its address in a taxonomy (any), and its name."""

    model_config = STRICT

    concept: str | None = Field(default=None, min_length=3, max_length=500)
    label: str = Field(min_length=1, max_length=500)
    language: str | None = None
    level: str | None = None
    level_scheme: str | None = None


class Rule(BaseModel):
    """Which statements count, and how many make a skill. What is left out is not asked for.

    `activities` are whole addresses, or beginnings that end in ``*``; `categories` those of profiles and courses in
    the context. `times` counts statements, `different` the activities they are about, both within `within_days` days
    of each other where that is said.
    """

    model_config = STRICT

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,79}$")
    verbs: tuple[str, ...] = Field(min_length=1)
    activities: tuple[str, ...] = ()
    activity_types: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    success: Literal[True] | None = None
    completion: Literal[True] | None = None
    score_at_least: float | None = Field(default=None, ge=0, le=1)
    times: int = Field(default=1, ge=1, le=1_000_000)
    different: int = Field(default=1, ge=1, le=1_000_000)
    within_days: int | None = Field(default=None, ge=1, le=36_500)
    validation: Literal["inferred", "assessed"] = "inferred"
    skills: tuple[Skill, ...] = Field(min_length=1)

    @property
    def level(self) -> ValidationLevel:
        """How well the rule proves its skills."""
        return _LEVELS[self.validation]

    def takes(self, activity: str) -> bool:
        """Tell whether a statement about this activity may count."""
        return not self.activities or any(
            activity.startswith(one[:-1]) if one.endswith("*") else activity == one for one in self.activities
        )


class Rules(BaseModel):
    """A set of rules. `issuer` is whoever declares them and so vouches for what follows."""

    model_config = STRICT

    issuer: str = Field(min_length=1, max_length=500)
    issuer_name: str = Field(min_length=1, max_length=500)
    title: str = Field(default="Learning traces", max_length=200)
    rule: tuple[Rule, ...] = Field(min_length=1, max_length=10_000)


def read_rules(document: bytes) -> Rules:
    """Return the rules in a TOML or JSON file; raise BadInput naming what does not fit."""
    rules = read_declared(document, Rules, "rules")
    names = [one.name for one in rules.rule]
    for one in rules.rule:
        if names.count(one.name) > 1:
            raise BadInput(f"The rules do not fit: two are called {one.name!r}.")
        if one.level is ValidationLevel.ASSESSED and not (one.success or one.score_at_least is not None):
            raise BadInput(
                f"The rules do not fit: {one.name} says assessed and asks for no outcome; "
                "add success = true or score_at_least."
            )
    return rules
