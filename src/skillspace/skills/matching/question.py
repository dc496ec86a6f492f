"""What is asked of offers for one person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from skillspace.kernel.errors import BadInput
from skillspace.skills.arrays import Floats
from skillspace.skills.matching.conditions import NO_WISHES, Wishes
from skillspace.skills.matching.model import PersonSkill


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of offers: skills held, a text, occupations (URI to how near it is, 0 to 1), and wishes.

    ``meaning`` is the vector of the text (`meaning.asked`), ``only`` shuts out all offers but these. Raises BadInput
    for a nearness out of range.
    """

    skills: Sequence[PersonSkill] = ()
    text: str = ""
    occupations: Mapping[str, float] = field(default_factory=dict)
    wishes: Wishes = NO_WISHES
    only: Collection[str] | None = None
    meaning: Floats | None = None

    def __post_init__(self) -> None:
        for uri, near in self.occupations.items():
            if not 0 <= near <= 1:
                raise BadInput(f"The occupation {uri} is {near} near; give a number from 0 to 1.")
