"""The messages of a negotiation (DSP 2025-1 §7): strict models of what comes in, builders of what goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from skillspace.exchange.messages import MAX_REASON, Callback, Message, Pid, ProcessMessage, ReasonedMessage, message
from skillspace.exchange.odrl import PolicyMalformed, check_agreement, check_offer, rules_of
from skillspace.kernel.clock import from_iso, iso
from skillspace.kernel.errors import BadInput

OfferMember = Annotated[dict[str, Any], AfterValidator(check_offer)]


class ContractRequestMessage(Message):
    """The consumer asks for an agreement: the first time with `callbackAddress`, later with `providerPid`."""

    type: Annotated[Literal["ContractRequestMessage"], Field(alias="@type")]
    consumer_pid: Annotated[Pid, Field(alias="consumerPid")]
    provider_pid: Annotated[Pid | None, Field(alias="providerPid")] = None
    callback: Annotated[Callback | None, Field(alias="callbackAddress")] = None
    offer: OfferMember


class ContractOfferMessage(Message):
    """The provider offers: the first time with `callbackAddress`, later with `consumerPid`."""

    type: Annotated[Literal["ContractOfferMessage"], Field(alias="@type")]
    provider_pid: Annotated[Pid, Field(alias="providerPid")]
    consumer_pid: Annotated[Pid | None, Field(alias="consumerPid")] = None
    callback: Annotated[Callback | None, Field(alias="callbackAddress")] = None
    offer: OfferMember


class ContractAgreementMessage(ProcessMessage):
    """The provider agrees and sends the agreement."""

    type: Annotated[Literal["ContractAgreementMessage"], Field(alias="@type")]
    agreement: Annotated[dict[str, Any], AfterValidator(check_agreement)]


class ContractAgreementVerificationMessage(ProcessMessage):
    """The consumer has verified the agreement."""

    type: Annotated[Literal["ContractAgreementVerificationMessage"], Field(alias="@type")]


class ContractNegotiationEventMessage(ProcessMessage):
    """The consumer accepts the offer, or the provider finalizes."""

    type: Annotated[Literal["ContractNegotiationEventMessage"], Field(alias="@type")]
    event: Annotated[Literal["ACCEPTED", "FINALIZED"], Field(alias="eventType")]


class ContractNegotiationTerminationMessage(ReasonedMessage):
    """Either side ends the negotiation."""

    type: Annotated[Literal["ContractNegotiationTerminationMessage"], Field(alias="@type")]


def one_address(contract: ContractRequestMessage | ContractOfferMessage, *, is_first: bool) -> None:
    """Check that a first message brings a callbackAddress and a later one the other side's pid, never both."""
    known = contract.provider_pid if isinstance(contract, ContractRequestMessage) else contract.consumer_pid
    if (known is None) is not is_first or (contract.callback is None) is is_first:
        raise BadInput(f"{contract.type}: a first message has a callbackAddress, a later one the known pid; not both.")


def offer_in_message(offer: Mapping[str, Any], dataset: str) -> dict[str, Any]:
    """Write an offer as messages carry it: its id, the dataset as target, its rules unchanged."""
    return {"@id": offer["@id"], "@type": "Offer", "target": dataset, **rules_of(offer)}


def agreement_on(offer: Mapping[str, Any], *, name: str, provider: str, consumer: str, at: datetime) -> dict[str, Any]:
    """Write the agreement on an offer: its rules echoed unchanged (DSP 2025-1 §7)."""
    parties = {"target": offer["target"], "assigner": provider, "assignee": consumer, "timestamp": iso(at)}
    return {"@id": name, "@type": "Agreement", **parties, **rules_of(offer)}


def made_at(agreement: Mapping[str, Any]) -> datetime:
    """Return the agreement's timestamp; raise PolicyMalformed when it is not a moment."""
    try:
        return from_iso(str(agreement["timestamp"]))
    except (ValueError, OverflowError):
        raise PolicyMalformed("The agreement's timestamp is not a moment in ISO 8601.") from None


def first_request(consumer_pid: str, offer: Mapping[str, Any]) -> dict[str, Any]:
    """Write a consumer's message that opens a negotiation; the callback address is added when it is sent."""
    return message("ContractRequestMessage", consumerPid=consumer_pid, offer=dict(offer))


def first_offer(provider_pid: str, offer: Mapping[str, Any]) -> dict[str, Any]:
    """Write a provider's message that opens a negotiation; the callback address is added when it is sent."""
    return message("ContractOfferMessage", providerPid=provider_pid, offer=dict(offer))


def counter_request(offer: Mapping[str, Any]) -> dict[str, Any]:
    """Write a consumer's offer within a negotiation; the pids are added when it is sent."""
    return message("ContractRequestMessage", offer=dict(offer))


def counter_offer(offer: Mapping[str, Any]) -> dict[str, Any]:
    """Write a provider's offer within a negotiation; the pids are added when it is sent."""
    return message("ContractOfferMessage", offer=dict(offer))


def agreement_message(agreement: Mapping[str, Any]) -> dict[str, Any]:
    """Write the provider's agreement."""
    return message("ContractAgreementMessage", agreement=dict(agreement))


def verification() -> dict[str, Any]:
    """Write the consumer's verification."""
    return message("ContractAgreementVerificationMessage")


def event_message(event: str) -> dict[str, Any]:
    """Write ACCEPTED or FINALIZED."""
    return message("ContractNegotiationEventMessage", eventType=event)


def termination(reason: str) -> dict[str, Any]:
    """Write the end of a negotiation with its reason."""
    return message("ContractNegotiationTerminationMessage", code="TERMINATED", reason=[reason[:MAX_REASON]])
