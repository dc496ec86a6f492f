"""What nodes say to each other about rights: strict shapes, nothing converted, nothing extra."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from skillspace.wire.jose import MAX_TOKEN_BYTES

MAX_WORDS, MAX_NAME = 4000, 500


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("it holds the character NUL")
    return text


Identifier = Annotated[str, Field(min_length=8, max_length=100, pattern=r"^[A-Za-z0-9._-]+$")]
Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME), AfterValidator(_storable)]
Names = Annotated[list[Name], Field(max_length=100)]
Words = Annotated[str, Field(max_length=MAX_WORDS), AfterValidator(_storable)]
Moment = Annotated[str, Field(min_length=10, max_length=40, pattern=r"^[!-~]+$")]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Move = Literal["receive", "take", "extend", "doubt", "answer", "refuse", "lift"]


class Message(BaseModel):
    """A wire message: unknown members are refused, nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class CorrectionMessage(Message):
    """What is wrong, and what is right."""

    item: Name
    wrong: Words
    right: Words


class PartMessage(Message):
    """The intermediary puts a person's request before an organisation; `asked` is when the person asked."""

    part: Identifier
    right: Literal["access", "rectification", "erasure", "restriction", "portability", "objection", "review"]
    subject: Annotated[str, Field(min_length=3, max_length=300, pattern=r"^[!-~]+$")]
    asked: Moment
    words: Words
    datasets: Names
    kinds: Names
    grants: Names
    corrections: Annotated[list[CorrectionMessage], Field(max_length=50)]


class Supplied(Message):
    """What the person answers to a doubt about who they are, and when they did."""

    words: Words
    at: Moment


class Collected(Message):
    """The package is with the intermediary, whole: its digest shows that."""

    digest: Digest


class ReplyMessage(Message):
    """An organisation's signed word about a part; `opens` is the key to the package it speaks of."""

    reply: Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_BYTES)]
    opens: Annotated[str, Field(min_length=20, max_length=100, pattern=r"^[!-~]+$")] | None = None


class DutyMessage(Message):
    """A law that demands to keep something."""

    law: Name
    until: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None
    what: Name


class PackageMessage(Message):
    """What the organisation signs about a package."""

    digest: Digest
    size: Annotated[int, Field(ge=1, le=1_000_000_000)]
    holdings: Annotated[int, Field(ge=0, le=1_000_000)]


class ReplySubject(Message):
    """The credentialSubject of an organisation's word; `number` puts those about one part in order.

    `country` is whose holidays and days the clock has.
    """

    id: Annotated[str, Field(max_length=200, pattern=r"^urn:[!-~]+$")]
    part: Identifier
    right: Literal["access", "rectification", "erasure", "restriction", "portability", "objection", "review"]
    number: Annotated[int, Field(ge=1, le=10_000)]
    move: Move
    at: Moment
    received: Moment
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    words: Words
    complaint: Words = ""
    ground: Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9-]+$")] | None = None
    deleted: Annotated[dict[Name, Annotated[int, Field(ge=0, le=2**53)]], Field(max_length=100)] = {}
    kept: Annotated[list[DutyMessage], Field(max_length=50)] = []
    package: PackageMessage | None = None
