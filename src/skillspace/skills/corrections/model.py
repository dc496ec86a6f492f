"""The words of corrections: what one person said of one link, what all of them say together, and a changed answer."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from skillspace.kernel.errors import BadInput
from skillspace.skills.taxonomy.folding import fold
from skillspace.skills.taxonomy.model import MatchKind

MOST_TEXT, MOST_NAME = 2_000, 500
PRIOR = 0.5
"""What the model's own score weighs beside people: half of one person's word."""
FLOOR = 0.01
"""The chance of a concept the model did not think of."""
PARTS = ("-skill", "-occupation")


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A yes or a no: does ``text``, in ``language``, mean ``concept`` of ``scheme``? Never changed once it is said.

    ``who`` is a pseudonym of the reviewer, ``when`` has a time zone, ``version`` names what proposed the link,
    ``score`` is what was shown with it, ``origin`` where the text came from. ``relation`` is what the text's meaning
    is to the concept. Raises BadInput for a text without a letter and for what is out of bounds.
    """

    text: str
    language: str
    scheme: str
    concept: str
    is_right: bool
    who: str
    when: datetime
    relation: MatchKind = MatchKind.EXACT
    version: str = ""
    score: float | None = None
    origin: str = ""

    def __post_init__(self) -> None:
        if not self.folded or len(self.text) > MOST_TEXT:
            raise BadInput(f"A correction speaks of a text of 1 to {MOST_TEXT} characters, with a letter among them.")
        for name in ("language", "scheme", "concept", "who"):
            if not 0 < len(getattr(self, name)) <= MOST_NAME:
                raise BadInput(f"A correction names its {name}, in at most {MOST_NAME} characters.")
        if max(len(self.version), len(self.origin)) > MOST_NAME:
            raise BadInput(f"Version and origin of a correction have at most {MOST_NAME} characters.")
        if self.when.tzinfo is None:
            raise BadInput("The moment of a correction needs a time zone.")
        if self.score is not None and not 0 <= self.score <= 1:
            raise BadInput(f"The score {self.score} is no number from 0 to 1.")

    @property
    def folded(self) -> str:
        """The text without case, accents and punctuation: texts that are the same folded are the same."""
        return fold(self.text)

    @property
    def family(self) -> str:
        """The scheme without what of it was looked among: ``esco`` for ``esco-skill``."""
        return family_of(self.scheme)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What people say together of one text and one concept: of each of them the latest word counts, once."""

    yes: int
    no: int
    last: datetime
    relation: MatchKind = MatchKind.EXACT

    @classmethod
    def of(cls, spoken: Iterable[Correction]) -> Standing:
        """Return what several corrections of one link come to; there is at least one."""
        latest: dict[str, Correction] = {}
        for one in sorted(spoken, key=lambda one: (one.when, one.is_right)):
            latest[one.who] = one
        newest = max(latest.values(), key=lambda one: (one.is_right, one.when, one.who))
        return cls(
            yes=sum(one.is_right for one in latest.values()),
            no=sum(not one.is_right for one in latest.values()),
            last=max(one.when for one in latest.values()),
            relation=newest.relation,
        )

    @property
    def net(self) -> int:
        """How many more say yes than no."""
        return self.yes - self.no

    def chance(self, before: float) -> float:
        """Return the chance that the link is right: the mean of a Beta distribution.

        Its prior has the mean ``before``, what the model says, and the weight of PRIOR people's words.
        """
        return (PRIOR * before + self.yes) / (PRIOR + self.yes + self.no)

    @property
    def told(self) -> str:
        """The provenance as a sentence: how many say what, and since when."""
        said = [f"confirmed by {self.yes}"] if self.yes else []
        said += [f"refused by {self.no}"] if self.no else []
        return f"{', '.join(said)}, last on {self.last.date().isoformat()}"


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """One candidate after people were heard; ``reason`` is empty where nobody said anything that bears on it.

    ``before`` is the score without people, None where only they know the concept.
    """

    concept: str
    score: float
    before: float | None
    reason: str = ""


def family_of(scheme: str) -> str:
    """Return a scheme without the part of it that was looked among."""
    for part in PARTS:
        scheme = scheme.removesuffix(part)
    return scheme


def shifted(chance: float, by: float) -> float:
    """Return a chance whose log odds are shifted."""
    kept = min(max(chance, 1e-4), 1 - 1e-4)
    return 1 / (1 + math.exp(-(math.log(kept / (1 - kept)) + by)))
