"""What membership is made of: an organisation's record, its credential, and the roles a node may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from skillspace.kernel.errors import NotAMember
from skillspace.records.credentials.gaiax import MAX_TOKENS
from skillspace.trust.issuers import MEMBERSHIP_CREDENTIAL
from skillspace.trust.membership.machine import MemberState
from skillspace.wire.jose import MAX_TOKEN_BYTES

__all__ = ["MEMBERSHIP_CREDENTIAL", "ROLES", "Application", "Member", "MembershipExpired", "MembershipRevoked"]

ROLES = frozenset(
    {"authority", "intermediary", "university", "school", "training", "employer", "agency", "edtech", "participant"}
)


class MembershipExpired(NotAMember):
    """The membership credential's time is over; ask the authority to renew it."""


class MembershipRevoked(NotAMember):
    """The authority has taken the membership back before its end; ask the authority why."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One organisation in the authority's register."""

    did: str
    name: str
    roles: frozenset[str]
    address: str
    state: MemberState
    since: datetime
    until: datetime | None


class Strict(BaseModel):
    """A wire message: unknown members are refused, nothing is converted."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Application(Strict):
    """An organisation asks to join (our own message; DCP leaves admission to the data space)."""

    name: str = Field(min_length=1, max_length=200)
    roles: list[str] = Field(max_length=10)
    address: str = Field(max_length=300)
    invitation: str | None = Field(default=None, max_length=100)
    #: Gaia-X credentials of the organisation, as JWT: who it is by law.
    credentials: list[Annotated[str, Field(min_length=1, max_length=MAX_TOKEN_BYTES)]] = Field(
        default_factory=list, max_length=MAX_TOKENS
    )
