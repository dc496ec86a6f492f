"""The form of a credential: each rule of the data model is asked for, and the refusal names the member."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.credentials.data_model import check_credential, check_presentation
from skillspace.wire.jsonld import content_of

V1, V2 = "https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/v2"
#: Stands for a member that is not there.
ABSENT = object()
STATUS = {
    "id": "https://issuer.example/status#5",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "5",
    "statusListCredential": "https://issuer.example/status",
}


def changed(document: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (document | change).items() if value is not ABSENT}


def credential(**change: Any) -> dict[str, Any]:
    usual = {
        "@context": [V2],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
    }
    return changed(usual, change)


def presentation(**change: Any) -> dict[str, Any]:
    return changed({"@context": [V2], "type": ["VerifiablePresentation"], "verifiableCredential": []}, change)


def status(**change: Any) -> dict[str, Any]:
    return {"credentialStatus": changed(STATUS, change)}


def messages(number: int) -> list[dict[str, str]]:
    return [{"status": hex(value), "message": f"invented {value}"} for value in range(number)]


def sri(name: str, content: bytes) -> str:
    return f"{name}-{base64.b64encode(hashlib.new(name, content).digest()).decode()}"


BASE = content_of(V2) or b""
DIGEST = hashlib.sha256(BASE).digest()


def word(raw: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d"},
        {"@context": [V2, "https://example.org/more", {"More": "https://example.org/#More"}]},
        {"type": ["https://example.org/#Odd", "VerifiableCredential"]},
        {"type": "VerifiableCredential"},
        {"issuer": {"id": "https://issuer.example", "name": "Invented"}},
        {"issuer": {"id": "https://issuer.example", "description": {"@value": "x", "@language": "en"}}},
        {"credentialSubject": [{"id": "did:example:a"}, {"name": "somebody"}]},
        {"name": "plain", "description": "plain"},
        {"name": [{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}]},
        {"name": {"@value": "x", "@language": "he", "@direction": "rtl"}},
        {"name": {"@value": "x", "@language": "zh-Hans-CN"}, "description": {"@value": "x", "@direction": "ltr"}},
        {"validFrom": "2023-02-25T19:10:39.123-06:00", "validUntil": "2099-01-01T00:00:00Z"},
        {"validFrom": "2023-02-25T19:10:39Z", "validUntil": "2023-02-25T19:10:39Z"},
        {"credentialStatus": {"type": "https://example.org/#Other"}},
        status(),
        status(id=ABSENT),
        status(statusSize=2, statusMessage=messages(4)),
        status(statusReference=["https://issuer.example/why"]),
        {"credentialSchema": [{"id": "did:example:s/1", "type": "JsonSchema"}]},
        {"refreshService": {"type": "https://example.org/#R"}, "evidence": [{"type": "Odd"}]},
        {"termsOfUse": [{"type": "IssuerPolicy", "id": "https://issuer.example/terms"}]},
        {"relatedResource": {"id": V2, "digestSRI": sri("sha384", BASE)}},
        {"relatedResource": [{"id": V2, "digestMultibase": word(DIGEST)}]},
        {"relatedResource": [{"id": V2, "digestMultibase": word(b"\x12\x20" + DIGEST)}]},
        {"relatedResource": [{"id": "https://example.org/unknown", "digestSRI": "sha256-" + "A" * 43}]},
    ],
)
def test_what_the_model_allows_is_allowed(change: dict[str, Any]) -> None:
    assert check_credential(credential(**change)) == "2.0"


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"@context": ABSENT}, "@context"),
        ({"@context": []}, "@context"),
        ({"@context": V2}, "@context"),
        ({"@context": ["https://example.org/more", V2]}, "@context"),
        ({"@context": [V2, 7]}, "@context"),
        ({"@context": [V2, "https ://no-url"]}, "@context"),
        ({"type": ABSENT}, "type"),
        ({"type": []}, "type"),
        ({"type": ["Other"]}, "VerifiableCredential"),
        ({"type": ["VerifiableCredential", 7]}, "type"),
        ({"id": None}, "id"),
        ({"id": ["urn:a", "urn:b"]}, "id"),
        ({"id": "no-url"}, "id"),
        ({"issuer": ABSENT}, "issuer"),
        ({"issuer": None}, "issuer"),
        ({"issuer": "no-url"}, "issuer"),
        ({"issuer": {"name": "nameless"}}, "issuer"),
        ({"issuer": {"id": None}}, "issuer"),
        ({"credentialSubject": ABSENT}, "credentialSubject"),
        ({"credentialSubject": {}}, "credentialSubject"),
        ({"credentialSubject": [{"id": "did:a:b"}, {}]}, "credentialSubject"),
        ({"credentialSubject": "did:a:b"}, "credentialSubject"),
        ({"credentialSubject": {"id": ["did:a:b", "did:a:c"]}}, "credentialSubject"),
        ({"validFrom": "Sat 25 Feb 2023 07:16:31 PM CST"}, "validFrom"),
        ({"validUntil": "2023-02-30T00:00:00Z"}, "validUntil"),
        ({"validFrom": 7}, "validFrom"),
        ({"validFrom": "2024-01-01T00:00:00Z", "validUntil": "2023-01-01T00:00:00Z"}, "validUntil"),
        ({"credentialStatus": {"id": "did:a:s"}}, "credentialStatus"),
        ({"credentialStatus": {"id": "did:a:s", "type": 2}}, "credentialStatus"),
        ({"credentialStatus": {"id": ["did:a:s", "did:a:t"], "type": "T"}}, "credentialStatus"),
        ({"credentialStatus": {"id": "no-url", "type": "T"}}, "credentialStatus"),
        (status(statusPurpose=ABSENT), "statusPurpose"),
        (status(statusListIndex=5), "statusListIndex"),
        (status(statusListIndex="-1"), "statusListIndex"),
        (status(statusListIndex=True), "statusListIndex"),
        (status(statusListCredential="no-url"), "statusListCredential"),
        (status(id="https://issuer.example/status"), "address of the list"),
        (status(statusSize=0), "statusSize"),
        (status(statusSize="2"), "statusSize"),
        (status(statusSize=2), "statusMessage"),
        (status(statusSize=2, statusMessage=messages(2)), "statusMessage"),
        (status(statusMessage=[{"status": "0x0"}, {"status": "0x1"}]), "statusMessage"),
        (status(statusReference="no-url"), "statusReference"),
        ({"credentialSchema": {"type": "JsonSchema"}}, "credentialSchema"),
        ({"credentialSchema": {"id": "did:a:s"}}, "credentialSchema"),
        ({"credentialSchema": {"id": 7, "type": "JsonSchema"}}, "credentialSchema"),
        ({"refreshService": {"id": "did:a:r"}}, "refreshService"),
        ({"refreshService": {"type": "R", "id": "no-url"}}, "refreshService"),
        ({"termsOfUse": [{"id": "did:a:t"}]}, "termsOfUse"),
        ({"evidence": {"id": "did:a:e"}}, "evidence"),
        ({"evidence": "a text"}, "evidence"),
        ({"renderMethod": {}}, "renderMethod"),
        ({"name": {"@value": "x", "url": "did:a:b"}}, "name"),
        ({"description": {"@value": "x", "@language": "en", "url": "did:a:b"}}, "description"),
        ({"name": 7}, "name"),
        ({"name": None}, "name"),
        ({"name": []}, "name"),
        ({"name": {"@value": "x", "@language": "no language!"}}, "name"),
        ({"name": {"@value": "x", "@language": None}}, "name"),
        ({"name": {"@value": "x", "@direction": "up"}}, "name"),
        ({"issuer": {"id": "did:a:b", "name": {"@value": "x", "url": "y"}}}, "name"),
        ({"relatedResource": ["https://example.org/x"]}, "relatedResource"),
        ({"relatedResource": {"digestSRI": "sha256-" + "A" * 43}}, "relatedResource"),
        ({"relatedResource": {"id": "https://example.org/x"}}, "digest"),
        ({"relatedResource": [{"id": V2, "digestSRI": sri("sha384", BASE)}] * 2}, "twice"),
        ({"relatedResource": {"id": V2, "digestSRI": sri("sha384", b"other")}}, "digest"),
        ({"relatedResource": {"id": V2, "digestMultibase": word(hashlib.sha256(b"other").digest())}}, "digest"),
        ({"relatedResource": {"id": V2, "digestSRI": "md5-abc"}}, "digestSRI"),
    ],
)
def test_what_breaks_a_rule_is_refused_by_its_name(change: dict[str, Any], member: str) -> None:
    with pytest.raises(BadInput, match=member):
        check_credential(credential(**change))


@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_whoever_writes_says_the_offset_of_every_moment_and_whoever_reads_does_without(model: str) -> None:
    first, last = ("issuanceDate", "expirationDate") if model == "1.1" else ("validFrom", "validUntil")
    moments = {first: "2026-01-01T00:00:00+01:00", last: "2026-01-02T00:00:00.5Z"}
    document = credential(**moments, **{"@context": [V1 if model == "1.1" else V2]})
    assert check_credential(document, exact=True) == model
    for name in (first, last):
        bare = document | {name: document[name][:19]}
        assert check_credential(bare) == model
        with pytest.raises(BadInput, match=name):
            check_credential(bare, exact=True)


def test_the_older_model_wants_its_own_dates() -> None:
    older = {"@context": [V1], "issuanceDate": "2023-01-01T00:00:00Z"}
    assert check_credential(credential(**older)) == "1.1"
    with pytest.raises(BadInput, match="issuanceDate"):
        check_credential(credential(**(older | {"issuanceDate": ABSENT})))
    with pytest.raises(BadInput, match="expirationDate"):
        check_credential(credential(**(older | {"expirationDate": "2022-01-01T00:00:00Z"})))


@pytest.mark.parametrize(
    "change",
    [{}, {"holder": "did:example:h"}, {"holder": {"id": "did:example:h"}}, {"verifiableCredential": ABSENT}],
)
def test_a_presentation_may_name_its_holder(change: dict[str, Any]) -> None:
    assert check_presentation(presentation(**change)) == "2.0"


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"@context": ABSENT}, "@context"),
        ({"type": ABSENT}, "type"),
        ({"type": ["Other"]}, "VerifiablePresentation"),
        ({"id": "no-url"}, "id"),
        ({"holder": "no-url"}, "holder"),
        ({"holder": {"name": "x"}}, "holder"),
        ({"verifiableCredential": ["https://example.org/vc"]}, "verifiableCredential"),
        ({"verifiableCredential": 7}, "verifiableCredential"),
    ],
)
def test_a_presentation_that_breaks_a_rule_is_refused_by_its_name(change: dict[str, Any], member: str) -> None:
    with pytest.raises(BadInput, match=member):
        check_presentation(presentation(**change))


_VALUES: st.SearchStrategy[Any] = st.deferred(
    lambda: (
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=10)
        | st.lists(_VALUES, max_size=3)
        | st.dictionaries(st.text(max_size=8), _VALUES, max_size=3)
    )
)
_MEMBERS = st.sampled_from(
    [*credential(), "id", "validFrom", "name", "credentialStatus", "relatedResource", "evidence"]
)


@given(st.dictionaries(_MEMBERS, _VALUES, max_size=3))
def test_any_value_in_any_member_is_allowed_or_refused_in_words(change: dict[str, Any]) -> None:
    with suppress(BadInput):
        assert check_credential(credential(**change)) in {"1.1", "2.0"}
