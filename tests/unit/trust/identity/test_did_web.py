"""DIDs lead to one document at one place, and only its own keys count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, SkillspaceError
from skillspace.trust.identity import did_document, did_of_address
from skillspace.trust.identity.document import read_document
from skillspace.trust.identity.resolver import address_of_did, root_of_did
from skillspace.wire.jose import SigningKey

DID = "did:web:example.org"


@pytest.mark.parametrize(
    ("address", "did", "document"),
    [
        ("https://example.org", DID, "https://example.org/.well-known/did.json"),
        ("https://example.org:8443", "did:web:example.org%3A8443", "https://example.org:8443/.well-known/did.json"),
        ("https://example.org/a/b", "did:web:example.org:a:b", "https://example.org/a/b/did.json"),
        ("http://127.0.0.1:7101", "did:web:127.0.0.1%3A7101", "http://127.0.0.1:7101/.well-known/did.json"),
    ],
)
def test_an_address_becomes_a_did_and_back(address: str, did: str, document: str) -> None:
    assert did_of_address(address) == did
    assert address_of_did(did, loopback=True) == document
    assert root_of_did(did, loopback=True) == address.rstrip("/")


def test_plain_http_needs_the_loopback_setting_and_a_loopback_host() -> None:
    assert address_of_did("did:web:127.0.0.1%3A7101", loopback=False).startswith("https://")
    assert address_of_did("did:web:example.org", loopback=True).startswith("https://")


@given(st.text(max_size=60).map(lambda tail: f"did:web:{tail}"))
def test_any_did_gives_an_address_of_its_own_host_or_a_clear_refusal(did: str) -> None:
    try:
        address = address_of_did(did, loopback=False)
    except SkillspaceError:
        return
    assert address.startswith("https://")
    assert address.endswith("/did.json")
    assert "@" not in address.split("/")[2]


@pytest.mark.parametrize("did", ["did:key:z6Mk", "did:web:", "did:web:a%2Fb", "did:web:host:..:x", "did:web:u%40h"])
def test_what_is_no_plain_did_web_is_refused(did: str) -> None:
    with pytest.raises(BadInput):
        address_of_did(did, loopback=False)


def test_our_own_document_reads_back_with_every_purpose() -> None:
    key = SigningKey.generate(f"{DID}#key-1")
    document = read_document(did_document(DID, [key], {"DataService": "https://example.org/dsp"}), DID)
    for purpose in ("authentication", "assertionMethod", "capabilityInvocation"):
        assert document.key(f"{DID}#key-1", purpose)["x"] == key.public_jwk()["x"]
    assert document.service("DataService") == "https://example.org/dsp"
    with pytest.raises(InvalidSignature):
        document.key(f"{DID}#key-2", "authentication")


def test_a_key_that_somebody_else_controls_is_not_read() -> None:
    written = did_document(DID, [SigningKey.generate(f"{DID}#key-1")], {})
    method = written["verificationMethod"]
    assert isinstance(method, list)
    method[0]["controller"] = "did:web:elsewhere.example"
    with pytest.raises(InvalidSignature):
        read_document(written, DID).key(f"{DID}#key-1", "authentication")


def test_the_document_of_another_did_is_refused() -> None:
    with pytest.raises(BadInput):
        read_document(did_document("did:web:other.example", [], {}), DID)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from(["id", "service", "type", "verificationMethod", "authentication"]), inner)
        ),
    )
)
def test_any_json_is_read_or_refused_but_never_breaks_the_reader(document: object) -> None:
    if isinstance(document, dict):
        document["id"] = DID
    try:
        read_document(document, DID)
    except SkillspaceError:
        assert not isinstance(document, dict)
