"""A proof inside a document holds for that document, that key and that purpose, and for nothing else."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.records.credentials import CredentialExpired, CredentialNotYetValid, WrongAudience
from skillspace.records.credentials.data_integrity import JCS, RDFC, add_proof, verify_proofs
from skillspace.trust.identity.resolver import document_of_key
from skillspace.wire.jose import SigningKey
from skillspace.wire.multibase import base58btc, from_base58btc
from skillspace.wire.proof_key import ProofKey

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
#: The key pair of the specification's examples (VC-DI-EdDSA §B).
KEY = ProofKey.from_seed(from_base58btc("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")[2:])
OTHER = ProofKey.from_seed(bytes(range(32)))
V2 = "https://www.w3.org/ns/credentials/v2"
ALUMNI: dict[str, Any] = {
    "@context": [V2, "https://www.w3.org/ns/credentials/examples/v2"],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:abcdefgh", "alumniOf": "The School of Examples"},
}
#: What the specification says these two proofs are (§B.1, §B.3).
PUBLISHED = {
    RDFC: "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
    JCS: "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX",
}
SUITES = pytest.mark.parametrize("suite", [RDFC, JCS])


def keys(controller: str, method: str) -> Mapping[str, object]:
    return document_of_key(controller).key(method, "assertionMethod")


def signed(suite: str = RDFC, key: ProofKey = KEY, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = more.pop("document", ALUMNI)
    arguments = {"key": key, "method": key.method_of_did, "at": NOON, "cryptosuite": suite} | more
    return add_proof(document, **arguments)


@SUITES
def test_the_specifications_own_proofs_hold(suite: str) -> None:
    proof: dict[str, object] = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2023-02-24T23:36:38Z",
        "verificationMethod": KEY.method_of_did,
        "proofPurpose": "assertionMethod",
        "proofValue": PUBLISHED[suite],
    }
    if suite == JCS:
        proof["@context"] = ALUMNI["@context"]
    (found,) = verify_proofs({**ALUMNI, "proof": proof}, keys, NOON)
    assert (found.controller, found.cryptosuite) == (KEY.did, suite)


@SUITES
def test_what_was_signed_holds(suite: str) -> None:
    (found,) = verify_proofs(signed(suite), keys, NOON)
    assert found.method == KEY.method_of_did
    assert found.created == NOON


@SUITES
@pytest.mark.parametrize(
    "change",
    [
        {"name": "Another name"},
        {"issuer": "https://vc.example/issuers/1"},
        {"credentialSubject": {"id": "did:example:other", "alumniOf": "The School of Examples"}},
        {"description": None},
    ],
)
def test_a_change_after_signing_is_found(suite: str, change: dict[str, Any]) -> None:
    document = {name: value for name, value in (signed(suite) | change).items() if value is not None}
    with pytest.raises(InvalidSignature, match="does not belong"):
        verify_proofs(document, keys, NOON)


@SUITES
def test_a_number_too_large_to_be_read_is_refused_in_words(suite: str) -> None:
    with pytest.raises(BadInput, match="OverflowError"):
        verify_proofs(signed(suite) | {"name": 10**400}, keys, NOON)


@SUITES
@pytest.mark.parametrize("name", ["created", "expires", "domain", "challenge", "nonce"])
def test_the_proofs_own_members_are_signed_too(suite: str, name: str) -> None:
    document = signed(suite, domain="https://a.example", challenge="c", expires=NOON + timedelta(days=2))
    value = "2026-11-20T12:00:00Z" if name == "created" else "2027-11-20T12:00:00Z" if name == "expires" else "x"
    document["proof"][name] = value
    with pytest.raises(InvalidSignature):
        verify_proofs(document, keys, NOON)


@SUITES
def test_the_key_of_somebody_else_does_not_hold(suite: str) -> None:
    document = signed(suite)
    document["proof"]["verificationMethod"] = OTHER.method_of_did
    with pytest.raises(InvalidSignature):
        verify_proofs(document, keys, NOON)


def test_a_key_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidSignature, match="Ed25519"):
        verify_proofs(signed(), lambda *_: SigningKey.generate("k").public_jwk(), NOON)


@SUITES
@pytest.mark.parametrize(
    ("member", "value", "fault"),
    [
        ("type", None, BadInput),
        ("type", "UnknownProof", InvalidSignature),
        ("cryptosuite", None, BadInput),
        ("cryptosuite", "unknown-2017", InvalidSignature),
        ("verificationMethod", None, BadInput),
        ("verificationMethod", KEY.did, BadInput),
        ("verificationMethod", "did:key:@nobody@#k", SkillspaceError),
        ("proofPurpose", None, BadInput),
        ("proofPurpose", "authentication", InvalidSignature),
        ("proofValue", None, BadInput),
        ("proofValue", "z", InvalidSignature),
        ("proofValue", "abc", BadInput),
        ("proofValue", base58btc(bytes(96)), InvalidSignature),
        ("created", "yesterday", BadInput),
        ("created", 5, BadInput),
        ("expires", "soon", BadInput),
        ("previousProof", "urn:uuid:not-there", BadInput),
        ("previousProof", [], BadInput),
        ("previousProof", 7, BadInput),
    ],
)
def test_a_proof_that_lacks_something_says_what(
    suite: str, member: str, value: object, fault: type[SkillspaceError]
) -> None:
    document = signed(suite)
    document["proof"][member] = value
    if value is None:
        del document["proof"][member]
    with pytest.raises(fault):
        verify_proofs(document, keys, NOON)


@SUITES
def test_a_proof_counts_from_when_it_was_made_until_it_ends(suite: str) -> None:
    document = signed(suite, expires=NOON + timedelta(hours=1))
    assert verify_proofs(document, keys, NOON)
    with pytest.raises(CredentialExpired):
        verify_proofs(document, keys, NOON + timedelta(hours=1))
    with pytest.raises(CredentialNotYetValid):
        verify_proofs(document, keys, NOON - timedelta(hours=1))


@pytest.mark.parametrize("proof", [None, "text", [], [7], {}])
def test_what_is_no_proof_is_refused(proof: object) -> None:
    with pytest.raises(BadInput):
        verify_proofs({**ALUMNI, "proof": proof}, keys, NOON)


def test_a_moment_without_an_offset_means_utc() -> None:
    document = signed(expires=NOON + timedelta(hours=1))
    held = verify_proofs(document, keys, NOON)
    assert held[0].created == NOON
    document["proof"]["created"] = "2026-11-21T12:00:00"
    with pytest.raises(InvalidSignature):  # read as UTC, and not what was signed
        verify_proofs(document, keys, NOON)


@SUITES
def test_whom_and_what_it_answers_is_checked_where_it_is_asked_for(suite: str) -> None:
    document = signed(suite, domain="https://a.example", challenge="c1")
    assert verify_proofs(document, keys, NOON, domain="https://a.example", challenge="c1")
    for asked in ({"domain": "https://b.example"}, {"challenge": "c2"}):
        with pytest.raises(WrongAudience):
            verify_proofs(document, keys, NOON, **asked)
    with pytest.raises(BadInput, match="domain"):
        signed(suite, challenge="c1")


@SUITES
def test_of_a_set_of_proofs_every_one_must_hold(suite: str) -> None:
    document = signed(suite, key=OTHER, document=signed(suite))
    assert len(verify_proofs(document, keys, NOON)) == 2
    document["proof"][0]["proofValue"] = document["proof"][1]["proofValue"]
    with pytest.raises(InvalidSignature):
        verify_proofs(document, keys, NOON)


@SUITES
def test_in_a_chain_a_later_proof_signs_the_earlier(suite: str) -> None:
    first = signed(suite, id="urn:uuid:1")
    chained = signed(suite, key=OTHER, document=first, previous=["urn:uuid:1"])
    assert len(verify_proofs(chained, keys, NOON)) == 2
    without = copy.deepcopy(chained)
    without["proof"] = [without["proof"][1]]
    with pytest.raises(BadInput, match="previousProof"):
        verify_proofs(without, keys, NOON)
    swapped = copy.deepcopy(chained)
    swapped["proof"][0] = signed(suite, id="urn:uuid:1", domain="https://other.example")["proof"]
    with pytest.raises(InvalidSignature):
        verify_proofs(swapped, keys, NOON)


def test_a_proof_of_an_unknown_kind_beside_a_known_one_is_passed_over() -> None:
    document = signed()
    document["proof"] = [{"type": "SomeProofType"}, document["proof"]]
    assert len(verify_proofs(document, keys, NOON)) == 1


def test_a_document_of_the_older_model_gets_the_words_it_needs() -> None:
    older = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": KEY.did,
        "issuanceDate": "2023-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:abcdefgh"},
    }
    document = signed(document=older)
    assert document["@context"][1:] == ["https://w3id.org/security/data-integrity/v2"]
    assert verify_proofs(document, keys, NOON)


def test_with_jcs_the_document_must_begin_with_the_contexts_that_were_signed() -> None:
    document = signed(JCS)
    document["@context"] = ["https://www.w3.org/ns/credentials/examples/v2", V2]
    with pytest.raises(InvalidSignature, match="contexts"):
        verify_proofs(document, keys, NOON)
    longer = signed(JCS)
    longer["@context"] = [*ALUMNI["@context"], "https://w3id.org/security/data-integrity/v2"]
    assert verify_proofs(longer, keys, NOON)


def test_words_nobody_defined_cannot_be_slipped_in_beside_a_proof() -> None:
    document = signed() | {"@context": [V2]}
    with pytest.raises(BadInput, match="do not define"):
        verify_proofs(document, keys, NOON)
    document = signed(
        document={
            **ALUMNI,
            "@context": [V2],
            "type": ["VerifiableCredential"],
            "credentialSubject": {"id": "did:example:a"},
        }
    )
    document["credentialSubject"]["certifiedBy"] = "everybody"
    with pytest.raises(BadInput, match="certifiedBy"):
        verify_proofs(document, keys, NOON)


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(["name", "description", "alumniOf"]), st.text(min_size=1, max_size=30)))
@SUITES
def test_whatever_is_said_holds_once_signed_and_only_then(suite: str, said: dict[str, str]) -> None:
    document = {**ALUMNI, "credentialSubject": {"id": "did:example:a", **said}}
    made = signed(suite, document=document)
    assert verify_proofs(made, keys, NOON)
    made["credentialSubject"] = {**made["credentialSubject"], "alumniOf": "?" + said.get("alumniOf", "")}
    with pytest.raises(InvalidSignature):
        verify_proofs(made, keys, NOON)
