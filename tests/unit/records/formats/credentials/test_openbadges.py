"""Open Badges 3.0: 1EdTech's own fixtures, valid and deliberately broken, and what our organisations write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from skillspace.kernel.errors import BadInput, NotFound, SkillspaceError, UnreadableFile
from skillspace.records.credentials import CredentialExpired, CredentialNotYetValid, KeyResolver, seal
from skillspace.records.formats import read
from skillspace.records.formats.credentials import openbadges
from skillspace.records.formats.credentials.openbadges import Badge
from skillspace.records.formats.issuing import Issuer, SkillClaim
from skillspace.records.model import ProofStatus, RecordKind, ValidationLevel
from skillspace.wire.jose import read_unverified

PERSON = "did:web:people.example:p:7"
FIXTURES = "records/openbadges_clr_lerrs/inspector-vc/src/test/resources/ob30"
WELD = SkillClaim(concept="http://data.europa.eu/esco/skill/0003", label="weld steel", level="3", level_scheme="1-5")
DRAW = SkillClaim(concept="http://data.europa.eu/esco/skill/0004", label="read drawings")


def no_keys(issuer: str, kid: str) -> Mapping[str, object]:
    raise NotFound(f"{issuer} publishes no {kid}.")


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("simple", "Teamwork"),
        ("simple_v1", "Teamwork"),
        ("simple-context-alias", "Teamwork"),
        ("simple-context-version", "Teamwork"),
        ("simple-did-key-method", "test 1"),
        ("simple-did-web-method", "Teamwork"),
        ("simple-eddsa-2022", "some name"),
        ("simple-multiple-proofs", "Teamwork"),
        ("sd/derivedcredential", "Teamwork"),
        ("complete", "1EdTech University Degree"),
        ("credential-status-revoked", "Achievement 1"),
        ("bit-string-list/credential-status-revoked", "Achievement 1"),
    ],
)
def test_a_valid_badge_whose_key_cannot_be_had_counts_as_unsigned(
    name: str, title: str, real_data: Path, noon: datetime
) -> None:
    record = read((real_data / FIXTURES / f"{name}.json").read_bytes(), resolve_key=no_keys, at=noon)
    assert (record.kind, record.title, record.proof) == (RecordKind.BADGE, title, ProofStatus.UNSIGNED)
    assert record.assertions
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}


@pytest.mark.data
def test_a_complete_badge_gives_its_alignments_with_their_results(real_data: Path, noon: datetime) -> None:
    record = read((real_data / FIXTURES / "complete.json").read_bytes(), resolve_key=no_keys, at=noon)
    results = [(a.label, a.level, a.level_scheme) for a in record.assertions]
    assert ("Final Project", "A", "Final Project Grade") in results
    assert ("1EdTech University Degree", None, None) in results
    assert record.valid_until is not None


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "fault", "reason"),
    [
        ("simple-err-context", UnreadableFile, "@context"),
        ("simple-err-type", UnreadableFile, "type must hold"),
        ("simple-err-issuer", UnreadableFile, "issuer: is missing"),
        ("simple-err-issuer-type", UnreadableFile, "InvalidProfile"),
        ("simple-err-issuer-parentorg-type", UnreadableFile, "parentOrg.type"),
        ("simple-err-issuer-otheridentifier-type", UnreadableFile, "InvalidIdentifierEntry"),
        ("simple-err-credential-subject-type", UnreadableFile, "InvalidAchievementSubject"),
        ("simple-err-credential-subject-identifier-type", UnreadableFile, "InvalidIdentityObject"),
        ("simple-err-credential-subject-profile-type", UnreadableFile, "credentialSubject.source.type"),
        ("simple-err-credential-subject-result-type", UnreadableFile, "InvalidResult"),
        (
            "simple-err-credential-subject-achievement-result-description-type",
            UnreadableFile,
            "InvalidResultDescription",
        ),
        ("simple-err-evidence-type", UnreadableFile, "InvalidEvidence"),
        ("simple-err-proof-method", UnreadableFile, "a key that is none"),
        ("simple-err-proof-method-no-scheme", UnreadableFile, "verificationMethod must be"),
        ("simple-err-proof-method-unknown-scheme", UnreadableFile, "verificationMethod must be"),
        ("simple-err-proof-method-unknown-did-method", UnreadableFile, "verificationMethod must be"),
        ("simple-err-expired", CredentialExpired, "ended at 2010"),
        ("simple-err-issued", CredentialNotYetValid, "valid from 2040"),
        ("simple-noproof", UnreadableFile, "achievement: is missing"),
        ("endorsement-valid", UnreadableFile, "type must hold"),
        ("complete_v1", CredentialExpired, "ended at 2020"),
    ],
)
def test_a_broken_badge_is_refused_with_the_reason(
    name: str, fault: type[SkillspaceError], reason: str, real_data: Path, noon: datetime
) -> None:
    with pytest.raises(fault, match=reason):
        read((real_data / FIXTURES / f"{name}.json").read_bytes(), resolve_key=no_keys, at=noon)


@pytest.mark.data
def test_a_proof_that_is_not_checked_lifts_nothing(real_data: Path, noon: datetime) -> None:
    """The one broken fixture only canonicalisation could catch reads like any unsigned file."""
    record = read((real_data / FIXTURES / "simple-err-proof-value.json").read_bytes(), resolve_key=no_keys, at=noon)
    assert {a.validation for a in record.assertions} == {ValidationLevel.SELF_DECLARED}


def test_a_signed_badge_certifies_its_skills_with_their_levels(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    badge = Badge(name="Welder", description="Welds.", criteria="Welded ten seams.", skills=(WELD, DRAW))
    token = openbadges.write(badge, issuer=university, subject_did=PERSON, issued=noon)
    record = read(token, resolve_key=resolve_key, at=noon)
    weld, draw = record.assertions
    assert (weld.concept, weld.label, weld.level, weld.level_scheme) == (WELD.concept, "weld steel", "3", "1-5")
    assert (draw.concept, draw.level) == (DRAW.concept, None)
    assert {weld.validation, draw.validation} == {ValidationLevel.CERTIFIED}
    assert weld.evidence.excerpt == "Welded ten seams.; Welds."


def test_a_badge_token_carries_the_credential_beside_its_claims(university: Issuer, noon: datetime) -> None:
    badge = Badge(name="Welder", description="d", criteria="c", skills=(DRAW,))
    token = openbadges.write(badge, issuer=university, subject_did=PERSON, issued=noon)
    _, claims = read_unverified(token.decode())
    assert "vc" not in claims
    assert (claims["iss"], claims["sub"], claims["jti"]) == (university.did, PERSON, claims["id"])


@pytest.mark.parametrize("status", ["Failed", "InProgress", "Enrolled", "Withdrew"])
def test_a_result_not_reached_asserts_nothing(
    status: str, university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    badge = Badge(name="Welder", description="d", criteria="c", skills=(WELD, DRAW))
    _, claims = read_unverified(openbadges.write(badge, issuer=university, subject_did=PERSON, issued=noon).decode())
    credential = json.loads(json.dumps({k: v for k, v in claims.items() if k not in ("iss", "sub", "jti", "nbf")}))
    credential["credentialSubject"]["result"][0] |= {"status": status}
    token = seal(credential, issuer_key=university.key, issued=noon, merged=True).encode()
    assert [a.label for a in read(token, resolve_key=resolve_key, at=noon).assertions] == ["read drawings"]


def test_a_skill_without_a_concept_cannot_be_put_on_a_badge(university: Issuer, noon: datetime) -> None:
    badge = Badge(name="Welder", description="d", criteria="c", skills=(SkillClaim(label="charm"),))
    with pytest.raises(BadInput, match="charm"):
        openbadges.write(badge, issuer=university, subject_did=PERSON, issued=noon)
