"""What membership is made of: an organisation's record, its credential, and the roles a node may have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from skillspace.kernel.errors import NotAMember
from skillspace.trust.membership.machine import MemberState

MEMBERSHIP_CREDENTIAL = "MembershipCredential"
MEMBERSHIP_SCOPE = f"org.eclipse.dspace.dcp.vc.type:{MEMBERSHIP_CREDENTIAL}:read"
DCP_CONTEXT = "https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"
ROLES = frozenset(
    {"authority", "intermediary", "university", "school", "training", "employer", "agency", "edtech", "participant"}
)


class MembershipExpired(NotAMember):
    """The membership credential's time is over; ask the authority to renew it."""


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


class CredentialContainer(Strict):
    """DCP 1.0 §6.5.2: one credential within a CredentialMessage."""

    credential_type: str = Field(alias="credentialType")
    payload: str
    format: str


class CredentialMessage(Strict):
    """DCP 1.0 §6.5.2: an issuer delivers what it issued."""

    model_config = ConfigDict(strict=True, extra="ignore")
    context: list[str] = Field(alias="@context")
    type: Literal["CredentialMessage"]
    issuer_pid: str = Field(alias="issuerPid")
    holder_pid: str | None = Field(default=None, alias="holderPid")
    status: Literal["ISSUED", "REJECTED"]
    credentials: list[CredentialContainer] = Field(default_factory=list, max_length=20)


class PresentationQuery(Strict):
    """DCP 1.0 §5.4.1: a verifier asks for credentials by scope."""

    model_config = ConfigDict(strict=True, extra="ignore")
    context: list[str] = Field(alias="@context")
    type: Literal["PresentationQueryMessage"]
    scope: list[str] | None = None
    presentation_definition: dict[str, object] | None = Field(default=None, alias="presentationDefinition")
