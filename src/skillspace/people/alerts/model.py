"""The words of alerts: what a person wishes to hear of, what is new, what they were told, and what they said to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.people.alerts.hours import Quiet
from skillspace.skills.matching import PersonSkill


class Kind(StrEnum):
    """What there can be news of."""

    JOB = "job"
    TRAINING = "training"


class Often(StrEnum):
    """How often somebody hears of news at most."""

    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def days(self) -> int:
        """The days between one time and the next."""
        return 1 if self is Often.DAILY else 7


class Said(StrEnum):
    """What somebody answers to an alert; every answer but yes hides it."""

    YES = "yes"
    NOT_EMPLOYER = "not-employer"
    NOT_OCCUPATION = "not-occupation"
    TOO_FAR = "too-far"
    NOT_NOW = "not-now"


class Outcome(StrEnum):
    """What came of an alert: applied for or hired (a job), finished (a training)."""

    APPLIED = "applied"
    HIRED = "hired"
    FINISHED = "finished"


OUTCOMES: Mapping[Kind, tuple[Outcome, ...]] = {
    Kind.JOB: (Outcome.APPLIED, Outcome.HIRED),
    Kind.TRAINING: (Outcome.APPLIED, Outcome.FINISHED),
}


class Distance(StrEnum):
    """How far an offer is from where somebody lives, as far as codes of places tell."""

    HERE = "here"
    REGION = "region"
    COUNTRY = "country"
    ABROAD = "abroad"


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What somebody wishes to hear of. `where` is a territory's code, or so many kilometres around where they live
    (``30km``), empty for anywhere.

    `least` is the share of a job's needs, in percent, that their skills must cover; `by_region` lets trainings that
    their region asks for come first. Raises BadInput.
    """

    kinds: frozenset[Kind] = frozenset(Kind)
    often: Often = Often.DAILY
    where: str = ""
    least: int = 50
    quiet: Quiet = field(default_factory=Quiet)
    by_letter: bool = False
    by_region: bool = True

    def __post_init__(self) -> None:
        if not self.kinds:
            raise BadInput("Choose jobs, trainings or both.")
        if not 0 <= self.least <= 100:
            raise BadInput(f"A share of needs runs from 0 to 100 percent; this is {self.least}.")

    def to_json(self) -> dict[str, Any]:
        """Write the wishes as JSON values."""
        return {
            "kinds": sorted(self.kinds),
            "often": self.often,
            "where": self.where,
            "least": self.least,
            "quiet": {
                "start": self.quiet.start.isoformat("minutes"),
                "end": self.quiet.end.isoformat("minutes"),
                "zone": self.quiet.zone,
            },
            "by_letter": self.by_letter,
            "by_region": self.by_region,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Wishes:
        """Read what `to_json` wrote; raise KeyError, TypeError or ValueError on anything else."""
        quiet = written["quiet"]
        return cls(
            kinds=frozenset(Kind(kind) for kind in written["kinds"]),
            often=Often(written["often"]),
            where=str(written["where"]),
            least=int(written["least"]),
            quiet=Quiet(
                start=time.fromisoformat(quiet["start"]), end=time.fromisoformat(quiet["end"]), zone=str(quiet["zone"])
            ),
            by_letter=bool(written["by_letter"]),
            by_region=bool(written.get("by_region", True)),
        )


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where somebody stands: `due` is when they hear of news next, None while alerts are off.

    `looked` says of each kind they were told of up to which moment of the market; `learning` names their yes to that.
    """

    person: str
    wishes: Wishes
    looked: Mapping[Kind, datetime]
    due: datetime | None
    changed: datetime
    learning: str | None = None
    learning_since: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Seeker:
    """What is looked for with: skills, what the goal asks for (URI, is essential), where they live, and whether what
    is asked for there counts more."""

    skills: tuple[PersonSkill, ...]
    needs: tuple[tuple[str, bool], ...] = ()
    home: str | None = None
    by_region: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """One offer that came or changed since somebody was told last, with why it fits.

    `fit` (above 0) ranks it among its kind; `have`, `close` and `missing` are URIs of skills, the weightiest first: of
    what a job asks for, or (`have` alone) of what a training adds to what is missing. `group` is the occupation's.
    `asked` are those of `have` that the `region` asks for, so that they counted more.
    """

    offer: str
    kind: Kind
    title: str
    employer: str
    place: str | None
    fit: float
    have: tuple[str, ...] = ()
    close: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    group: str | None = None
    distance: Distance | None = None
    is_synthetic: bool = False
    region: str = ""
    asked: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One offer somebody was told of, as it stood then, and what they said to it.

    `taught` is what was learnt from that answer, empty without their yes to learning.
    """

    id: str
    person: str
    at: datetime
    news: News
    said: Said | None = None
    outcome: Outcome | None = None
    answered: datetime | None = None
    taught: tuple[tuple[str, str, int], ...] = ()
