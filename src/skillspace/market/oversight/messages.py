"""What an organisation tells a person of matching, through their intermediary: strict shapes, nothing extra."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.market.oversight.machine import Standing, Why

MOST_VACANCIES, MOST_NEEDS, MOST_DECIDED = 50, 500, 100
Uri = Annotated[str, Field(min_length=1, max_length=500)]
Moment = Annotated[str, Field(min_length=10, max_length=40, pattern=r"^[!-~]+$")]
Band = Literal["first-three", "first-ten", "beyond"]
Share = Annotated[float, Field(ge=0, le=1)]


class _Message(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Needed(_Message):
    """One skill a vacancy asks for: with its share of all it asks for, and how the person stands to it.

    `validation` (1 to 6) where it is had, `by` where another skill of theirs comes close; neither where it is missing.
    """

    uri: Uri
    weight: Share
    validation: Annotated[int, Field(ge=1, le=6)] | None = None
    by: Uri | None = None


class Decided(_Message):
    """What somebody at the organisation decided, when and why; who it was stays there."""

    at: Moment
    state: Annotated[Standing, Field(strict=False)]
    why: Annotated[Why, Field(strict=False)]
    words: Annotated[str, Field(max_length=500)]


class Compared(_Message):
    """One vacancy: where matching has the person, what it is made of, and what people decided, last one last.

    `band` is no place, which would tell of others: "first-three", "first-ten", or "beyond" what matching shows.
    """

    vacancy: Uri
    title: Annotated[str, Field(max_length=500)]
    where: Annotated[str, Field(max_length=500)]
    band: Band
    needs: Annotated[list[Needed], Field(max_length=MOST_NEEDS)]
    decided: Annotated[list[Decided], Field(max_length=MOST_DECIDED)]


class Explanation(_Message):
    """What matching says of one person to one organisation now: `vacancies` in full, best first.

    `looked_at` vacancies were compared; with those that are not listed the person is beyond the first ten.
    """

    at: Moment
    looked_at: Annotated[int, Field(ge=0)]
    vacancies: Annotated[list[Compared], Field(max_length=MOST_VACANCIES)]


def read_explanation(content: object) -> Explanation:
    """Read what an organisation answered; raise BadInput naming what is wrong."""
    try:
        return Explanation.model_validate(content)
    except ValidationError as fault:
        place = ".".join(str(part) for part in fault.errors()[0]["loc"])
        raise BadInput(f"The explanation cannot be read: {place or 'its shape'}.") from None
