"""The words of matching: what an offer needs, what a person holds, and the reasons that tie one to the other."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy.model import Need


class Closeness(StrEnum):
    """How a held skill comes close to a needed one; strongest first, and the order is stored in built indexes.

    NARROWER: the held skill is a special case of the needed one. BROADER: it is the more general one.
    RELATED: the taxonomy links the two skills. SAME_GROUP: both sit in the same small skill group.
    """

    NARROWER = "narrower"
    BROADER = "broader"
    RELATED = "related"
    SAME_GROUP = "same-group"


@dataclass(frozen=True, kw_only=True, slots=True)
class Weights:
    """Every number the score uses, so that it can be shown, explained and changed.

    A need weighs ``given × (essential | optional) × (1 + rarity × r)``; r runs from 0 (every occupation asks for
    the skill) to 1 (one does). A held skill brings 1 for the need itself or the credit of its ``Closeness``, times
    ``1 + proof × p + recency × f``: p runs from 0 (self-declared) to 1 (formally recognised), f from 1 (shown now)
    to 0 (five years ago or unknown). A level below the one asked for takes ``level`` times the part of the scale that
    is missing. What skills bring over what could be brought is the score of skills, where ``caution`` adds one unstated
    need of that weight, so that an offer with a single need cannot outrank everything. ``words``,
    ``occupation`` and ``meaning`` weigh how alike the words of two texts, how near two occupations and how alike the
    meanings of two texts are, beside skills at 1; the score is the mean of what is asked, and what an offer does not
    say brings it nothing.
    Raises BadInput when a number is out of range: credits stay low enough that the skill itself always wins.
    """

    essential: float = 1.0
    optional: float = 0.4
    rarity: float = 1.0
    narrower: float = 0.7
    broader: float = 0.2
    related: float = 0.25
    same_group: float = 0.05
    proof: float = 0.05
    recency: float = 0.02
    level: float = 0.5
    caution: float = 1.0
    words: float = 1.0
    occupation: float = 0.5
    meaning: float = 2.0

    def __post_init__(self) -> None:
        for entry in fields(self):
            number = getattr(self, entry.name)
            if not math.isfinite(number) or number < 0:
                raise BadInput(f"The matching weight {entry.name} is {number}; it must be zero or more.")
        if self.essential == 0:
            raise BadInput("The matching weight essential is 0; an essential need must weigh something.")
        strongest = max(self.credits)
        if strongest * self.ceiling > 1:
            limit = 1 / self.ceiling
            raise BadInput(f"A close skill may bring {strongest}; at most {limit:.2f} keeps it below the skill itself.")

    @classmethod
    def changed(cls, numbers: Mapping[str, float]) -> Weights:
        """Return the usual weights but for those named. Raises BadInput for a name or number that cannot be."""
        names = [entry.name for entry in fields(cls)]
        if unknown := sorted(numbers.keys() - set(names)):
            raise BadInput(f"There is no weight {unknown[0]!r}; there is {', '.join(names)}.")
        return cls(**numbers)

    @property
    def credits(self) -> tuple[float, float, float, float]:
        """What a close skill brings, in the order of ``Closeness``."""
        return (self.narrower, self.broader, self.related, self.same_group)

    @property
    def ceiling(self) -> float:
        """The most one held skill can bring to one need of weight 1."""
        return 1 + self.proof + self.recency


DEFAULT = Weights()


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferSkills:
    """What one job, or one occupation, asks for. ``needs`` holds (skill URI, given weight > 0, need).

    ``place`` is a code that the caller filters by; ``languages`` are the languages one may work in, empty for any.
    """

    id: str
    occupation: str | None = None
    needs: tuple[tuple[str, float, Need], ...]
    place: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer(OfferSkills):
    """A job or a training with everything that matching looks at; whatever is not said is left out.

    ``levels`` (skill URI, 1 to 8 on EQF's scale) and ``proofs`` (skill URI, least validation 1 to 6) belong to needs.
    ``where`` is latitude and longitude in degrees, ``salary_*`` is gross and for a year, ``hours`` for a week;
    ``licences`` are all needed, ``education`` is a level of EQF, ``closes`` the last day it is open.
    Raises BadInput when a number is out of range.
    """

    kind: str = "job"
    title: str = ""
    text: str = ""
    employer: str | None = None
    where: tuple[float, float] | None = None
    remote: bool = False
    licences: tuple[str, ...] = ()
    education: int | None = None
    salary_min: float | None = None
    salary_max: float | None = None
    currency: str | None = None
    hours: float | None = None
    opens: dt.date | None = None
    closes: dt.date | None = None
    levels: tuple[tuple[str, int], ...] = ()
    proofs: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if self.where and not (abs(self.where[0]) <= 90 and abs(self.where[1]) <= 180):
            raise BadInput(f"The offer {self.id} lies at {self.where}; give degrees of latitude and longitude.")
        scales = [("education", self.education, 8)]
        scales += [(f"level of {uri}", level, 8) for uri, level in self.levels]
        scales += [(f"proof of {uri}", proof, 6) for uri, proof in self.proofs]
        for name, number, most in scales:
            if number is not None and not 1 <= number <= most:
                raise BadInput(f"The offer {self.id}: the {name} is {number}; it runs from 1 to {most}.")


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonSkill:
    """A skill someone holds: validation 1 (self-declared) to 6 (formally recognised), level as its source wrote it.

    ``years_since`` is how long ago the skill was last shown, ``reached`` the level on EQF's scale of 1 to 8; None where
    nobody knows, which costs nothing else.
    """

    uri: str
    validation: int = 1
    level: str | None = None
    years_since: float | None = None
    reached: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.validation <= 6:
            raise BadInput(f"The validation level of {self.uri} is {self.validation}; levels run from 1 to 6.")
        if self.reached is not None and not 1 <= self.reached <= 8:
            raise BadInput(f"The level reached in {self.uri} is {self.reached}; levels run from 1 to 8.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Holder:
    """Someone who holds skills, or a training that gives them: the other side of an offer.

    ``where`` is latitude and longitude in degrees. Whoever builds an index of people answers for their consent: this
    room sees identifiers and skills only.
    """

    id: str
    skills: tuple[PersonSkill, ...]
    place: str | None = None
    languages: tuple[str, ...] = ()
    where: tuple[float, float] | None = None


class Condition(StrEnum):
    """What an offer and a person can agree on beside skills."""

    KIND = "kind"
    OPEN = "open"
    PLACE = "place"
    DISTANCE = "distance"
    LANGUAGE = "language"
    LICENCE = "licence"
    EDUCATION = "education"
    SALARY = "salary"
    HOURS = "hours"


class State(StrEnum):
    """Whether a condition is met; UNKNOWN where one side does not say."""

    MET = "met"
    UNMET = "unmet"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """One condition of one offer: what the offer says, what the person says, and whether they agree."""

    condition: Condition
    state: State
    offer: str
    person: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Have:
    """A need that a held skill meets. ``weight`` is the need's share of all needs, so that all shares add up to 1."""

    need_uri: str
    validation: int
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Close:
    """A need that the held skill ``by_uri`` meets in part; ``credit`` is the part, ``weight`` the need's share."""

    need_uri: str
    by_uri: str
    path: Closeness
    credit: float
    weight: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Missing:
    """A need that nothing held comes close to; ``weight`` is its share of all needs."""

    need_uri: str
    weight: float
    need: Need


@dataclass(frozen=True, kw_only=True, slots=True)
class Gap:
    """Where someone stands towards a target: have, close and missing part its needs, heaviest first.

    ``coverage`` (0 to 1) is the weight of what is had plus the credited part of what is close; it knows no proof.
    """

    coverage: float
    have: tuple[Have, ...]
    close: tuple[Close, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Match(Gap):
    """A gap towards one offer, the score (0 to 1) that ranks it among the others, and what else was asked."""

    offer_id: str
    score: float
    conditions: tuple[Checked, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class HolderMatch(Gap):
    """The same seen from the offer: one person, or training, and how the needs are met."""

    holder_id: str
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TrainingFit:
    """What one training does for a gap: needs it closes, needs it brings nearer, and the coverage gained."""

    training_id: str
    gain: float
    closes: tuple[str, ...]
    nearer: tuple[Close, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LearningStep:
    """One training of a plan: what it adds once the steps before it are done, and the coverage reached then."""

    training_id: str
    closes: tuple[str, ...]
    nearer: tuple[Close, ...]
    gain: float
    coverage: float
