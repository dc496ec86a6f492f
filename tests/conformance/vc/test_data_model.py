"""What W3C VC Data Model 2.0 demands of issuers and verifiers, by section, asked of a running node over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from skillspace.kernel.clock import iso, now
from skillspace.records.credentials import issue, present
from tests.conformance.vc.conftest import EXAMPLES, STRANGER, V2, VcApiUnderTest, credential, presentation, signed

OTHER = "https://example.org/#Other"
WORD = [V2, {"Invented": OTHER}]
LANGUAGE = {"@value": "Invented", "@language": "en"}
RIGHT_SRI = "sha384-l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU"
RIGHT_MULTIBASE = "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"

ISSUED: list[tuple[str, dict[str, Any]]] = [
    ("4.3 another context", {"@context": [V2, EXAMPLES]}),
    ("4.3 a context as an object", {"@context": WORD}),
    ("4.4 an id", {"id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d"}),
    ("4.5 a type that is a URL", {"type": ["VerifiableCredential", OTHER]}),
    ("4.5 a type its contexts define", {"@context": WORD, "type": ["Invented", "VerifiableCredential"]}),
    ("4.6 a name as a text", {"name": "Invented", "description": "Also invented"}),
    ("4.6 a name with its language", {"name": LANGUAGE, "description": {**LANGUAGE, "@direction": "ltr"}}),
    ("4.6 a name in several languages", {"name": [LANGUAGE, {"@value": "Inventé", "@language": "fr"}]}),
    ("4.7 an issuer with a name", {"issuer": {"id": "did:example:issuer", "name": LANGUAGE}}),
    ("4.8 several subjects", {"credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b"}]}),
    ("4.9 a moment with milliseconds", {"validFrom": "2023-02-25T19:10:39.123Z"}),
    ("4.9 a moment with an offset", {"validFrom": "2023-02-25T19:10:39-06:00"}),
    ("4.9 an end in the past", {"validFrom": "2023-02-26T01:19:19Z", "validUntil": "2023-02-26T01:19:20Z"}),
    ("4.10 a status of another type", {"credentialStatus": {"id": "did:example:s", "type": OTHER}}),
    ("4.10 a status without an id", {"credentialStatus": {"type": OTHER}}),
    ("4.11 several schemas", {"credentialSchema": [{"id": f"did:example:{n}", "type": OTHER} for n in (1, 2)]}),
    ("5.3 a related resource", {"relatedResource": [{"id": V2, "digestSRI": RIGHT_SRI}]}),
    ("5.3 another digest", {"relatedResource": {"id": V2, "digestMultibase": RIGHT_MULTIBASE, "mediaType": "a/b"}}),
    ("5.4 several refresh services", {"refreshService": [{"id": f"did:example:{n}", "type": OTHER} for n in (1, 2)]}),
    ("5.5 terms of use", {"termsOfUse": [{"type": OTHER}, {"type": OTHER, "id": "did:example:t"}]}),
    ("5.6 evidence", {"evidence": [{"type": OTHER}, {"type": OTHER}]}),
]
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("4.3 no data model among the contexts", {"@context": [EXAMPLES]}),
    ("4.3 the data model's context not first", {"@context": [EXAMPLES, V2]}),
    ("4.3 a context that is no URL", {"@context": [V2, "https ://no-url"]}),
    ("4.3 a context that is a number", {"@context": [V2, 7]}),
    ("4.3 a context nobody knows", {"@context": [V2, "https://example.org/unknown/v1"]}),
    ("4.4 an id that is null", {"id": None}),
    ("4.4 several ids", {"id": ["did:example:a", "did:example:b"]}),
    ("4.4 an id that is no URL", {"id": "no-url"}),
    ("4.4 several ids of a subject", {"credentialSubject": {"id": ["did:example:a", "did:example:b"]}}),
    ("4.5 a type nobody defined", {"@context": [V2, {"@vocab": None}], "type": ["VerifiableCredential", "Invented"]}),
    (
        "4.5 a type that means no URL",
        {"@context": [V2, {"Invented": "https ://no"}], "type": ["VerifiableCredential", "Invented"]},
    ),
    ("4.5 not VerifiableCredential", {"@context": WORD, "type": ["Invented"]}),
    ("4.6 a name with more than its language", {"name": {**LANGUAGE, "url": "did:example:a"}}),
    ("4.6 a name that is null", {"name": None}),
    ("4.6 a name in no language", {"name": {"@value": "Invented", "@language": "no language!"}}),
    ("4.6 a name in a direction nobody reads", {"name": LANGUAGE | {"@direction": "up"}}),
    ("4.6 a name without its text", {"description": {"@language": "en"}}),
    ("4.6 a description with more", {"description": {**LANGUAGE, "url": "did:example:a"}}),
    ("4.6 an issuer's name with more", {"issuer": {"name": {**LANGUAGE, "url": "did:example:a"}}}),
    ("4.7 an issuer that is no URL", {"issuer": "nobody"}),
    ("4.7 an issuer that is null", {"issuer": None}),
    ("4.7 an issuer whose id is null", {"issuer": {"id": None}}),
    ("4.7 an issuer whose id is no URL", {"issuer": {"id": "nobody"}}),
    ("4.8 a subject of whom nothing is said", {"credentialSubject": {}}),
    ("4.8 one of several subjects", {"credentialSubject": [{"id": "did:example:a"}, {}]}),
    ("4.9 a beginning that is no moment", {"validFrom": "Sat 25 Feb 2023 07:16:31 PM CST"}),
    ("4.9 an end that is no moment", {"validUntil": "Sat 25 Feb 2023 07:16:31 PM CST"}),
    ("4.9 an end before the beginning", {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2025-01-01T00:00:00Z"}),
    ("4.10 a status without a type", {"credentialStatus": {"id": "did:example:s"}}),
    ("4.10 a status whose type is a number", {"credentialStatus": {"id": "did:example:s", "type": 2}}),
    ("4.10 a status whose id is no URL", {"credentialStatus": {"id": "no-url", "type": OTHER}}),
    ("4.10 a status with several ids", {"credentialStatus": {"id": ["did:a:b", "did:a:c"], "type": OTHER}}),
    ("4.11 a schema without a type", {"credentialSchema": {"id": "did:example:s"}}),
    ("4.11 a schema without an id", {"credentialSchema": {"type": OTHER}}),
    ("4.11 a schema whose id is a number", {"credentialSchema": {"id": 7, "type": OTHER}}),
    ("5.2 a protected term of the data model redefined", {"@context": [V2, {"VerifiableCredential": OTHER}]}),
    (
        "5.2 a protected term of its own redefined",
        {"@context": [V2, {"@protected": True, "X": OTHER}, {"X": f"{OTHER}2"}]},
    ),
    ("5.3 a related resource that is a text", {"relatedResource": [V2]}),
    ("5.3 a related resource without an id", {"relatedResource": {"digestSRI": RIGHT_SRI}}),
    ("5.3 one named twice", {"relatedResource": [{"id": V2, "digestSRI": RIGHT_SRI}] * 2}),
    ("5.3 one without a digest", {"relatedResource": {"id": V2}}),
    ("5.3 a wrong digestSRI", {"relatedResource": {"id": V2, "digestSRI": "sha256-" + "A" * 43 + "="}}),
    ("5.3 a wrong digestMultibase", {"relatedResource": {"id": V2, "digestMultibase": "u" + "A" * 43}}),
    ("5.4 a refresh service without a type", {"refreshService": {"id": "did:example:r"}}),
    ("5.5 terms of use without a type", {"termsOfUse": {"id": "did:example:t"}}),
    ("5.6 evidence without a type", {"evidence": {"id": "did:example:e"}}),
    ("securing without loss: a word nobody defined", {"nobodyKnows": "this"}),
]


@pytest.mark.parametrize("change", [change for _, change in ISSUED], ids=[name for name, _ in ISSUED])
def test_what_the_data_model_allows_is_issued_as_it_was_said(vc_api: VcApiUnderTest, change: dict[str, Any]) -> None:
    issued = vc_api.issue(credential(**change))
    assert issued is not None
    for name, value in change.items():
        if name != "issuer":
            assert issued[name] == value


@pytest.mark.parametrize("change", [change for _, change in REFUSED], ids=[name for name, _ in REFUSED])
def test_what_it_forbids_is_refused_by_the_issuer_and_by_the_verifier(
    vc_api: VcApiUnderTest, change: dict[str, Any]
) -> None:
    assert vc_api.issue(credential(**change)) is None
    good = signed(credential(issuer=STRANGER.did))
    assert not vc_api.verifies(good | change)


@pytest.mark.parametrize("member", ["@context", "type", "credentialSubject"])
def test_a_credential_without_what_it_needs_is_not_issued(vc_api: VcApiUnderTest, member: str) -> None:
    assert vc_api.issue(credential(member)) is None


def test_a_conforming_issuer_includes_what_is_required_and_secures_it(vc_api: VcApiUnderTest) -> None:
    issued = vc_api.issue(credential(validFrom="2023-02-24T23:36:38Z"))
    assert issued is not None
    assert {"@context", "type", "issuer", "credentialSubject", "proof"} <= set(issued)
    assert issued["@context"][0] == V2
    assert issued["issuer"] == vc_api.did
    assert vc_api.verifies(issued)


@pytest.mark.parametrize("document", [{}, {"type": ["Nonconforming"]}, credential(), {"proof": None}, []])
def test_a_conforming_verifier_says_no_to_what_is_no_secured_document(vc_api: VcApiUnderTest, document: object) -> None:
    assert not vc_api.verifies(document)
    assert not vc_api.verifies_presentation(document)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"id": "urn:uuid:313801ba-24b7-11ee-be02-ff560265cf9b"},
        {"@context": [V2, EXAMPLES]},
        {"@context": WORD, "type": ["VerifiablePresentation", "Invented"]},
        {"holder": STRANGER.did},
        {"holder": {"id": STRANGER.did}},
    ],
)
def test_a_presentation_the_data_model_allows_verifies(vc_api: VcApiUnderTest, change: dict[str, Any]) -> None:
    assert vc_api.verifies_presentation(presentation(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"@context": [EXAMPLES, V2]},
        {"@context": [EXAMPLES]},
        {"@context": [V2, "https://example.org/unknown/v1"]},
        {"@context": [V2, "https ://no-url"]},
        {"@context": [V2, 7]},
        {"@context": None},
        {"type": None},
        {"type": ["Invented"]},
        {"id": "no-url"},
        {"holder": "no-url"},
        {"holder": {"id": "no-url"}},
        {"holder": "did:example:somebody-else"},
        {"verifiableCredential": ["https://example.org/credential"]},
        {"verifiableCredential": 7},
        {"proof": None},
    ],
)
def test_a_presentation_it_forbids_does_not(vc_api: VcApiUnderTest, change: dict[str, Any]) -> None:
    changed = {name: value for name, value in (presentation() | change).items() if value is not None}
    assert not vc_api.verifies_presentation(changed)


@pytest.mark.parametrize("member", ["validFrom", "validUntil"])
def test_a_moment_without_an_offset_is_not_issued_and_means_utc_when_it_is_met(
    vc_api: VcApiUnderTest, member: str
) -> None:
    assert vc_api.issue(credential(**{member: "2023-02-25T19:10:39"})) is None
    met = signed(credential(issuer=STRANGER.did, **{member: iso(now() - timedelta(minutes=1)).removesuffix("Z")}))
    assert vc_api.verifies(met) == (member == "validFrom")


def test_a_presentation_is_as_good_as_what_it_shows(vc_api: VcApiUnderTest) -> None:
    one, other = vc_api.issue(credential()), vc_api.issue(credential(name="Invented"))
    assert one is not None
    assert other is not None
    assert vc_api.verifies_presentation(presentation(verifiableCredential=[one, other]))
    assert not vc_api.verifies_presentation(presentation(verifiableCredential=[one, other | {"name": "Changed"}]))


def test_what_a_presenter_issued_themselves_counts_by_its_own_proof_alone(vc_api: VcApiUnderTest) -> None:
    own = signed(credential(issuer=STRANGER.did))
    another = signed(credential(issuer=STRANGER.did, credentialSubject={"id": "did:example:other"}))
    assert vc_api.verifies_presentation(presentation(verifiableCredential=[own, another], holder=STRANGER.did))
    assert vc_api.verifies_presentation(presentation(verifiableCredential=[own, another]))
    assert not vc_api.verifies_presentation(presentation(verifiableCredential=[own], holder="did:example:acme"))
    for other in (signed(credential(issuer="did:example:acme")), credential(issuer=STRANGER.did)):
        assert not vc_api.verifies_presentation(presentation(verifiableCredential=[other], holder=STRANGER.did))


def test_the_answer_is_the_credential_for_whoever_reads_the_body_and_for_whoever_reads_the_name(
    vc_api: VcApiUnderTest,
) -> None:
    answer = vc_api.post("/credentials/issue", {"credential": credential()}).json()
    named = answer["verifiableCredential"]
    assert {name: value for name, value in answer.items() if name != "verifiableCredential"} == named
    assert vc_api.verifies(named)
    assert vc_api.verifies(answer)


@pytest.mark.parametrize("issuer", ["", {"id": "", "name": LANGUAGE}, {"name": LANGUAGE}])
def test_whoever_was_told_no_name_for_the_issuer_has_the_issuer_write_its_own(
    vc_api: VcApiUnderTest, issuer: object
) -> None:
    issued = vc_api.issue(credential(issuer=issuer))
    assert issued is not None
    written = issued["issuer"]
    assert (written["id"] if isinstance(written, dict) else written) == vc_api.did
    assert vc_api.verifies(issued)


def enveloped(vc_api: VcApiUnderTest) -> tuple[dict[str, Any], dict[str, Any]]:
    """A credential of the node's in an envelope, and a presentation of it in another."""
    did, key = vc_api.node.trust.did, vc_api.node.trust.key
    token = issue([], {"name": "Invented"}, issuer_key=key, issuer_did=did, subject_did=did, model="2.0")
    shown = present([token], holder_key=key, holder_did=did, audience="d1", nonce="n1", model="2.0")
    inside = {"@context": V2, "type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{token}"}
    return inside, inside | {"type": "EnvelopedVerifiablePresentation", "id": f"data:application/vp+jwt,{shown}"}


