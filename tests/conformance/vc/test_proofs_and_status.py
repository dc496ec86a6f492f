"""What W3C's Data Integrity, EdDSA cryptosuites and Bitstring Status List demand, asked of a running node over HTTP."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from skillspace.kernel.clock import iso, now
from skillspace.records.credentials.data_integrity import AUTHENTICATION
from skillspace.wire.jsonld import canonize
from skillspace.wire.multibase import base58btc, from_base58btc
from tests.conformance.vc.conftest import STRANGER, VcApiUnderTest, credential, presentation, signed

SUITES = pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
DATE_TIME_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def made(suite: str, **more: Any) -> dict[str, Any]:
    return signed(credential(issuer=STRANGER.did), cryptosuite=suite, **more)


@SUITES
def test_a_proof_has_the_members_the_cryptosuite_names(vc_api: VcApiUnderTest, suite: str) -> None:
    issued = vc_api.issue(credential(), cryptosuite=suite)
    assert issued is not None
    proof = issued["proof"]
    assert (proof["type"], proof["cryptosuite"], proof["proofPurpose"]) == (
        "DataIntegrityProof",
        suite,
        "assertionMethod",
    )
    assert DATE_TIME_STAMP.fullmatch(proof["created"])
    controller, _, name = proof["verificationMethod"].partition("#")
    assert controller == f"did:key:{name}" == vc_api.did
    assert (name[0], len(from_base58btc(name))) == ("z", 34)
    assert (proof["proofValue"][0], len(from_base58btc(proof["proofValue"]))) == ("z", 64)
    assert vc_api.verifies(issued)


@SUITES
def test_a_strangers_proof_verifies(vc_api: VcApiUnderTest, suite: str) -> None:
    assert vc_api.verifies(made(suite))


@SUITES
@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("type", None),
        ("type", "UnknownProofType"),
        ("cryptosuite", None),
        ("cryptosuite", "UnknownCryptosuite"),
        ("verificationMethod", None),
        ("verificationMethod", "did:key:@invalidVm@"),
        ("verificationMethod", "did:key:invalidVm"),
        ("verificationMethod", 7),
        ("proofPurpose", None),
        ("proofPurpose", "invalidPurpose"),
        ("proofPurpose", ["assertionMethod"]),
        ("proofValue", None),
        ("proofValue", ""),
        ("proofValue", base58btc(bytes(96))),
        ("proofValue", base58btc(bytes(64))),
        ("created", "invalidDate"),
        ("expires", "invalidDate"),
        ("previousProof", "urn:uuid:nowhere"),
    ],
)
def test_a_proof_that_breaks_a_rule_does_not_verify(
    vc_api: VcApiUnderTest, suite: str, member: str, value: object
) -> None:
    document = made(suite)
    proof = document["proof"] | {member: value}
    document["proof"] = {name: each for name, each in proof.items() if each is not None}
    assert not vc_api.verifies(document)


@SUITES
def test_a_value_without_its_multibase_letter_does_not_verify(vc_api: VcApiUnderTest, suite: str) -> None:
    document = made(suite)
    document["proof"]["proofValue"] = document["proof"]["proofValue"][1:]
    assert not vc_api.verifies(document)


@SUITES
@pytest.mark.parametrize(
    "change",
    [
        {"credentialSubject": {"id": "did:example:subject", "undefinedTerm": "IfDroppedWillVerify"}},
        {"type": ["VerifiableCredential", "UndefinedType"]},
        {"credentialSubject": {"id": "did:example:other"}},
        {"proof": None},
        {"proof": []},
    ],
)
def test_what_was_changed_after_signing_does_not_verify(
    vc_api: VcApiUnderTest, suite: str, change: dict[str, Any]
) -> None:
    assert not vc_api.verifies(made(suite) | change)


@SUITES
def test_the_suite_of_another_proof_does_not_verify(vc_api: VcApiUnderTest, suite: str) -> None:
    document = made(suite)
    other = "eddsa-jcs-2022" if suite == "eddsa-rdfc-2022" else "eddsa-rdfc-2022"
    document["proof"]["cryptosuite"] = other
    assert not vc_api.verifies(document)


@SUITES
def test_purpose_domain_and_challenge_are_checked_where_they_are_asked_for(vc_api: VcApiUnderTest, suite: str) -> None:
    assert not vc_api.verifies(made(suite), expectedProofPurpose="authentication")
    login = made(suite, purpose=AUTHENTICATION, domain="domain.example", challenge="1235abcd6789")
    asked = {"expectedProofPurpose": "authentication", "domain": "domain.example", "challenge": "1235abcd6789"}
    assert vc_api.verifies(login, **asked)
    for wrong in ({"domain": "other.example"}, {"challenge": "other"}):
        assert not vc_api.verifies(login, **(asked | wrong))
    right = {"domain": "https://verifier.example", "challenge": "c-1"}
    assert vc_api.verifies_presentation(presentation(), **right)
    assert not vc_api.verifies_presentation(presentation(), **(right | {"challenge": "c-2"}))


@SUITES
def test_a_proof_counts_until_it_ends(vc_api: VcApiUnderTest, suite: str) -> None:
    assert vc_api.verifies(made(suite, expires=now() + timedelta(hours=1)))
    assert not vc_api.verifies(made(suite, expires=now() - timedelta(seconds=1)))


def sorted_json(document: dict[str, Any]) -> bytes:
    """Canonical JSON, where every name is ASCII and there are no numbers."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def by_hand(
    spell: Callable[[dict[str, Any]], bytes] = canonize,
    digest: Callable[[bytes], Any] = hashlib.sha256,
    **members: Any,
) -> dict[str, Any]:
    """A credential whose proof was made step by step, so that each step can be another."""
    document = credential(issuer=STRANGER.did)
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": STRANGER.method_of_did,
        "proofPurpose": "assertionMethod",
    } | members
    parts = (proof | {"@context": document["@context"]}, document)
    value = STRANGER.sign(b"".join(digest(spell(part)).digest() for part in parts))
    return document | {"proof": proof | {"proofValue": base58btc(value)}}


