"""What nodes say to each other about their journals: strict shapes, nothing converted, nothing extra."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillspace.kernel.errors import BadInput
from skillspace.trust.journal.model import WitnessAnswer
from skillspace.trust.journal.statements import MAX_BYTES

Token = Annotated[str, Field(min_length=1, max_length=MAX_BYTES)]


class Message(BaseModel):
    """A wire message: unknown members are refused, nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CheckpointDelivery(Message):
    """A node gives a witness its newest checkpoint."""

    checkpoint: Token


class CheckpointReceived(Message):
    """The witness's signed acknowledgement."""

    acknowledgement: Token


class Held(Message):
    """One checkpoint a witness holds, with what it answered."""

    checkpoint: Token
    acknowledgement: Token


class HeldCheckpoints(Message):
    """What a witness holds about a node, oldest first; with 500 of them there may be more after the last."""

    witness: str = Field(min_length=1, max_length=300)
    checkpoints: list[Held] = Field(max_length=500)
    forks: list[Token] = Field(default_factory=list, max_length=500)

    @classmethod
    def of(cls, answer: WitnessAnswer) -> HeldCheckpoints:
        """Write an answer as it travels."""
        pairs = [Held(checkpoint=checkpoint, acknowledgement=given) for checkpoint, given in answer.held]
        return cls(witness=answer.witness, checkpoints=pairs, forks=list(answer.forks))


def read_answer(content: Any) -> WitnessAnswer:
    """Read what a witness answered, or a file of it; raise BadInput naming the place of the fault."""
    try:
        found = HeldCheckpoints.model_validate(content)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadInput(f"This is no witness's answer: {place}: {first['msg']}.") from None
    pairs = [(each.checkpoint, each.acknowledgement) for each in found.checkpoints]
    return WitnessAnswer(witness=found.witness, held=pairs, forks=found.forks)
