"""A badge with its proof inside proves as much as one in a token, and no more than its proof does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from skillspace.kernel.errors import InvalidSignature, NotFound
from skillspace.records.credentials import CredentialExpired
from skillspace.records.credentials.data_integrity import add_proof, verify_proofs
from skillspace.records.formats import read
from skillspace.records.formats.credentials.openbadges import CONTEXT
from skillspace.records.model import ProofStatus, ValidationLevel
from skillspace.trust.identity.resolver import document_of_key
from skillspace.wire.proof_key import ProofKey

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SCHOOL = ProofKey.from_seed(bytes([3] * 32))


def keys(controller: str, method: str) -> Mapping[str, object]:
    if not controller.startswith("did:key:"):
        raise NotFound(f"{controller} is nowhere.")
    return document_of_key(controller).key(method, "assertionMethod")


def badge(issuer: str = SCHOOL.did, **more: Any) -> dict[str, Any]:
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2", CONTEXT],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Soldering",
        "issuer": {"id": issuer, "type": ["Profile"], "name": "University of Example"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {
            "id": "did:example:learner",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "urn:uuid:2b6e0a1c-6a55-4c0e-a8a1-0f9a3f1f2a11",
                "type": ["Achievement"],
                "name": "Soldering",
                "description": "Solders by hand",
                "criteria": {"narrative": "Shown to an examiner"},
            },
        },
    } | more
    return add_proof(document, key=SCHOOL, method=SCHOOL.method_of_did, at=NOON)


def test_a_proof_that_holds_makes_a_badge_certified_and_names_its_issuer() -> None:
    record = read(json.dumps(badge()).encode(), resolve_key=keys, at=NOON)
    assert (record.proof, record.issuer, record.subject) == (
        ProofStatus.SIGNED_BY_ISSUER,
        SCHOOL.did,
        "did:example:learner",
    )
    assert [assertion.validation for assertion in record.assertions] == [ValidationLevel.CERTIFIED]


def test_a_badge_that_was_changed_after_it_was_signed_is_refused() -> None:
    with pytest.raises(InvalidSignature, match="does not belong"):
        read(json.dumps(badge() | {"name": "Welding"}).encode(), resolve_key=keys, at=NOON)


@pytest.mark.parametrize("issuer", ["did:web:university.example", "https://university.example"])
def test_the_proof_of_somebody_else_than_the_issuer_proves_nothing(issuer: str) -> None:
    record = read(json.dumps(badge(issuer)).encode(), resolve_key=keys, at=NOON)
    assert record.proof is ProofStatus.UNSIGNED
    assert [assertion.validation for assertion in record.assertions] == [ValidationLevel.SELF_DECLARED]


def test_a_key_that_cannot_be_had_proves_nothing() -> None:
    document = badge()
    document["proof"]["verificationMethod"] = "did:web:nowhere.example#k"
    assert read(json.dumps(document).encode(), resolve_key=keys, at=NOON).proof is ProofStatus.UNSIGNED


@pytest.mark.parametrize("place", ["top", "subject"])
def test_a_badge_with_words_of_its_own_proves_nothing_to_who_reads_names(place: str) -> None:
    own = {"caption": "https://schema.org/name"}
    if place == "top":
        document = badge(**{"@context": [*badge()["@context"], own]})
    else:
        document = badge(credentialSubject={**badge()["credentialSubject"], "@context": own})
    assert verify_proofs(document, keys, NOON)
    assert read(json.dumps(document).encode(), resolve_key=keys, at=NOON).proof is ProofStatus.UNSIGNED


def test_a_proof_does_not_keep_a_badge_from_expiring() -> None:
    with pytest.raises(CredentialExpired):
        read(json.dumps(badge(validUntil="2026-06-01T00:00:00Z")).encode(), resolve_key=keys, at=NOON)
