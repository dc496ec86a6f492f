"""The messages of a transfer (DSP 2025-1 §9): strict models of what comes in, builders of what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from skillspace.exchange.messages import (
    MAX_REASON,
    Callback,
    Message,
    Pid,
    ProcessMessage,
    ReasonedMessage,
    message,
)

HTTP_ENDPOINT = "https://w3id.org/idsa/v4.1/HTTP"
#: How Eclipse EDC names the members of an address, where the protocol leaves the names open, and its kind of sink.
EDC_NAMESPACE = "https://w3id.org/edc/v0.0.1/ns/"
EDC_SINK = "HttpData"


class EndpointProperty(BaseModel):
    """One named value of an address. Some connectors write values that are not text; those are not for us."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    type: Annotated[Literal["EndpointProperty"], Field(alias="@type")]
    name: str
    value: Any


class DataAddress(BaseModel):
    """Where data can be fetched and with what (DSP 2025-1 §9)."""

    model_config = ConfigDict(strict=True, extra="ignore", frozen=True)

    type: Annotated[Literal["DataAddress"], Field(alias="@type")]
    endpoint_type: Annotated[str, Field(alias="endpointType")]
    endpoint: Annotated[str | None, Field(max_length=4096)] = None
    properties: Annotated[list[EndpointProperty], Field(alias="endpointProperties")] = []

    def kept(self, *, needs_token: bool = True) -> dict[str, str] | None:
        """Return the endpoint and the token that opens it; None when this is not an address for HTTP.

        A sink may be open without a token (`needs_token` false), data never are.
        """
        named = {
            entry.name.removeprefix(EDC_NAMESPACE): entry.value
            for entry in self.properties
            if isinstance(entry.value, str)
        }
        token = named.get("authorization") or named.get("header:Authorization", "")
        kind = named.get("authType", "bearer")
        endpoint = self.endpoint or named.get("endpoint") or named.get("baseUrl")
        if endpoint is None or not token.isprintable() or kind.lower() != "bearer" or (needs_token and not token):
            return None
        return {"endpoint": endpoint, "token": token.removeprefix("Bearer ")}


class TransferRequestMessage(Message):
    """The consumer asks for a transfer under an agreement."""

    type: Annotated[Literal["TransferRequestMessage"], Field(alias="@type")]
    consumer_pid: Annotated[Pid, Field(alias="consumerPid")]
    agreement: Annotated[Pid, Field(alias="agreementId")]
    format: Annotated[str, Field(max_length=200)]
    callback: Annotated[Callback, Field(alias="callbackAddress")]
    address: Annotated[DataAddress | None, Field(alias="dataAddress")] = None


class TransferStartMessage(ProcessMessage):
    """The provider starts (with an address to pull from), or either side resumes."""

    type: Annotated[Literal["TransferStartMessage"], Field(alias="@type")]
    address: Annotated[DataAddress | None, Field(alias="dataAddress")] = None


class TransferCompletionMessage(ProcessMessage):
    """Either side has what it wanted."""

    type: Annotated[Literal["TransferCompletionMessage"], Field(alias="@type")]


class TransferSuspensionMessage(ReasonedMessage):
    """Either side pauses."""

    type: Annotated[Literal["TransferSuspensionMessage"], Field(alias="@type")]


class TransferTerminationMessage(ReasonedMessage):
    """Either side ends it early."""

    type: Annotated[Literal["TransferTerminationMessage"], Field(alias="@type")]


def transfer_request(consumer_pid: str, agreement: str, format: str) -> dict[str, Any]:
    """Write the message that opens a transfer; callback and, for a push, data address are added when it is sent."""
    return message("TransferRequestMessage", consumerPid=consumer_pid, agreementId=agreement, format=format)


def start() -> dict[str, Any]:
    """Write a start; the pids, and the address of a provider's pull endpoint, are added when it is sent."""
    return message("TransferStartMessage")


def with_address(body: Mapping[str, Any], endpoint: str, token: str) -> dict[str, Any]:
    """Return a request or start with the address of our own endpoint and the token that opens it.

    It is written twice: in plain words, and in those Eclipse EDC looks for; a sink also in the words of its data plane.
    """
    is_sink = body.get("@type") == "TransferRequestMessage"
    named = {"endpoint": endpoint, "authorization": token, "authType": "bearer"}
    foreign = {"baseUrl": endpoint} if is_sink else named
    properties = {"authorization": token, "authType": "bearer"}
    properties |= {f"{EDC_NAMESPACE}{name}": value for name, value in foreign.items()}
    properties |= {"header:Authorization": f"Bearer {token}"} if is_sink else {}
    address = {
        "@type": "DataAddress",
        "endpointType": EDC_SINK if is_sink else HTTP_ENDPOINT,
        "endpoint": endpoint,
        "endpointProperties": [
            {"@type": "EndpointProperty", "name": name, "value": value} for name, value in properties.items()
        ],
    }
    return dict(body) | {"dataAddress": address}


def completion() -> dict[str, Any]:
    """Write a completion."""
    return message("TransferCompletionMessage")


def suspension(reason: str) -> dict[str, Any]:
    """Write a suspension with its reason."""
    return message("TransferSuspensionMessage", code="SUSPENDED", reason=[reason[:MAX_REASON]])


def termination(reason: str) -> dict[str, Any]:
    """Write a termination with its reason."""
    return message("TransferTerminationMessage", code="TERMINATED", reason=[reason[:MAX_REASON]])
