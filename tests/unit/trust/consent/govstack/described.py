"""The offered operations of GovStack's consent API as an OpenAPI description of our own, for the contract test.

Names of paths, parameters and members, and which of them are required, follow the Consent Building Block API
1.1.0-rc1 (GovStackWorkingGroup/bb-consent, Apache-2.0); no text is taken from it.
"""

from __future__ import annotations

from typing import Any

from skillspace.trust.consent.govstack import OPERATIONS, PREFIX
from skillspace.trust.consent.govstack.operations import Offered

TEXT, FLAG = {"type": "string"}, {"type": "boolean"}

#: Schema by name: required members, other members; members are text unless `TYPES` says otherwise.
SCHEMAS: dict[str, tuple[str, str]] = {
    "Individual": ("id", "externalId externalIdType identityProviderId"),
    "Controller": ("id name url", ""),
    "DataAgreementLifecycle": ("id name", ""),
    "Policy": (
        "id name version url",
        "jurisdiction industrySector dataRetentionPeriodDays geographicRestriction storageLocation",
    ),
    "DataAgreement": (
        "id version purpose lawfulBasis dpia",
        "controller policy dataUse active forgettable lifecycle signature",
    ),
    "ConsentRecord": (
        "id dataAgreementRevisionHash state",
        "dataAgreement dataAgreementRevision individual optIn signature",
    ),
    "Revision": (
        "id schemaName objectId serializedSnapshot serializedHash timestamp",
        "signedWithoutObjectId authorizedByOther predecessorHash predecessorSignature",
    ),
    "Signature": (
        "id payload signature verificationMethod verificationPayload verificationPayloadHash verificationSignedBy"
        " timestamp",
        "verificationArtifact verificationSignedAs verificationJwsHeader signedWithoutObjectReference objectType"
        " objectReference",
    ),
}
TYPES: dict[str, dict[str, Any]] = {
    "dataRetentionPeriodDays": {"type": "integer"},
    **dict.fromkeys(("active", "forgettable", "optIn", "signedWithoutObjectId", "signedWithoutObjectReference"), FLAG),
    "controller": {"$ref": "#/components/schemas/Controller"},
    "policy": {"$ref": "#/components/schemas/Policy"},
    "lifecycle": {"$ref": "#/components/schemas/DataAgreementLifecycle"},
    "dataAgreement": {"$ref": "#/components/schemas/DataAgreement"},
    "dataAgreementRevision": {"$ref": "#/components/schemas/Revision"},
    "individual": {"$ref": "#/components/schemas/Individual"},
}
_LISTS = {
    "policies": "Policy",
    "revisions": "Revision",
    "dataAgreements": "DataAgreement",
    "individuals": "Individual",
    "consentRecords": "ConsentRecord",
}
#: What each answers with: the members of the answer, the first required.
ANSWERS = {
    "GET /config/policy/{policyId}/": "policy revision",
    "GET /config/policy/{policyId}/revisions/": "policy revisions",
    "GET /config/policies/": "policies",
    "GET /config/data-agreement/{dataAgreementId}/": "dataAgreement revision",
    "GET /config/data-agreements/": "dataAgreements",
    "GET /service/individual/{individualId}/": "individual",
    "GET /service/individuals/": "individuals",
    "GET /service/data-agreement/{dataAgreementId}/": "dataAgreement revision",
    "GET /service/policy/{policyId}/": "policy revision",
    "GET /service/verification/data-agreements/": "dataAgreements",
    "GET /service/verification/consent-records/": "consentRecords",
    "GET /service/verification/consent-record/{consentRecordId}/": "consentRecord revision",
    "POST /service/individual/record/data-agreement/{dataAgreementId}/": "consentRecord revision",
    "GET /service/individual/record/data-agreement/{dataAgreementId}/": "consentRecord",
    "GET /service/individual/record/data-agreement/{dataAgreementId}/all/": "consentRecords",
    "GET /service/individual/record/consent-record/": "consentRecords",
    "POST /service/individual/record/consent-record/draft/": "consentRecord signature",
    "POST /service/individual/record/consent-record/": "consentRecord revision signature",
    "PUT /service/individual/record/consent-record/{consentRecordId}/": "consentRecord revision",
    "GET /audit/consent-records/": "consentRecords",
    "GET /audit/consent-record/{consentRecordId}/": "consentRecord",
    "GET /audit/data-agreements/": "dataAgreements",
    "GET /audit/data-agreement/{dataAgreementId}/": "dataAgreement",
}
_BODIES = {
    "POST /service/individual/record/consent-record/": ("consentRecord", "signature"),
    "PUT /service/individual/record/consent-record/{consentRecordId}/": ("consentRecord",),
}
_QUERIES = {
    "POST /service/individual/record/data-agreement/{dataAgreementId}/": ("individualId", "revisionId?"),
    "POST /service/individual/record/consent-record/draft/": ("individualId", "dataAgreementId", "revisionId?"),
    "GET /config/policy/{policyId}/": ("revisionId?",),
    "GET /config/policies/": ("revisionId?",),
    "GET /service/policy/{policyId}/": ("revisionId?",),
    "GET /service/verification/consent-records/": (
        *("filterOptIn?", "filterDataAgreementId?", "filterDataAgreementRevisionId?", "filterIndividualId?"),
    ),
}