def test_a_proof_need_not_say_when_it_was_made_and_without_an_offset_it_means_utc(vc_api: VcApiUnderTest) -> None:
    bare = iso(now()).removesuffix("Z")
    later = iso(now() + timedelta(hours=1)).removesuffix("Z")
    assert vc_api.verifies(by_hand())
    assert vc_api.verifies(by_hand(created=bare))
    assert vc_api.verifies(by_hand(created=bare, expires=later))
    assert not vc_api.verifies(by_hand(expires=bare))
    assert not vc_api.verifies(by_hand(created=later))


def test_another_spelling_or_digest_than_the_suites_does_not_verify(vc_api: VcApiUnderTest) -> None:
    assert not vc_api.verifies(by_hand(spell=sorted_json))
    assert not vc_api.verifies(by_hand(digest=hashlib.sha512))


@SUITES
def test_of_several_proofs_every_one_must_hold(vc_api: VcApiUnderTest, suite: str) -> None:
    first = made(suite, id="urn:uuid:3f1bd1c2-3d5c-4b3a-9a57-9cbbc6b0f0f1")
    pair, chain = signed(first, cryptosuite=suite), signed(first, cryptosuite=suite, previous=[first["proof"]["id"]])
    for document in (pair, chain):
        assert [each["type"] for each in document["proof"]] == ["DataIntegrityProof"] * 2
        assert vc_api.verifies(document)
        broken = [document["proof"][0] | {"created": "2020-01-01T00:00:00Z"}, document["proof"][1]]
        assert not vc_api.verifies(document | {"proof": broken})
    assert not vc_api.verifies(chain | {"proof": chain["proof"][1]})


