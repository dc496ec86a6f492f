"""What nodes say to each other about consent: strict shapes, nothing converted, nothing extra."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillspace.wire.jose import MAX_TOKEN_BYTES

Identifier = Annotated[str, Field(min_length=8, max_length=100, pattern=r"^[!-~]+$")]
Name = Annotated[str, Field(min_length=1, max_length=500)]
Kinds = Annotated[list[Annotated[str, Field(min_length=1, max_length=200)]], Field(max_length=100)]


class Message(BaseModel):
    """A wire message: unknown members are refused, nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class GrantDelivery(Message):
    """The intermediary gives a recipient its grant: a ConsentGrantCredential as JWT."""

    credential: str = Field(min_length=1, max_length=MAX_TOKEN_BYTES)


class GrantEnded(Message):
    """The intermediary tells that a grant is over."""

    grant: Identifier
    state: Literal["revoked", "expired", "terminated"]
    at: str = Field(max_length=40)


class Happened(Message):
    """What the provider decided by itself, told afterwards; `id` is the provider's own."""

    id: Identifier
    at: str = Field(max_length=40)
    by: Name
    outcome: Literal["refused"]
    code: str = Field(default="", max_length=100)
    reason: str = Field(default="", max_length=500)


class Deletion(Message):
    """A holder hands over the receipt of something that it had to keep and has deleted now."""

    receipt: str = Field(min_length=1, max_length=MAX_TOKEN_BYTES)


class TokenRequest(Message):
    """The recipient of a grant asks for a token for one use of it, for these kinds of data."""

    grant: Identifier
    what: Kinds


class TokenAnswer(Message):
    """The token, or why there is none, with the code of the fault."""

    token: str = Field(default="", max_length=MAX_TOKEN_BYTES)
    code: str = Field(default="", max_length=100)
    reason: str = Field(default="", max_length=1000)


class UseQuestion(Message):
    """The provider asks at the moment of use and redeems the token that was shown to it."""

    token: str = Field(min_length=1, max_length=MAX_TOKEN_BYTES)
    what: Kinds


class UseReport(Message):
    """The provider tells of a use or refusal that it decided without asking."""

    grant: Identifier
    dataset: Name
    what: Kinds
    happened: Happened


class UseAnswer(Message):
    """Whether the grant lives; otherwise why not, with the code of the fault."""

    live: bool
    code: str = Field(default="", max_length=100)
    reason: str = Field(default="", max_length=1000)
