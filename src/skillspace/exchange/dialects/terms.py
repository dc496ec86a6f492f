"""The words of the protocol and the IRIs they stand for: one table, from which every dialect reads and writes.

The facts are those of the DSP 2025-1 and ODRL profile contexts (Eclipse Dataspace Protocol, Apache-2.0) and DCAT 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

DSPACE = "https://w3id.org/dspace/2025/1/"
ODRL = "http://www.w3.org/ns/odrl/2/"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"


class Value(Enum):
    """What stands behind a term: text, the identifier of something, a word of a vocabulary, an object, or anything."""

    TEXT = "text"
    ID = "id"
    WORD = "word"
    NODE = "node"
    ANY = "any"


class Term(NamedTuple):
    """One member of a message; `is_set` means it is always written as a list."""

    iri: str
    value: Value
    is_set: bool = False


def _terms(space: str, value: Value, *names: str, is_set: bool = False) -> dict[str, Term]:
    return {name: Term(space + name, value, is_set) for name in names}


TERMS: Mapping[str, Term] = {
    **_terms(DSPACE, Value.ID, "providerPid", "consumerPid", "agreementId", "participantId"),
    **_terms(DSPACE, Value.WORD, "eventType", "state", "endpointType"),
    **_terms(DSPACE, Value.TEXT, "callbackAddress", "code", "endpoint", "name", "timestamp"),
    **_terms(DSPACE, Value.ANY, "value"),
    **_terms(DSPACE, Value.ANY, "reason", "filter", is_set=True),
    **_terms(DSPACE, Value.NODE, "offer", "agreement", "dataAddress"),
    **_terms(DSPACE, Value.NODE, "endpointProperties", is_set=True),
    **_terms(ODRL, Value.ID, "target", "assigner", "assignee", "profile"),
    **_terms(ODRL, Value.WORD, "action", "leftOperand", "operator"),
    **_terms(ODRL, Value.ANY, "rightOperand"),
    **_terms(ODRL, Value.NODE, "hasPolicy", "permission", "prohibition", "obligation", "duty", is_set=True),
    **_terms(ODRL, Value.NODE, "constraint", "and", "andSequence", "or", "xone", is_set=True),
    **_terms(DCAT, Value.NODE, "service", "catalog", "distribution", "accessService", is_set=True),
    **_terms(DCAT, Value.TEXT, "endpointURL", "endpointDescription"),
    # DCAT's; the protocol's own `dataset` stands only in a message that HTTP replaces by a GET.
    "dataset": Term(DCAT + "dataset", Value.NODE, is_set=True),
    "format": Term(DCT + "format", Value.WORD),
    "accessService": Term(DCAT + "accessService", Value.NODE),
}

#: Types and words of vocabularies: short name → IRI.
WORDS: Mapping[str, str] = {
    name: space + name
    for space, names in (
        (
            DSPACE,
            "CatalogRequestMessage DatasetRequestMessage CatalogError ContractRequestMessage ContractOfferMessage "
            "ContractAgreementMessage ContractAgreementVerificationMessage ContractNegotiationEventMessage "
            "ContractNegotiationTerminationMessage ContractNegotiation ContractNegotiationError "
            "TransferRequestMessage TransferStartMessage TransferSuspensionMessage TransferCompletionMessage "
            "TransferTerminationMessage TransferProcess TransferError DataAddress EndpointProperty "
            "REQUESTED OFFERED ACCEPTED AGREED VERIFIED FINALIZED TERMINATED STARTED SUSPENDED COMPLETED",
        ),
        (DCAT, "Catalog Dataset DataService Distribution"),
        (
            ODRL,
            "Offer Agreement Permission Prohibition Duty Constraint use eq gt gteq lt lteq neq isA hasPart isPartOf "
            "isAllOf isAnyOf isNoneOf",
        ),
    )
    for name in names.split()
}
