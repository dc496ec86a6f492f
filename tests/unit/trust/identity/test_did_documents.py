"""DID documents of other makers, in the shapes they come in; and keys that end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import InvalidSignature, NotFound, SkillspaceError
from skillspace.trust.identity import DidDocument, RetiredKey, did_document, read_document
from skillspace.trust.identity.document import PURPOSES
from skillspace.trust.identity.multikey import multikey_of_jwk
from skillspace.wire.jose import SigningKey

DID = "did:web:example.org"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
KEY = SigningKey.generate(f"{DID}#key-1")
JWK = {name: value for name, value in KEY.public_jwk().items() if name in ("kty", "crv", "x", "y")}


def method(name: str = f"{DID}#key-1", **change: object) -> dict[str, object]:
    whole = {"id": name, "type": "JsonWebKey2020", "controller": DID, "publicKeyJwk": JWK, **change}
    return {member: value for member, value in whole.items() if value is not None}


def read(**members: object) -> DidDocument:
    return read_document({"id": DID, **members}, DID)


@pytest.mark.parametrize("kid", [f"{DID}#key-1", "#key-1", "key-1"])
@pytest.mark.parametrize("name", [f"{DID}#key-1", "#key-1", "key-1"])
@pytest.mark.parametrize("named", [f"{DID}#key-1", "#key-1", "key-1"])
def test_absolute_and_relative_names_mean_the_same_key(kid: str, name: str, named: str) -> None:
    document = read(verificationMethod=[method(name)], assertionMethod=[named])
    assert document.key(kid, "assertionMethod") == JWK


def test_a_key_counts_only_for_what_it_is_named_for() -> None:
    document = read(verificationMethod=[method()], authentication=[f"{DID}#key-1"])
    assert document.key("#key-1", "authentication") == JWK
    for purpose in ("assertionMethod", "capabilityInvocation"):
        with pytest.raises(InvalidSignature, match=purpose):
            document.key("#key-1", purpose)


def test_a_key_may_be_embedded_in_its_purpose_or_purposes() -> None:
    document = read(authentication=[method()], assertionMethod=method(), capabilityInvocation=[])
    assert document.key("#key-1", "authentication") == JWK
    assert document.key("#key-1", "assertionMethod") == JWK
    with pytest.raises(InvalidSignature):
        document.key("#key-1", "capabilityInvocation")


def test_an_embedded_key_does_not_replace_a_named_one() -> None:
    other = SigningKey.generate("x").public_jwk()
    document = read(verificationMethod=[method()], authentication=[method(publicKeyJwk=other)])
    assert document.keys == {f"{DID}#key-1": JWK}
    with pytest.raises(InvalidSignature):
        document.key("#key-1", "authentication")


def test_a_key_in_one_word_is_the_same_key() -> None:
    multikey = method(publicKeyJwk=None, type="Multikey", publicKeyMultibase=multikey_of_jwk(JWK))
    document = read(verificationMethod=multikey, assertionMethod="#key-1")
    assert document.key("#key-1", "assertionMethod") == JWK


@pytest.mark.parametrize(
    "change",
    [
        {"controller": "did:web:someone.else"},
        {"id": "did:web:someone.else#key-1"},
        {"id": None},
        {"publicKeyJwk": None},
        {"publicKeyJwk": "text"},
        {"publicKeyJwk": None, "publicKeyMultibase": "z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc"},
        {"expires": "one day"},
        {"revoked": "2026-11-21T11:00:00Z"},
    ],
)
def test_a_key_of_somebody_else_or_of_no_use_is_not_taken(change: dict[str, object]) -> None:
    document = read(
        verificationMethod=[method() | change], assertionMethod=[f"{DID}#key-1", "did:web:someone.else#key-1"]
    )
    with pytest.raises(InvalidSignature):
        document.key("#key-1", "assertionMethod", NOON)


@pytest.mark.parametrize("kind", ["CredentialService", ["Other", "CredentialService"]])
@pytest.mark.parametrize(
    "endpoint",
    [
        "https://example.org/dcp",
        ["https://example.org/dcp", "https://second.example"],
        {"uri": "https://example.org/dcp"},
        [{"uri": "https://example.org/dcp"}],
        {"origins": ["https://example.org/dcp"]},
        {"url": "https://example.org/dcp", "description": "x"},
        {"somehow": "https://example.org/dcp"},
    ],
)
@pytest.mark.parametrize("is_list", [True, False])
def test_a_service_is_found_in_every_shape_makers_write(kind: object, endpoint: object, is_list: bool) -> None:
    service = {"id": "#s", "type": kind, "serviceEndpoint": endpoint}
    document = read(service=[service] if is_list else service)
    assert document.service("CredentialService") == "https://example.org/dcp"


def test_of_two_services_of_one_type_the_first_counts() -> None:
    services = [{"type": "S", "serviceEndpoint": f"https://{name}.example"} for name in ("one", "two")]
    assert read(service=services).service("S") == "https://one.example"
    with pytest.raises(NotFound):
        read(service=[{"type": "S", "serviceEndpoint": 5}, {"type": "S"}]).service("S")


def test_a_retired_key_vouches_until_its_end_and_opens_no_door() -> None:
    old, new = KEY, SigningKey.generate(f"{DID}#key-2")
    retired = RetiredKey(kid=old.kid, jwk=old.public_jwk(), until=NOON)
    document = read_document(did_document(DID, [new], {}, [retired]), DID)
    assert document.key(old.kid, "assertionMethod", NOON - timedelta(seconds=1)) == old.public_jwk()
    with pytest.raises(InvalidSignature, match="was retired"):
        document.key(old.kid, "assertionMethod", NOON)
    for purpose in ("authentication", "capabilityInvocation"):
        with pytest.raises(InvalidSignature):
            document.key(old.kid, purpose, NOON - timedelta(days=1))
    for purpose in PURPOSES:
        assert document.key(new.kid, purpose, NOON + timedelta(days=999)) == new.public_jwk()


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.just(DID) | st.just("#key-1"),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "controller", "publicKeyJwk", "publicKeyMultibase", "serviceEndpoint", "uri", "expires"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["verificationMethod", "service", *PURPOSES]), anything))
def test_any_members_are_read_or_refused_but_never_break_the_reader(members: dict[str, object]) -> None:
    document = read(**members)
    assert all(name.startswith(f"{DID}#") for name in document.keys)
    for purpose in PURPOSES:
        try:
            document.key("#key-1", purpose)
        except SkillspaceError:
            continue