def unpacked(listed: dict[str, Any]) -> bytes:
    encoded = listed["credentialSubject"]["encodedList"]
    assert re.fullmatch(r"u[A-Za-z0-9_-]+", encoded)
    return gzip.decompress(base64.urlsafe_b64decode(encoded[1:] + "=" * (-len(encoded[1:]) % 4)))


def bit(bits: bytes, place: int) -> int:
    return bits[place // 8] >> (7 - place % 8) & 1


def test_an_issued_credential_says_where_its_status_stands(vc_api: VcApiUnderTest) -> None:
    issued = vc_api.issue(credential())
    assert issued is not None
    entry = issued["credentialStatus"]
    assert entry["type"] == "BitstringStatusListEntry"
    assert entry["statusPurpose"] == "revocation"
    assert str(int(entry["statusListIndex"])) == entry["statusListIndex"]
    assert entry["id"] != entry["statusListCredential"]


def test_the_list_is_a_conforming_credential_of_16_kib_or_more(vc_api: VcApiUnderTest) -> None:
    issued = vc_api.issue(credential())
    assert issued is not None
    listed = vc_api.client.get(issued["credentialStatus"]["statusListCredential"]).json()
    assert "BitstringStatusListCredential" in listed["type"]
    assert listed["id"] == issued["credentialStatus"]["statusListCredential"]
    assert set(listed["credentialSubject"]) == {"id", "type", "statusPurpose", "encodedList"}
    assert listed["credentialSubject"]["type"] == "BitstringStatusList"
    assert len(unpacked(listed)) >= 16 * 1024
    assert vc_api.verifies(listed)


def test_a_revoked_credential_does_not_verify_and_its_bit_is_set_and_no_other(vc_api: VcApiUnderTest) -> None:
    kept, revoked = vc_api.issue(credential()), vc_api.issue(credential())
    assert kept is not None
    assert revoked is not None
    assert vc_api.verifies(revoked)
    answer = vc_api.post("/credentials/status", {"credentialStatus": revoked["credentialStatus"]})
    assert answer.status_code == 200
    assert not vc_api.verifies(revoked)
    assert vc_api.verifies(kept)
    bits = unpacked(vc_api.client.get(revoked["credentialStatus"]["statusListCredential"]).json())
    places = [int(each["credentialStatus"]["statusListIndex"]) for each in (kept, revoked)]
    assert [bit(bits, place) for place in places] == [0, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"statusListIndex": True},
        {"statusListIndex": "-1"},
        {"statusListCredential": "no-url"},
        {"statusPurpose": 7},
        {"statusSize": 0},
        {"statusSize": 2},
        {"statusSize": 2, "statusMessage": [{"status": "0x0", "message": "only one"}]},
    ],
)
def test_a_malformed_entry_is_refused_by_issuer_and_verifier(vc_api: VcApiUnderTest, change: dict[str, Any]) -> None:
    entry = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": "https://issuer.example/list",
    } | change
    assert vc_api.issue(credential(credentialStatus=entry)) is None
    assert not vc_api.verifies(
        signed(credential(issuer=STRANGER.did, credentialStatus=entry), cryptosuite="eddsa-jcs-2022")
    )


def test_a_status_that_cannot_be_had_or_is_out_of_range_does_not_verify(vc_api: VcApiUnderTest) -> None:
    issued = vc_api.issue(credential())
    assert issued is not None
    own = issued["credentialStatus"]
    elsewhere = own | {"id": "urn:invented:1", "statusListCredential": f"{vc_api.address}/nowhere"}
    beyond = own | {"statusListIndex": "999999999"}
    for entry in (elsewhere, beyond):
        assert not vc_api.verifies(signed(credential(issuer=STRANGER.did, credentialStatus=entry)))


def test_the_moment_of_a_proof_is_written_in_utc(vc_api: VcApiUnderTest) -> None:
    issued = vc_api.issue(credential())
    assert issued is not None
    assert issued["proof"]["created"].endswith("Z")
    assert issued["proof"]["created"] <= iso(now())
