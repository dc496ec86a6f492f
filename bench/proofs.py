"""Figures of proofs inside documents: putting one in a small credential and in a badge, and checking it, form and all.

The peer signs the same content as a token (VC-JWT), which needs no canonical RDF: what the proof inside costs besides.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.figures import Figure, Tell, figure, timed, untold
from skillspace.kernel.clock import iso
from skillspace.records.credentials import seal, verify
from skillspace.records.credentials.data_integrity import JCS, RDFC, add_proof
from skillspace.records.credentials.verdict import judge
from skillspace.records.formats.credentials.openbadges import CONTEXT
from skillspace.trust.identity.resolver import document_of_key
from skillspace.wire.jose import SigningKey
from skillspace.wire.jsonld import canonize
from skillspace.wire.proof_key import ProofKey

SKILLS, ROUNDS = 20, 300
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEER = "the same content as a token (VC-JWT)"


def run(tell: Tell = untold) -> list[Figure]:
    """Measure on invented credentials, on one core."""
    tell("proofs inside documents")
    return list(_figures())


def _figures() -> Iterator[Figure]:
    key = ProofKey.from_seed(bytes(range(32)))
    for size, document in (("small", _small(key.did)), ("badge", _badge(key.did))):
        peers = _peer_ms(document)
        statements = float(canonize(document).count(b"\n"))
        for suite in (RDFC, JCS):
            name = f"proof_{size}_{suite.split('-')[1]}"
            for step, times in _times(key, document, suite).items():
                more = {"median_ms": statistics.median(times), "statements": statements}
                yield figure(f"{name}_{step}_p95_ms", _p95(times), "ms", PEER, peers[step], more=more)


def _times(key: ProofKey, document: dict[str, Any], suite: str) -> dict[str, list[float]]:
    def issued(_round: object) -> dict[str, object]:
        return add_proof(document, key=key, method=key.method_of_did, at=AT, cryptosuite=suite)

    made = issued(None)

    def judged(_round: object) -> bool:
        return judge(made, lambda did, kid: document_of_key(did).key(kid, "assertionMethod"), AT).is_good

    assert judged(None)  # noqa: S101 - a figure of what fails is none
    return {"issue": timed(issued, range(ROUNDS)), "verify": timed(judged, range(ROUNDS))}


def _peer_ms(document: dict[str, Any]) -> dict[str, float]:
    did = "did:web:school.example"
    key = SigningKey.generate(f"{did}#key-1")
    public = key.public_jwk()
    content = document | {"issuer": did, "id": "urn:uuid:1"}

    def issued(_round: object) -> str:
        return seal(content, issuer_key=key, issued=AT, merged=True)

    token = issued(None)
    steps = {"issue": issued, "verify": lambda _round: verify(token, lambda _issuer, _kid: public, AT)}
    return {step: _p95(timed(work, range(ROUNDS))) for step, work in steps.items()}


def _small(issuer: str) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "validFrom": iso(AT - timedelta(days=1)),
        "credentialSubject": {"id": "did:example:learner", "name": "Invented"},
    }


def _badge(issuer: str) -> dict[str, Any]:
    alignment = [
        {
            "type": ["Alignment"],
            "targetName": f"skill {number}",
            "targetUrl": f"http://data.europa.eu/esco/skill/{number}",
            "targetFramework": "ESCO",
        }
        for number in range(SKILLS)
    ]
    achievement = {
        "id": "urn:uuid:2b6e0a1c-6a55-4c0e-a8a1-0f9a3f1f2a11",
        "type": ["Achievement"],
        "name": "Twenty skills",
        "description": "An invented achievement",
        "criteria": {"narrative": "Shown to an examiner"},
        "alignment": alignment,
    }
    return _small(issuer) | {
        "@context": ["https://www.w3.org/ns/credentials/v2", CONTEXT],
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Twenty skills",
        "credentialSubject": {"id": "did:example:learner", "type": ["AchievementSubject"], "achievement": achievement},
    }


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]
