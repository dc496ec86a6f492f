"""A did:key is its key: no network, no service, and no other curve than the two we sign with."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OKPKey

from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound
from skillspace.records.credentials import issue, verify
from skillspace.trust.identity import DidResolver
from skillspace.trust.identity.multikey import jwk_of_multikey, multikey_of_jwk
from skillspace.trust.identity.resolver import document_of_key
from skillspace.wire.jose import SigningKey
from skillspace.wire.outbound import Outbound

# Examples of the did:key method (W3C CCG, §4 test vectors).
ED25519 = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
P256 = "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"


def test_the_methods_own_examples_read_as_its_text_says() -> None:
    ed = document_of_key(ED25519)
    assert ed.key(f"{ED25519}#{ED25519[8:]}", "capabilityInvocation") == {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": "O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik",
    }
    assert document_of_key(P256).key(P256[8:], "assertionMethod") == {
        "kty": "EC",
        "crv": "P-256",
        "x": "fyNYMN0976ci7xqiSdag3buk-ZCwgXU4kz9XNkBlNUI",
        "y": "hW2ojTNfH7Jbi8--CJUo3OCbH3y5n91g-IMA9MLMbTU",
    }


@given(st.integers(1, 2**250))
def test_any_p256_key_comes_back(secret: int) -> None:
    key = ECKey.import_key(ec.derive_private_key(secret, ec.SECP256R1()))
    jwk = {name: str(value) for name, value in key.as_dict(private=False).items() if name in ("kty", "crv", "x", "y")}
    assert jwk_of_multikey(multikey_of_jwk(jwk)) == jwk


@given(st.binary(min_size=32, max_size=32))
def test_any_ed25519_key_comes_back(seed: bytes) -> None:
    key = OKPKey.import_key(ed25519.Ed25519PrivateKey.from_private_bytes(seed))
    jwk = {name: str(value) for name, value in key.as_dict(private=False).items() if name in ("kty", "crv", "x")}
    assert jwk_of_multikey(multikey_of_jwk(jwk)) == jwk


@given(st.text(max_size=80) | st.text("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz").map("z".__add__))
def test_garbage_is_refused_and_nothing_else(text: str) -> None:
    try:
        jwk_of_multikey(text)
    except BadInput:
        return


@pytest.mark.parametrize(
    "did",
    [
        "did:key:z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc",  # X25519 does not sign
        "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",  # secp256k1
        "did:key:f00",
        "did:key:",
        "did:key:z",
        "did:key:z" + "1" * 100_000,
    ],
)
def test_another_kind_of_key_is_refused(did: str) -> None:
    with pytest.raises(BadInput):
        document_of_key(did)


def test_a_credential_of_a_did_key_is_checked_without_the_network() -> None:
    draft = SigningKey.generate("draft")
    members = {name: value for name, value in draft.public_jwk().items() if name in ("kty", "crv", "x", "y")}
    did = f"did:key:{multikey_of_jwk(members)}"
    key = SigningKey.from_jwk({**draft.private_jwk(), "kid": f"{did}#{did[8:]}"})
    resolver = DidResolver(Outbound())
    token = issue("Badge", {}, issuer_key=key, issuer_did=did, subject_did="did:web:person.example")
    found = verify(token, resolver.key, resolver._clock())
    assert found.issuer == did
    with pytest.raises(InvalidSignature):
        resolver.key(did, f"{did}#another")
    with pytest.raises(NotFound):
        resolver.resolve(did).service("CredentialService")
