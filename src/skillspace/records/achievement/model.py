"""What was achieved: one record, whatever envelope it travels in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from pydantic import ConfigDict, TypeAdapter, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.records.formats.issuing import SkillClaim


@dataclass(frozen=True, kw_only=True)
class Achievement:
    """What somebody achieved and which skills it stands for.

    `id` is the achievement's own (a URN), the same in every envelope. `criteria` says how it was assessed, `credits`
    are ECTS points, `eqf` is 1 to 8, `valid_until` the last day on which it counts.
    """

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid")

    id: str
    title: str
    awarded: date
    description: str | None = None
    criteria: str | None = None
    skills: tuple[SkillClaim, ...] = ()
    credits: float | None = None
    eqf: int | None = None
    language: str = "en"
    valid_until: date | None = None

    def __post_init__(self) -> None:
        """Refuse what no envelope could tell apart."""
        if not self.id or not self.title:
            raise BadInput("An achievement needs an identifier and a title.")
        if self.eqf is not None and not 1 <= self.eqf <= 8:
            raise BadInput(f"{self.eqf} is no level of the European Qualifications Framework; it has 1 to 8.")
        if self.valid_until is not None and self.valid_until < self.awarded:
            raise BadInput("An achievement cannot end before it was awarded.")
        names = [skill_name(skill) for skill in self.skills]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise BadInput(f"The skill {twice} is there twice; say it once.")

    @property
    def begins(self) -> datetime:
        """The first moment of the day on which it was awarded."""
        return datetime.combine(self.awarded, time.min, UTC)

    @property
    def ends(self) -> datetime | None:
        """The last moment of the last day on which it counts."""
        return datetime.combine(self.valid_until, time(23, 59, 59), UTC) if self.valid_until else None

    def to_json(self) -> dict[str, object]:
        """Return this achievement as JSON values."""
        return dict(_ACHIEVEMENT.dump_python(self, mode="json"))

    @classmethod
    def from_json(cls, document: Mapping[str, object]) -> Achievement:
        """Read what `to_json` wrote; raise BadInput naming the field that does not fit."""
        try:
            return _ACHIEVEMENT.validate_json(json.dumps(document))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(step) for step in first["loc"]) or "the whole"
            raise BadInput(f"This is not an achievement: {place}: {first['msg']}.") from None


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Whose it is: the public key that may show it, and that key as a DID (did:key)."""

    did: str
    jwk: Mapping[str, object]


def skill_name(skill: SkillClaim) -> str:
    """Return what tells one skill of an achievement from the others: its concept, else its label."""
    return skill.concept or skill.label


_ACHIEVEMENT = TypeAdapter(Achievement)
