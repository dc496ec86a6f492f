"""Is it good, and if not why: every kind of bad credential gets its verdict in words, and none an exception."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import NotFound, Refused
from skillspace.records.credentials import KeyResolver, VerifiedCredential, issue, present
from skillspace.records.credentials.data_integrity import AUTHENTICATION, add_proof
from skillspace.records.credentials.selective import issue as issue_selective
from skillspace.records.credentials.verdict import Outcome, Question, Verdict, judge, judge_presentation
from skillspace.records.formats.issuing import Issuer
from skillspace.trust.identity.resolver import document_of_key
from skillspace.wire.proof_key import ProofKey

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
V2 = "https://www.w3.org/ns/credentials/v2"
SCHOOL, PUPIL = ProofKey.from_seed(bytes([1] * 32)), ProofKey.from_seed(bytes([2] * 32))


def keys(controller: str, method: str) -> Mapping[str, object]:
    if not controller.startswith("did:key:"):
        raise NotFound(f"{controller} is nowhere.")
    return document_of_key(controller).key(method, "assertionMethod")


def diploma(**change: Any) -> dict[str, Any]:
    document = {
        "@context": [V2],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential"],
        "issuer": SCHOOL.did,
        "validFrom": "2026-01-01T00:00:00Z",
        "validUntil": "2027-01-01T00:00:00Z",
        "credentialSubject": {"id": PUPIL.did, "name": "Invented"},
    } | change
    return add_proof(document, key=SCHOOL, method=SCHOOL.method_of_did, at=NOON)


def shown(*credentials: dict[str, Any], key: ProofKey = PUPIL, **more: Any) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "holder": key.did,
        "verifiableCredential": list(credentials),
    } | more
    unsigned = {name: value for name, value in document.items() if value is not None}
    return add_proof(
        unsigned,
        key=key,
        method=key.method_of_did,
        at=NOON,
        purpose=AUTHENTICATION,
        domain="https://employer.example",
        challenge="c1",
    )


def outcomes(verdict: Verdict) -> dict[str, str]:
    return {check.question.value: check.outcome.value for check in verdict.checks}


def revoked(_: VerifiedCredential) -> None:
    raise Refused("The issuer has revoked it.")


def test_a_good_credential_is_good_and_says_what_was_not_looked_at() -> None:
    verdict = judge(diploma(), keys, NOON)
    assert verdict.is_good
    assert outcomes(verdict) == {
        "form": "held",
        "signature": "held",
        "period": "held",
        "issuer": "not checked",
        "status": "not checked",
        "holder": "not checked",
    }
    assert verdict.credential is not None
    assert verdict.credential.subject_id == PUPIL.did


def test_all_six_questions_can_be_asked() -> None:
    verdict = judge(
        diploma(),
        keys,
        NOON,
        trust=lambda issuer, _: issuer == SCHOOL.did,
        check_status=lambda _: None,
        holder=PUPIL.did,
    )
    assert verdict.is_good
    assert set(outcomes(verdict).values()) == {"held"}


@pytest.mark.parametrize("as_text", [True, False])
def test_text_and_object_get_the_same_verdict(as_text: bool) -> None:
    document = diploma()
    given_so: Any = json.dumps(document).encode() if as_text else document
    assert judge(given_so, keys, NOON).is_good


@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_a_token_is_judged_by_the_same_questions(
    model: Any, university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    token = issue(
        "Diploma",
        {"name": "x"},
        issuer_key=university.key,
        issuer_did=university.did,
        subject_did="did:example:p",
        at=noon,
        valid_for=timedelta(days=30),
        model=model,
    )
    assert judge(token, resolve_key, noon).is_good
    late = judge(token, resolve_key, noon + timedelta(days=31))
    assert outcomes(late) | {} == outcomes(judge(token, resolve_key, noon)) | {"period": "failed"}
    if model == "2.0":
        envelope = {"@context": V2, "type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{token}"}
        assert judge(envelope, resolve_key, noon).is_good
        for broken in ({"@context": []}, {"id": token}, {"type": "VerifiableCredential"}):
            assert not judge({**envelope, **broken}, resolve_key, noon).is_good


def test_a_credential_with_selective_disclosure_is_judged_too(
    university: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    card = issue_selective(
        "urn:invented:card",
        {"sub": "did:example:p", "name": "Invented"},
        issuer_key=university.key,
        issuer_did=university.did,
        hidden=[],
        at=noon,
        valid_until=noon + timedelta(days=1),
    )
    assert judge(card, resolve_key, noon, holder="did:example:p").is_good
    assert outcomes(judge(card, resolve_key, noon + timedelta(days=2)))["period"] == "failed"
    assert outcomes(judge(card.replace(".", ".e", 1), resolve_key, noon))["form"] == "failed"


def test_a_proof_whose_own_time_has_run_out_fails_the_period() -> None:
    document = diploma()
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    ended = add_proof(unsigned, key=SCHOOL, method=SCHOOL.method_of_did, at=NOON, expires=NOON + timedelta(hours=1))
    assert judge(ended, keys, NOON).is_good
    assert outcomes(judge(ended, keys, NOON + timedelta(hours=2)))["period"] == "failed"


@pytest.mark.parametrize(
    ("bad", "question"),
    [
        ("forged", Question.SIGNATURE),
        ("unsigned", Question.FORM),
        ("another's proof", Question.SIGNATURE),
        ("unknown key", Question.SIGNATURE),
        ("undefined word", Question.FORM),
        ("no subject", Question.FORM),
        ("expired", Question.PERIOD),
        ("not yet valid", Question.PERIOD),
        ("unknown issuer", Question.ISSUER),
        ("revoked", Question.STATUS),
        ("wrong holder", Question.HOLDER),
    ],
)
def test_each_kind_of_bad_credential_fails_its_own_question_and_says_why(bad: str, question: Question) -> None:
    document, more = diploma(), dict[str, Any]()
    match bad:
        case "forged":
            document["credentialSubject"] = {**document["credentialSubject"], "name": "Somebody else"}
        case "unsigned":
            del document["proof"]
        case "another's proof":
            document = add_proof(
                {**diploma(), "issuer": "did:web:school.example", "proof": None} | {"proof": []},
                key=SCHOOL,
                method=SCHOOL.method_of_did,
                at=NOON,
            )
        case "unknown key":
            document["proof"] = {**document["proof"], "verificationMethod": "did:web:nowhere.example#k"}
        case "undefined word":
            document["certifiedBy"] = "everybody"
        case "no subject":
            del document["credentialSubject"]
        case "expired":
            document = diploma(validUntil="2026-06-01T00:00:00Z")
        case "not yet valid":
            document = diploma(validFrom="2026-12-01T00:00:00Z")
        case "unknown issuer":
            more = {"trust": lambda *_: False}
        case "revoked":
            more = {"check_status": revoked}
        case "wrong holder":
            more = {"holder": "did:example:other"}
    verdict = judge(document, keys, NOON, **more)
    assert not verdict.is_good
    failed = [check for check in verdict.checks if check.outcome is Outcome.FAILED]
    assert [check.question for check in failed] == [question]
    assert verdict.faults == (failed[0].why,)


def test_an_expired_credential_of_an_unknown_issuer_fails_both() -> None:
    verdict = judge(diploma(validUntil="2026-06-01T00:00:00Z"), keys, NOON, trust=lambda *_: False)
    assert [check.question for check in verdict.checks if check.outcome is Outcome.FAILED] == [
        Question.PERIOD,
        Question.ISSUER,
    ]


def test_the_issuer_is_not_called_about_a_credential_whose_signature_failed() -> None:
    asked: list[object] = []
    document = diploma()
    document["name"] = "changed"
    judge(document, keys, NOON, check_status=asked.append)
    assert not asked


def test_a_presentation_is_good_when_its_maker_holds_it_and_all_it_shows_is_good() -> None:
    verdict = judge_presentation(shown(diploma()), keys, NOON, domain="https://employer.example", challenge="c1")
    assert verdict.is_good
    assert len(verdict.shown) == 1
    assert not judge_presentation(shown(diploma()), keys, NOON, challenge="another").is_good
    assert not judge_presentation(shown(diploma(), {**diploma(), "name": "x"}), keys, NOON).is_good


@pytest.mark.parametrize("model", ["1.1", "2.0"])
def test_a_presentation_in_an_envelope_is_judged_by_the_same_questions(
    model: Any, university: Issuer, employer: Issuer, resolve_key: KeyResolver, noon: datetime
) -> None:
    token = issue(
        "Diploma",
        {"name": "x"},
        issuer_key=university.key,
        issuer_did=university.did,
        subject_did=employer.did,
        at=noon,
        model=model,
    )
    presented = present(
        [token], holder_key=employer.key, holder_did=employer.did, audience="d1", nonce="n1", at=noon, model=model
    )
    envelope = {
        "@context": [V2],
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+jwt,{presented}",
    }
    verdict = judge_presentation(envelope, resolve_key, noon, domain="d1", challenge="n1")
    assert verdict.is_good, verdict.faults
    assert verdict.shown[0].credential is not None
    for wrong in ({"domain": "d2"}, {"challenge": "n2"}):
        assert not judge_presentation(envelope, resolve_key, noon, **wrong).is_good
    for broken in ({"@context": []}, {"id": presented}, {"type": ["VerifiablePresentation"]}, {"id": "data:,x"}):
        assert not judge_presentation({**envelope, **broken}, resolve_key, noon).is_good
    assert not judge_presentation(envelope, resolve_key, noon + timedelta(hours=1)).is_good


@pytest.mark.parametrize(
    "more",
    [{"holder": SCHOOL.did}, {"holder": "did:example:acme"}, {"holder": {"name": "nobody"}}],
)
def test_a_presentation_that_names_another_holder_is_not_good(more: dict[str, Any]) -> None:
    assert not judge_presentation(shown(diploma(), **more), keys, NOON).is_good


def test_what_somebody_issued_themselves_may_be_shown_with_its_own_proof_and_not_with_the_presentations_alone() -> None:
    for more in ({}, {"holder": None}):
        assert judge_presentation(shown(diploma(), key=SCHOOL, **more), keys, NOON).is_good
        assert judge_presentation(shown(diploma(), **more), keys, NOON).is_good
        bare = {name: value for name, value in diploma().items() if name != "proof"}
        assert not judge_presentation(shown(bare, key=SCHOOL, **more), keys, NOON).is_good


_JUNK: st.SearchStrategy[Any] = st.deferred(
    lambda: (
        st.none()
        | st.booleans()
        | st.integers()
        | st.text(max_size=10)
        | st.lists(_JUNK, max_size=3)
        | st.dictionaries(st.text(max_size=8), _JUNK, max_size=3)
    )
)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from([*diploma()]), _JUNK, min_size=1, max_size=3))
def test_whatever_is_put_in_place_of_its_members_the_verdict_is_no_and_never_an_exception(junk: dict[str, Any]) -> None:
    document = diploma()
    verdict = judge(document | junk, keys, NOON)
    assert verdict.is_good == (document | junk == document)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_text_gets_a_verdict(text: str | bytes) -> None:
    assert not judge(text, keys, NOON).is_good