def test_what_is_in_an_envelope_verifies(vc_api: VcApiUnderTest) -> None:
    inside, shown = enveloped(vc_api)
    assert vc_api.verifies(inside)
    assert vc_api.verifies_presentation(shown, domain="d1", challenge="n1")
    for wrong in ({"domain": "d2"}, {"challenge": "n2"}):
        assert not vc_api.verifies_presentation(shown, **wrong)
    assert vc_api.verifies_presentation(presentation(verifiableCredential=[inside]))


@pytest.mark.parametrize(
    "change",
    [
        {"@context": []},
        {"@context": EXAMPLES},
        {"@context": [EXAMPLES]},
        {"type": None},
        {"type": "VerifiableCredential"},
        {"type": ["VerifiablePresentation"]},
        {"id": None},
        {"id": "eyJhbGciOiJFUzI1NiJ9.e30.AA"},
        {"id": "data:text/plain,eyJhbGciOiJFUzI1NiJ9.e30.AA"},
        {"id": "data:application/vc+jwt,no-token"},
        {"id": "data:application/vp+jwt,no-token"},
    ],
)
def test_an_envelope_that_breaks_a_rule_does_not(vc_api: VcApiUnderTest, change: dict[str, Any]) -> None:
    inside, shown = (
        {name: value for name, value in (each | change).items() if value is not None} for each in enveloped(vc_api)
    )
    assert not vc_api.verifies(inside)
    assert not vc_api.verifies_presentation(shown)


def test_an_expired_and_a_future_credential_do_not_verify(vc_api: VcApiUnderTest) -> None:
    for period in ({"validUntil": "2023-01-01T00:00:00Z"}, {"validFrom": "2999-01-01T00:00:00Z"}):
        issued = vc_api.issue(credential(**period))
        assert issued is not None
        assert not vc_api.verifies(issued)
