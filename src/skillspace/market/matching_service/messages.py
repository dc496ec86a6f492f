"""What is asked of a matching service and what it answers: skills by their address, and nothing that names anybody."""

from __future__ import annotations

from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput

#: The name under which every node offers matching.
MATCHING_DATASET = "matching"
#: What skills are sent for; a word of the data space's purposes.
MATCHING_PURPOSE = "match"
#: The place below the dataset that questions are sent to.
PLACE = "match"
MOST_SKILLS, MOST_ANSWERS = 200, 50
MAX_ANSWER_BYTES = 1024 * 1024

Kind = Literal["job", "training", "move"]
Concept = Annotated[str, Field(min_length=1, max_length=500)]
Score = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Said = TypeVar("_Said", bound=BaseModel)


class _Asked(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Answered(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class SkillAsked(_Asked):
    """A skill: validation 1 (self-declared) to 6 (formally recognised), EQF level, whole years since it was shown."""

    concept: Concept
    validation: int = Field(default=1, ge=1, le=6)
    level: int | None = Field(default=None, ge=1, le=8)
    years: int | None = Field(default=None, ge=0, le=100)


class MatchingQuestion(_Asked):
    """One question about one person: no name, no text, no place finer than a region.

    ``id`` is a random name for this question alone. ``region`` is a region or country of the data space's territory
    (NUTS or ISO 3166-1).
    """

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{16,64}$")
    purpose: str = Field(default=MATCHING_PURPOSE, min_length=1, max_length=200)
    kind: Kind = "job"
    k: int = Field(default=10, ge=1, le=MOST_ANSWERS)
    skills: list[SkillAsked] = Field(min_length=1, max_length=MOST_SKILLS)
    region: str | None = Field(default=None, pattern=r"^[A-Z]{2}[A-Z0-9]{0,4}$")


class Need(_Answered):
    """A skill that an offer asks for."""

    need: Concept


class Fit(_Answered):
    """One offer, training or occupation: what of its needs is had and what is missing."""

    offer: str = Field(min_length=1, max_length=500)
    title: str = Field(default="", max_length=500)
    score: Score
    have: list[Need] = Field(default=[], max_length=500)
    close: list[Need] = Field(default=[], max_length=500)
    missing: list[Need] = Field(default=[], max_length=500)


class MatchingAnswer(_Answered):
    """What fits, best first, and the offers and editions that said so."""

    id: str
    version: str = Field(max_length=5000)
    matches: list[Fit] = Field(max_length=MOST_ANSWERS)


class MatchingCard(_Answered):
    """What is sold: kinds of answers, how many offers, the index, editions of taxonomies, weights, the price."""

    kinds: list[Kind]
    offers: int
    version: str
    taxonomies: list[str]
    weights: dict[str, float]
    calls_a_minute: int
    price: str


def read_question(body: bytes) -> MatchingQuestion:
    """Read a question strictly; raise BadInput naming the place that is wrong, never its value."""
    return _read(MatchingQuestion, body, "question")


def read_answer(body: bytes, question: MatchingQuestion) -> MatchingAnswer:
    """Read the answer to a question; raise BadInput for another shape, or when it answers something else."""
    answer = _read(MatchingAnswer, body, "answer")
    if answer.id != question.id or len(answer.matches) > question.k:
        raise BadInput("The answer is not one to this question; nothing of it was kept.")
    return answer


def _read(model: type[_Said], body: bytes, what: str) -> _Said:
    try:
        return model.model_validate_json(body)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors(include_input=False, include_url=False)[0]["loc"])
        raise BadInput(f"The {what} cannot be read: {place or 'its shape'}.") from None
