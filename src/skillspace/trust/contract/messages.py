"""What nodes say to each other about contracts: strict shapes, nothing converted, nothing extra.

A member gives orders, each with an identifier of its own; the orchestrator tells that there is news; everything else is
asked for (`News`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillspace.wire.jose import MAX_TOKEN_BYTES

Identifier = Annotated[str, Field(min_length=8, max_length=200, pattern=r"^[!-~]+$")]
Word = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[!-~]+$")]
MAX_REASON = 500
Reason = Annotated[str, Field(max_length=MAX_REASON)]
Token = Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_BYTES)]
Round = Annotated[int, Field(ge=1, le=10_000)]
Document = dict[str, Any]


class Message(BaseModel):
    """A wire message: unknown members are refused, nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Join(Message):
    """Ask to take part in a role."""

    move: Literal["join"] = "join"
    role: Word


class Plainly(Message):
    """Accept or decline an invitation, or withdraw before anything is signed."""

    move: Literal["accept", "decline", "withdraw"]
    reason: Reason = ""


class Propose(Message):
    """Bring up an offering."""

    move: Literal["propose"] = "propose"
    offering: Document


class Counter(Message):
    """Answer the word `round` about an offering with another."""

    move: Literal["counter"] = "counter"
    offer: Identifier
    round: Round
    offering: Document


class Agree(Message):
    """Agree with the word `round` about an offering."""

    move: Literal["agree"] = "agree"
    offer: Identifier
    round: Round


class Drop(Message):
    """Let go of an offering."""

    move: Literal["drop"] = "drop"
    offer: Identifier


class Sign(Message):
    """Sign: a participation and the member's signature on it."""

    move: Literal["sign"] = "sign"
    document: Document
    signature: Token


class Leave(Message):
    """Leave, with the notice the contract asks for; `by_law` at once, where a law leaves no time, with the reason."""

    move: Literal["leave"] = "leave"
    reason: Reason
    by_law: bool = False


Act = Annotated[Join | Plainly | Propose | Counter | Agree | Drop | Sign | Leave, Field(discriminator="move")]


class Order(Message):
    """What a member asks of the orchestrator; the same order twice is done once."""

    id: Identifier
    contract: Identifier
    act: Act


class Told(Message):
    """The orchestrator says that a contract has changed; what changed is asked for."""

    contract: Identifier
    revision: Annotated[int, Field(ge=0)]


class VersionNews(Message):
    """One version of the terms, with the orchestrator's signature."""

    terms: Document
    signature: Token


class SeatNews(Message):
    """Where a participation stands, with what both sides signed."""

    id: Identifier
    member: Word
    role: Word
    state: Word
    suspended_for: Annotated[list[Word], Field(max_length=5)]
    reason: Reason
    since: Word
    leaves: Word | None
    document: Document | None
    signature: Annotated[str, Field(max_length=MAX_TOKEN_BYTES)]
    countersignature: Annotated[str, Field(max_length=MAX_TOKEN_BYTES)]
    revision: int


class OfferNews(Message):
    """Where an offering of one's own participation stands."""

    id: Identifier
    participation: Identifier
    opener: Literal["member", "orchestrator"]
    state: Word
    round: Round
    content: Document
    before: Document | None
    revision: int


class News(Message):
    """What changed in a contract since a revision, as far as the asking member may know it; `more` says there is more
    of it after `revision`."""

    contract: Identifier
    state: Word
    stops: Word | None
    reason: Reason
    since: Word
    revision: int
    more: bool
    versions: Annotated[list[VersionNews], Field(max_length=1000)]
    participations: Annotated[list[SeatNews], Field(max_length=1000)]
    offers: Annotated[list[OfferNews], Field(max_length=1000)]