IDENTIFIER = {"type": "string", "minLength": 1, "maxLength": 60}
WHOLE = {"anyOf": [{"type": "integer", "minimum": -1, "maximum": 9}, {"type": "integer"}]}
HEADER = {"type": "string", "pattern": "^[!-~]{1,40}$"}


def described() -> dict[str, Any]:
    """Return the description of what is offered."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        if one.offered is not Offered.NO:
            paths.setdefault(PREFIX + one.path, {})[one.method.lower()] = _operation(one.method, one.path)
    schemas = {name: _schema(*members) for name, members in SCHEMAS.items()}
    schemas["Fault"] = _schema("code message", "")
    return {
        "openapi": "3.0.0",
        "info": {"title": "GovStack consent, as offered", "version": "1.1.0-rc1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _parameters(name: str) -> list[dict[str, Any]]:
    path = name.split()[1]
    parts = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    found = [_parameter("path", part, IDENTIFIER) for part in parts]
    for query in _QUERIES.get(name, ()):
        schema = FLAG if query == "filterOptIn?" else IDENTIFIER
        found.append(_parameter("query", query.rstrip("?"), schema, required=not query.endswith("?")))
    if ANSWERS[name].split()[-1] in _LISTS:
        found += [_parameter("query", page, WHOLE, required=False) for page in ("offset", "limit")]
    if "/record/" in path:
        is_named = any(one["name"] == "individualId" for one in found)
        found.append(_parameter("header", "X-ConsentBB-IndividualId", HEADER, required=not is_named))
    return found


def _parameter(place: str, name: str, schema: dict[str, Any], *, required: bool = True) -> dict[str, Any]:
    return {"in": place, "name": name, "required": required, "schema": schema}


def _operation(method: str, path: str) -> dict[str, Any]:
    name = f"{method} {path}"
    fault = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}, "description": "no"}
    answers: dict[str, Any] = dict.fromkeys(("400", "401", "403", "404", "409"), fault)
    answers["200"] = {"description": "yes", "content": {"application/json": {"schema": _answer(ANSWERS[name])}}}
    operation: dict[str, Any] = {"operationId": name, "parameters": _parameters(name), "responses": answers}
    if name in _BODIES:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _body(name)}}}
    return operation


def _schema(required: str, others: str) -> dict[str, Any]:
    members = required.split() + others.split()
    properties = {name: TYPES.get(name, TEXT) for name in members}
    if "dataAgreementRevisionHash" in members or "lawfulBasis" in members:
        properties["signature"] = {"$ref": "#/components/schemas/Signature"}
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def _answer(members: str) -> dict[str, Any]:
    names = members.split()
    properties: dict[str, Any] = {}
    for name in names:
        schema = _LISTS.get(name, name[0].upper() + name[1:])
        reference = {"$ref": f"#/components/schemas/{schema}"}
        properties[name] = {"type": "array", "items": reference} if name in _LISTS else reference
    return {"type": "object", "required": names[:1], "properties": properties, "additionalProperties": False}


def _body(name: str) -> dict[str, Any]:
    """Of a body, the members that count here."""
    reference = {"type": "object", "required": ["id"], "properties": {"id": IDENTIFIER}}
    record = {
        "type": "object",
        "required": ["optIn"],
        "properties": {
            **{"id": TEXT, "dataAgreement": reference, "dataAgreementRevisionHash": IDENTIFIER, "optIn": FLAG},
            "individual": reference,
        },
    }
    signature = {
        "type": "object",
        "required": ["verificationPayloadHash"],
        "properties": {"signature": {"enum": ["", "x"]}, "verificationPayloadHash": IDENTIFIER},
    }
    members = {"consentRecord": record, "signature": signature}
    wanted = {member: members[member] for member in _BODIES[name]}
    return {"type": "object", "required": list(wanted), "properties": wanted}
