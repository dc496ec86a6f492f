"""Their consents: records of the past that open nothing; a yes is asked again, a no is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from skillspace.kernel.errors import BadInput
from skillspace.trust.prometheus import read_consent, read_document, read_notice
from skillspace.trust.prometheus.consents import NOTICE_FIELDS
from tests.unit.trust.prometheus.conftest import IDENTITIES

Document = Callable[[str], Any]
PEOPLE = ("665f00000000000000000001", "665f00000000000000000002", "665f00000000000000000003", "not-a-real-token")


@pytest.mark.parametrize("state", ["granted", "pending", "draft"])
def test_an_open_or_given_consent_becomes_an_ask_that_nobody_has_answered(document: Document, state: str) -> None:
    read = read_consent(document(f"consent-{state}"), IDENTITIES)
    assert read.content["asks"]
    for ask in read.content["asks"]:
        assert ask["state"] == "draft"
        assert ask["until"] is None
        assert (ask["provider"], ask["recipient"]) == ("did:web:birch.example", "did:web:elm.example")
    assert any("opens nothing" in loss.why for loss in read.lost)
    assert any("expired" in loss.why for loss in read.lost)


def test_one_ask_is_for_one_data_set_and_one_purpose(document: Document) -> None:
    asks = read_consent(document("consent-granted"), IDENTITIES).content["asks"]
    found = {(ask["dataset"].rsplit("/", 1)[-1], ask["purpose"], tuple(ask["kinds"])) for ask in asks}
    assert found == {
        ("dd01", "match", ("skills",)), ("dd02", "match", ("skills",)),
        ("dd01", "guidance", ()), ("dd02", "guidance", ()),
    }  # fmt: skip


@pytest.mark.parametrize("state", ["revoked", "refused", "terminated", "expired", "unheard-of", ""])
def test_a_no_stays_a_no(document: Document, state: str) -> None:
    read = read_consent(document("consent-revoked") | {"status": state}, IDENTITIES)
    assert read.content["asks"] == []
    assert read.content["past"]["status"] == state


@pytest.mark.parametrize("name", ["consent-granted", "consent-pending", "consent-revoked", "consent-draft", "receipt"])
def test_no_account_and_no_token_of_a_person_comes_along(document: Document, name: str) -> None:
    written = json.dumps(read_consent(document(name), IDENTITIES).as_json())
    assert any(person in json.dumps(document(name)) for person in PEOPLE)
    assert not any(person in written for person in PEOPLE)


def test_moments_that_prove_nothing_are_named(document: Document) -> None:
    read = read_consent(document("consent-granted"), IDENTITIES)
    assert any(loss.what == "event" and "prove nothing" in loss.why for loss in read.corrected)
    assert any(loss.what == "validityDuration" for loss in read.lost)


def test_an_encrypted_consent_is_no_signed_one(document: Document) -> None:
    with pytest.raises(BadInput, match="not signed"):
        read_consent(document("consent-encrypted"))
    with pytest.raises(BadInput, match="not signed"):
        read_document(document("consent-encrypted"))


def test_a_receipt_is_read_as_what_it_claims(document: Document) -> None:
    read = read_consent(document("receipt"), IDENTITIES)
    [ask] = read.content["asks"]
    assert (ask["purpose"], ask["kinds"], ask["recipient"]) == ("match", ["skills"], "did:web:elm.example")
    fixed = [loss for loss in read.lost if "same for every organisation" in loss.why]
    assert {loss.what for loss in fixed} >= {"codeOfConduct", "impactAssessment", "authorityParty"}
    other = document("receipt")
    other["piiProcessing"]["purposes"][0]["lawfulBasis"] = "legitimate interest"
    assert read_consent(other, IDENTITIES).content["asks"] == []


def test_every_empty_field_of_a_notice_is_named(document: Document) -> None:
    read = read_notice(document("notice"), IDENTITIES)
    empty = {loss.what for loss in read.lost if "empty" in loss.why}
    assert empty >= set(NOTICE_FIELDS) - {"controllerDetails", "recipients"} | {"contact", "officer"}
    assert read.content["purposes"][0]["purpose"] == "guidance"
    bare = {"_id": "n", "purposes": []}
    assert {loss.what for loss in read_notice(bare).lost} >= set(NOTICE_FIELDS)


def test_a_consent_that_would_ask_for_too_much_is_taken_for_broken(document: Document) -> None:
    much = document("consent-granted") | {"data": [{"resource": f"r{number}"} for number in range(201)]}
    with pytest.raises(BadInput, match="200"):
        read_consent(much)


@pytest.mark.parametrize(
    "broken", [None, [], {}, {"status": "granted"}, {"record": 1, "piiProcessing": 2}, {"record": {}}]
)
def test_what_is_no_consent_is_refused(broken: Any) -> None:
    with pytest.raises(BadInput):
        read_consent(broken)
    with pytest.raises(BadInput):
        read_notice(broken)
