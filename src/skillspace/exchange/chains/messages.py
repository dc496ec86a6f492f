"""What nodes say to each other about a chain: strict shapes, nothing converted, nothing extra."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillspace.wire.jose import MAX_TOKEN_BYTES

Name = Annotated[str, Field(min_length=1, max_length=512, pattern=r"^[!-~]+$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Token = Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_BYTES)]
Reason = Annotated[str, Field(max_length=500)]
Count = Annotated[int, Field(ge=0, le=2**53)]


class Said(BaseModel):
    """What all messages name: which hop the message is about, and in which attempt."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    hop: Annotated[int, Field(ge=0, le=63)]
    attempt: Annotated[int, Field(ge=1, le=1000)]


class Before(BaseModel):
    """The neighbour before: who it is and what it gives."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    participant: Name
    dataset: Name


class Prepare(Said):
    """The asker asks a node to play a part. `hand_on` is what the neighbour before signed."""

    purpose: Annotated[str, Field(min_length=1, max_length=200)]
    deadline: Annotated[str, Field(max_length=40)]
    previous: Before | None = None
    dataset: Name | None = None
    next: Name | None = None
    grant: Name | None = None
    hand_on: Token | None = None
    wants_result: bool = False
    max_bytes: Annotated[int, Field(gt=0, le=2**53)]


class Go(Said):
    """The asker lets the first hop that fetches begin: every hop has agreed."""


class Taking(Said):
    """The neighbour after us takes our output by this transfer (its consumerPid)."""

    transfer: Name


class Offered(Said):
    """The neighbour before us has its output ready."""

    digest: Digest
    bytes: Count


class Taken(Said):
    """The neighbour after us has all of our output."""

    digest: Digest
    bytes: Count


class Keep(Said):
    """The asker's last word to the consumer: the chain is whole, the result is yours."""


class End(Said):
    """The asker ends the chain early."""

    outcome: Literal["failed", "cancelled"]
    reason: Reason


class Returned(BaseModel):
    """A small result for an asker who is no hop."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    media_type: Annotated[str, Field(max_length=200)]
    base64: Annotated[str, Field(max_length=96 * 1024, pattern=r"^[A-Za-z0-9+/=]*$")]


class Report(Said):
    """A hop tells the asker where it is, with everything it has signed so far."""

    state: Literal["agreed", "fetched", "processed", "handed-on", "kept", "failed", "ended"]
    reason: Reason | None = None
    hand_on: Token | None = None
    statement: Token | None = None
    result: Returned | None = None


class SamePerson(BaseModel):
    """A hop asks whether the consent it took data under and the one it is to give on under are one person's."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    taken: Name
    given: Name
