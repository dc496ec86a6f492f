"""Any document of Prometheus-X: find out what it is, and have it read; one file may hold several."""

from __future__ import annotations

from skillspace.kernel.errors import BadInput
from skillspace.trust.prometheus.consents import read_consent, read_notice
from skillspace.trust.prometheus.contracts import read_contract
from skillspace.trust.prometheus.descriptions import TYPES, read_self_description
from skillspace.trust.prometheus.intake import check
from skillspace.trust.prometheus.model import Read
from skillspace.trust.prometheus.parts import Identities, tail
from skillspace.trust.prometheus.templates import read_rule_template

#: Of so many documents in one file nobody reads what was lost.
MOST_DOCUMENTS = 500
#: Members that hold several documents, as their services answer with them.
_SEVERAL = frozenset({"contracts", "bilaterals", "consents", "participants", "serviceOfferings", "dataResources"})
_ONE = frozenset({"contract", "consent", "privacyNotice"})


def read_documents(document: object, identities: Identities | None = None) -> list[Read]:
    """Read one document, or several in a list or in what their services answer with.

    Raises BadInput where any of them is not recognised or not within bounds.
    """
    check(document)
    found = _documents(document)
    if len(found) > MOST_DOCUMENTS:
        raise BadInput(f"More than {MOST_DOCUMENTS} documents in one file; split it.")
    return [read_document(one, identities) for one in found]


def read_document(document: object, identities: Identities | None = None) -> Read:
    """Read one document by what it looks like; raise BadInput where nothing of theirs looks like that."""
    if not isinstance(document, dict):
        raise BadInput("A document of Prometheus-X is a JSON object.")
    names = set(document)
    written = document.get("@type")
    if isinstance(written, str) and tail(written).rsplit(":", 1)[-1].rsplit("#", 1)[-1].lower() in TYPES:
        return read_self_description(document, identities)
    if names & {"record", "providerUserIdentifier", "consumerUserIdentifier", "signedConsent", "consented"}:
        return read_consent(document, identities)
    if names & {"controllerDetails", "withdrawalOfConsent", "piiPrincipalRights"}:
        return read_notice(document, identities)
    if names & {"dataConsumer", "serviceOfferings", "members", "rolesAndObligations"}:
        return read_contract(document, identities)
    if names & {"requestedFields", "policy", "jsonLD"} and names & {"uid", "@id"}:
        return read_rule_template(document)
    raise BadInput("This is no self-description, contract, rule template, consent or notice of Prometheus-X.")


def _documents(document: object) -> list[object]:
    if isinstance(document, list):
        return document
    if isinstance(document, dict):
        for name in _SEVERAL & set(document):
            # A contract holds its service offerings itself: only an answer holds nothing else.
            if len(document) == 1 and isinstance(document[name], list):
                return list(document[name])
        for name in _ONE & set(document):
            if isinstance(document[name], dict) and len(document) <= 2:
                return [document[name]]
    return [document]
