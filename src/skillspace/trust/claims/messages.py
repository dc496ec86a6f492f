"""The messages of the Decentralized Claims Protocol 1.0 (§5.4, §6.4 to §6.8): strict models in, schema-true JSON out.

A message without what it must hold, or with another type of it, is refused; members we do not know are left unread,
because the protocol lets others extend it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

DCP_CONTEXT = "https://w3id.org/dspace-dcp/v1.0/dcp.jsonld"

#: What a credential is made of, by profile alias (DCP 1.0 §7): the data model, and the name of its format on the wire.
VC11, VC20 = "vc11-sl2021/jwt", "vc20-bssl/jwt"
MODELS = {VC11: "1.1", VC20: "2.0"}
FORMATS = {VC11: "VC1_0_JWT", VC20: "VC2_0_JOSE"}
#: The specification leaves the format's name open; these are the ones seen in use for signed tokens.
JWT_FORMATS = frozenset(
    {"jwt", "jwt_vc", "vc+jwt", "jwt_vc_json", *(name.lower() for name in FORMATS.values()), *MODELS}
)


def _names_dcp(context: list[str]) -> list[str]:
    if DCP_CONTEXT not in context:
        raise ValueError(f"@context must hold {DCP_CONTEXT}")
    return context


_described: dict[str, JsonValue] = {"contains": {"const": DCP_CONTEXT}}
Context = Annotated[
    list[str], Field(alias="@context", max_length=20, json_schema_extra=_described), AfterValidator(_names_dcp)
]
Name = Annotated[str, Field(min_length=1, max_length=500)]


class Message(BaseModel):
    """A wire message: nothing is converted, and what must be there is there."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)


class PresentationQuery(Message):
    """DCP 1.0 §5.4.1: a verifier asks for credentials, by scope or by presentation definition."""

    context: Context
    type: Literal["PresentationQueryMessage"]
    scope: list[Name] | None = Field(default=None, max_length=50)
    presentation_definition: dict[str, object] | None = Field(default=None, alias="presentationDefinition")


class CredentialContainer(Message):
    """DCP 1.0 §6.5.2.1: one credential within a CredentialMessage."""

    credential_type: Name = Field(alias="credentialType")
    payload: Annotated[str, Field(min_length=1, max_length=256 * 1024)]
    format: Name


class CredentialMessage(Message):
    """DCP 1.0 §6.5.2: an issuer delivers what it issued, or says that it will not."""

    context: Context
    type: Literal["CredentialMessage"]
    issuer_pid: Name = Field(alias="issuerPid")
    holder_pid: Name | None = Field(default=None, alias="holderPid")
    status: Literal["ISSUED", "REJECTED"]
    credentials: list[CredentialContainer] = Field(default_factory=list, max_length=20)
    rejection_reason: str | None = Field(default=None, alias="rejectionReason", max_length=1000)


class CredentialObject(Message):
    """DCP 1.0 §6.6.2: one credential an issuer can make; in an offer it may be its identifier alone."""

    id: Name
    credential_type: Name | None = Field(default=None, alias="credentialType")
    profile: Name | None = None


class CredentialOffer(Message):
    """DCP 1.0 §6.6.1: an issuer tells a holder which credentials it may ask for."""

    context: Context
    type: Literal["CredentialOfferMessage"]
    issuer: Name
    credentials: list[CredentialObject] = Field(min_length=1, max_length=50)


class Wanted(Message):
    """DCP 1.0 §6.4.1: the identifier of one CredentialObject."""

    id: Name


class CredentialRequest(Message):
    """DCP 1.0 §6.4.1: a holder asks an issuer for credentials."""

    context: Context
    type: Literal["CredentialRequestMessage"]
    holder_pid: Name = Field(alias="holderPid")
    credentials: list[Wanted] = Field(min_length=1, max_length=20)


class IssuerMetadata(Message):
    """DCP 1.0 §6.7.1: what an issuer can make."""

    context: Context
    type: Literal["IssuerMetadata"]
    issuer: Name
    credentials: list[CredentialObject] = Field(default_factory=list, alias="credentialsSupported", max_length=500)


def presentation_query(scopes: Sequence[str]) -> dict[str, Any]:
    """Write a query for these scopes."""
    return _message("PresentationQueryMessage", scope=list(scopes))


def presentation_response(presentations: Sequence[object]) -> dict[str, Any]:
    """Write the answer to a query: presentations as tokens, or as objects that envelop one."""
    return _message("PresentationResponseMessage", presentation=list(presentations))


def credential_request(holder_pid: str, objects: Sequence[str]) -> dict[str, Any]:
    """Write a request for the CredentialObjects with these identifiers."""
    return _message("CredentialRequestMessage", holderPid=holder_pid, credentials=[{"id": name} for name in objects])


def credential_offer(issuer: str, objects: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """Write an offer of CredentialObjects."""
    return _message("CredentialOfferMessage", issuer=issuer, credentials=[dict(each) for each in objects])


def credential_message(
    *, issuer_pid: str, holder_pid: str, credentials: Sequence[Mapping[str, str]], rejection: str | None = None
) -> dict[str, Any]:
    """Write a delivery of credentials, or with `rejection` that there will be none."""
    pids = {"issuerPid": issuer_pid, "holderPid": holder_pid}
    if rejection is not None:
        return _message("CredentialMessage", **pids, status="REJECTED", rejectionReason=rejection, credentials=[])
    return _message("CredentialMessage", **pids, status="ISSUED", credentials=[dict(each) for each in credentials])


def credential_status(*, issuer_pid: str, holder_pid: str, status: str) -> dict[str, Any]:
    """Write where a request stands."""
    return _message("CredentialStatus", issuerPid=issuer_pid, holderPid=holder_pid, status=status)


def issuer_metadata(issuer: str, objects: Sequence[Mapping[str, object]]) -> dict[str, Any]:
    """Write what an issuer can make."""
    return _message("IssuerMetadata", issuer=issuer, credentialsSupported=[dict(each) for each in objects])


def _message(kind: str, **members: object) -> dict[str, Any]:
    return {"@context": [DCP_CONTEXT], "type": kind, **members}
