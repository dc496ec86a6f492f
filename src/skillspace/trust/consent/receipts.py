"""Consent receipts a person keeps: ISO/IEC TS 27560:2023 structure in the words of DPV 2, with a signature of its own.

Layout after the W3C guide “Consent Records and Receipts with DPV”: a receipt wraps one record with its processing,
parties, notice and events. The proof is a JWT over the SHA-256 of the canonical document (RFC 8785), so the document
stays readable and anyone with the issuer's public key can check it offline. No context is fetched: it is inline. The
same receipt is had as a verifiable credential, for wallets.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime

from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.kernel.ids import new_urn
from skillspace.records import credentials
from skillspace.records.credentials import KeyResolver
from skillspace.trust.consent.model import Grant, Receipt
from skillspace.trust.consent.notices.notice import Notice, kind_label, purpose_label
from skillspace.trust.policy import purpose_iri
from skillspace.wire.canonical import digest
from skillspace.wire.jose import SigningKey, read_unverified, sign_jwt, verify_jwt

CONTEXT = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "loc": "https://w3id.org/dpv/loc#",
    "schema": "https://schema.org/",
    "skillspace": "https://w3id.org/skillspace/consent#",
}
RECORD_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#record"
RECEIPT_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#receipt"
RIGHTS = ("A7-3", "A15", "A16", "A17", "A18", "A20", "A77")
PROOF = "skillspace:proof"
RECEIPT_CREDENTIAL = "ConsentReceiptCredential"
CONTEXT_OF_RECEIPTS = "https://w3id.org/skillspace/consent"


def make_receipt(
    grant: Grant, notice: Notice, language: str, *, key: SigningKey, own_did: str, own_name: str, at: datetime
) -> Receipt:
    """Return the signed receipt of a yes in one language."""
    identifier = new_urn()
    document: dict[str, object] = {
        "@context": CONTEXT,
        "@id": identifier,
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": identifier,
        "dct:conformsTo": RECEIPT_PROFILE,
        "dct:created": iso(at),
        "dct:language": language,
        "dct:publisher": _party(own_did, own_name, "skillspace:Intermediary"),
        "schema:recipient": "dpv:DataSubject",
        "dpv:hasRecordOfActivity": _record(grant, notice, language),
    }
    claims = {"iss": own_did, "sub": identifier, "iat": int(at.timestamp()), "digest": f"sha-256:{digest(document)}"}
    document[PROOF] = {"skillspace:canonicalization": "RFC 8785", "jwt": sign_jwt(claims, key)}
    return Receipt(id=identifier, grant=grant.id, language=language, document=document, made=at)


def as_credential(receipt: Mapping[str, object], grant: Grant, *, key: SigningKey, own_did: str) -> str:
    """Return a receipt as a verifiable credential about its person (VC 2.0 as JWT), as often as it is wanted."""
    signed = {name: value for name, value in receipt.items() if name not in (PROOF, "@context")}
    return credentials.issue(
        RECEIPT_CREDENTIAL,
        {"receipt": signed, "digest": f"sha-256:{digest(_unproven(receipt))}"},
        issuer_key=key,
        issuer_did=own_did,
        subject_did=grant.subject,
        at=grant.decided,
        id=str(receipt["@id"]),
        contexts=[CONTEXT_OF_RECEIPTS],
        model="2.0",
    )


def check_credential(token: str, resolve_key: KeyResolver, at: datetime) -> tuple[str, Mapping[str, object]]:
    """Return who signed a receipt that is a credential, and the receipt; offline, as `check_receipt`.

    Raises BadInput when it is none, InvalidSignature.
    """
    found = credentials.verify(token, resolve_key, at, expected_type=RECEIPT_CREDENTIAL)
    receipt = found.subject.get("receipt")
    if not isinstance(receipt, dict) or not isinstance(receipt.get("@id"), str):
        raise BadInput("The credential holds no receipt.")
    whole = {"@context": CONTEXT, **receipt}
    if found.subject.get("digest") != f"sha-256:{digest(whole)}":
        raise InvalidSignature("The receipt in the credential is not the one it names.")
    return found.issuer, whole


def _unproven(document: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in document.items() if name != PROOF}


def check_receipt(document: Mapping[str, object], resolve_key: KeyResolver) -> str:
    """Return the DID of who signed a receipt; needs nothing but the document and that signer's public key.

    Raises BadInput when it carries no proof, InvalidSignature when document and proof do not belong together.
    """
    proof = document.get(PROOF)
    token = proof.get("jwt") if isinstance(proof, Mapping) else None
    if not isinstance(token, str):
        raise BadInput("The receipt carries no proof.")
    header, claims = read_unverified(token)
    issuer = str(claims.get("iss"))
    verify_jwt(token, resolve_key(issuer, str(header.get("kid"))))
    signed = _unproven(document)
    if not hmac.compare_digest(str(claims.get("digest")).encode(), f"sha-256:{digest(signed)}".encode()):
        raise InvalidSignature("The receipt was changed after it was signed.")
    publisher = document.get("dct:publisher")
    named = publisher.get("@id") if isinstance(publisher, Mapping) else None
    if claims.get("sub") != document.get("@id") or named != issuer:
        raise InvalidSignature("The receipt's proof belongs to another receipt.")
    return issuer


def _record(grant: Grant, notice: Notice, language: str) -> dict[str, object]:
    texts = notice.sentences(language, grant)
    record: dict[str, object] = {
        "@id": f"urn:skillspace:{grant.id}",
        "@type": "dpv:ConsentRecord",
        "dct:identifier": grant.id,
        "dct:conformsTo": RECORD_PROFILE,
        "dpv:hasDataSubject": {"@id": grant.subject, "@type": "dpv:DataSubject"},
        "dpv:hasDataController": _party(grant.recipient, grant.recipient_name, "dpv:DataController"),
        "dpv:hasJurisdiction": f"loc:{notice.country}",
        "dpv:hasApplicableLaw": "eu-gdpr:GDPR",
        "dpv:hasLegalBasis": ["dpv:Consent", "eu-gdpr:A6-1-a"],
        "dpv:hasProcess": _process(grant, language),
        "dpv:hasAuthority": {"@type": "dpv:DataProtectionAuthority", "dct:title": notice.complaint_authority},
        "dpv:hasConsentControl": {"@type": "dpv:WithdrawConsent", "dct:description": texts["withdrawal"]},
        "dpv:hasRight": [{"@id": f"eu-gdpr:{right}", "@type": "dpv:DataSubjectRight"} for right in RIGHTS],
        "dpv:hasNotice": {
            "@id": f"urn:skillspace:notice:{notice.hash}",
            "@type": "dpv:ConsentNotice",
            "dct:hasVersion": f"{notice.version}.{notice.number}",
            "dct:language": language,
            "dct:description": list(texts.values()),
        },
        "dpv:hasConsentStatus": {
            "@type": ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"],
            "dpv:isIndicatedBy": _who(grant),
            "dpv:isIndicatedAtTime": iso(grant.decided or grant.asked),
        },
    }
    if grant.acting is not None:
        record["dpv:isIndicatedBy"] = _who(grant)
        record["skillspace:mandate"] = grant.acting.mandate or ""
    return record | ({"dct:isReferencedBy": grant.agreement} if grant.agreement else {})


def _who(grant: Grant) -> object:
    """Who said yes: the person, or somebody in the capacity in which they act for the person."""
    if grant.acting is None:
        return "dpv:DataSubject"
    return {"@type": "dpv:HumanSubject", "skillspace:capacity": grant.acting.capacity}


def _process(grant: Grant, language: str) -> dict[str, object]:
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {
            "@id": purpose_iri(grant.purpose),
            "@type": "dpv:Purpose",
            "dct:title": purpose_label(grant.purpose, language),
        },
        "dpv:hasPersonalData": [
            {"@id": f"skillspace:{kind}", "@type": "dpv:PersonalData", "dct:title": kind_label(kind, language)}
            for kind in grant.kinds
        ],
        "dpv:hasDataSource": _party(grant.provider, grant.provider_name, "dpv:DataSource")
        | {"dct:identifier": grant.dataset},
        "dpv:hasRecipient": _party(grant.recipient, grant.recipient_name, "dpv:Recipient"),
        "dpv:hasStorageCondition": {
            "@type": "dpv:StorageDuration",
            "dpv:hasDuration": {"@type": "dpv:UntilTimeDuration", "schema:endDate": iso(grant.until)},
        },
    } | _limits(grant)


def _limits(grant: Grant) -> dict[str, object]:
    """What narrows a yes further: single things, a number of uses, hours and countries."""
    limits: dict[str, object] = {}
    if grant.items:
        limits["skillspace:items"] = {f"skillspace:{kind}": list(items) for kind, items in grant.items.items()}
    if grant.max_uses is not None:
        limits["dpv:hasFrequency"] = {"@type": "dpv:Frequency", "skillspace:uses": grant.max_uses}
    if grant.conditions is not None:
        limits["dpv:hasCondition"] = grant.conditions.to_json()
    return limits


def _party(did: str, name: str, role: str) -> dict[str, object]:
    return {"@id": did, "@type": role, "schema:name": name}
