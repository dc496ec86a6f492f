"""The 42 operations of GovStack's consent API, and what this node makes of each: offered, only to be read, or not.

After the OpenAPI description of the Consent Building Block 1.1.0-rc1 (GovStackWorkingGroup/bb-consent, Apache-2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

PREFIX = "/govstack/consent/v1"


class Offered(StrEnum):
    """How an operation is offered."""

    YES = "offered"
    READ_ONLY = "read-only"
    NO = "not offered"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the standard, and in a sentence what it is here or why it is not."""

    method: str
    path: str
    offered: Offered
    why: str


_RECORD = "An organisation writes its record of processing itself, in versions; nobody else changes it."
_NOTICE = "Data agreements follow from what organisations ask people; a notice is never written or changed by hand."
_PEOPLE = "People open and erase their spaces themselves; no program makes them, changes them or lists them all."
_HOOKS = "This node calls no addresses that a program names; members hear of changes in signed messages."
_KEYS = "People hold no keys here: the intermediary signs what they answer, at the moment they answer it."
_ERASE = "Records of consent are kept while the space is; erasing is the person's own act, and brings proofs."
_LET = "People who let this client act, by the name this client knows them by; no names, no other identifiers."


def _of(offered: Offered, why: str, *listed: str) -> tuple[Operation, ...]:
    pairs = (one.split(" ") for one in listed)
    return tuple(Operation(method=method, path=path, offered=offered, why=why) for method, path in pairs)


OPERATIONS: tuple[Operation, ...] = (
    *_of(Offered.NO, _RECORD, "POST /config/policy/", "PUT /config/policy/{policyId}/"),
    *_of(Offered.NO, _RECORD, "DELETE /config/policy/{policyId}/"),
    *_of(
        Offered.READ_ONLY,
        "A policy is an organisation's record; a revision is one version of it.",
        *("GET /config/policy/{policyId}/", "GET /config/policy/{policyId}/revisions/", "GET /config/policies/"),
    ),
    *_of(Offered.NO, _NOTICE, "POST /config/data-agreement/", "PUT /config/data-agreement/{dataAgreementId}/"),
    *_of(Offered.NO, _NOTICE, "DELETE /config/data-agreement/{dataAgreementId}/"),
    *_of(
        Offered.READ_ONLY,
        "A data agreement is a series of notices about one use; a revision is one notice, by its hash.",
        *("GET /config/data-agreement/{dataAgreementId}/", "GET /config/data-agreements/"),
    ),
    *_of(Offered.NO, _PEOPLE, "POST /config/individual/", "GET /config/individual/{individualId}/"),
    *_of(Offered.NO, _PEOPLE, "GET /config/individuals/"),
    *_of(Offered.NO, _HOOKS, "POST /config/webhook/", "GET /config/webhook/{webhookId}/"),
    *_of(Offered.NO, _HOOKS, "PUT /config/webhook/{webhookId}/", "DELETE /config/webhook/{webhookId}/"),
    *_of(Offered.NO, _HOOKS, "GET /config/webhooks/"),
    *_of(Offered.NO, _PEOPLE, "POST /service/individual/", "PUT /service/individual/{individualId}/"),
    *_of(Offered.READ_ONLY, _LET, "GET /service/individual/{individualId}/", "GET /service/individuals/"),
    *_of(
        Offered.YES,
        "As in configuration.",
        *("GET /service/data-agreement/{dataAgreementId}/", "GET /service/policy/{policyId}/"),
    ),
    *_of(
        Offered.YES,
        "What the client's organisation asks people for.",
        *("GET /service/verification/data-agreements/",),
    ),
    *_of(
        Offered.YES,
        "Grants of the client's organisation that a person once said yes to; signed while they live, and only then.",
        *("GET /service/verification/consent-records/", "GET /service/verification/consent-record/{consentRecordId}/"),
    ),
    *_of(
        Offered.YES,
        "A yes to what this person is being asked under this agreement; without an ask there is nothing to say yes to.",
        *("POST /service/individual/record/data-agreement/{dataAgreementId}/",),
    ),
    *_of(
        Offered.YES,
        "The person's own grants, while they let this client look.",
        *(
            "GET /service/individual/record/data-agreement/{dataAgreementId}/",
            "GET /service/individual/record/data-agreement/{dataAgreementId}/all/",
            "GET /service/individual/record/consent-record/",
        ),
    ),
    *_of(
        Offered.YES,
        "What a yes to the waiting ask would be, with the hash it is confirmed by.",
        *("POST /service/individual/record/consent-record/draft/",),
    ),
    *_of(
        Offered.YES,
        "The answer to a draft, yes or no; the intermediary signs it, and a signature made elsewhere is refused.",
        *("POST /service/individual/record/consent-record/",),
    ),
    *_of(
        Offered.YES,
        "Only optIn can change: no withdraws a yes or declines an ask, yes answers an ask.",
        *("PUT /service/individual/record/consent-record/{consentRecordId}/",),
    ),
    *_of(Offered.NO, _KEYS, "POST /service/individual/record/consent-record/{consentRecordId}/signature/"),
    *_of(Offered.NO, _KEYS, "PUT /service/individual/record/consent-record/{consentRecordId}/signature/"),
    *_of(Offered.NO, _ERASE, "DELETE /service/individual/record/"),
    *_of(
        Offered.YES,
        "Every grant of this node, without its person.",
        *("GET /audit/consent-records/", "GET /audit/consent-record/{consentRecordId}/"),
    ),
    *_of(
        Offered.YES,
        "Every data agreement of this node.",
        *("GET /audit/data-agreements/", "GET /audit/data-agreement/{dataAgreementId}/"),
    ),
)
