"""What a holder signed for showing: what it proves to anybody, and what only who asked can know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import SkillspaceError
from skillspace.records import credentials
from skillspace.records.credentials.selective import KeyBinding, bind, issue, read_token, show, verify
from skillspace.trust.verification import Asked, Examined, Examiner
from skillspace.trust.verification.shown import NotShown
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON

SCHOOL = "did:web:school.example"
KEY, HOLDER, THIEF = (SigningKey.generate(name) for name in (f"{SCHOOL}#key-1", "holder", "thief"))
BINDING = KeyBinding(audience="x509_hash:yard", nonce="n")


def key(_did: str, _kid: str) -> Mapping[str, object]:
    return KEY.public_jwk()


EXAMINER = Examiner(resolve_key=key, resolve_holder_key=key, check_status=None, anchors=(), clock=lambda: NOON)


def card(*, holder: SigningKey | None = HOLDER, until: timedelta = timedelta(days=9)) -> str:
    return issue(
        "urn:x",
        {"title": "Welding", "eqf": 4},
        issuer_key=KEY,
        issuer_did=SCHOOL,
        hidden=[("title",), ("eqf",)],
        at=NOON - timedelta(days=1),
        valid_until=NOON + until,
        holder_jwk=holder.public_jwk() if holder else None,
    )


def shown(text: str, *, by: SigningKey = HOLDER, at: timedelta = timedelta(days=-3, minutes=1)) -> str:
    """The card with its title alone, signed for somebody three days ago."""
    kept = verify(text, key, NOON)
    return str(bind(show(read_token(text), kept.revealed, [("title",)]), BINDING, by, at=NOON + at))


def examined(text: str, **asked: str) -> Examined:
    return EXAMINER.examine(text.encode(), asked=Asked(**asked))


def test_anybody_reads_for_whom_and_when_and_what_stays_open() -> None:
    found = examined(shown(card()))
    assert (found.holds, found.issuer, found.title) == (True, SCHOOL, "Welding")
    by = found.shown_by
    assert by is not None
    assert by.bound is not None
    assert (by.bound.audience, by.bound.made) == ("x509_hash:yard", NOON - timedelta(days=3) + timedelta(minutes=1))
    assert (by.is_for_whom_open, by.is_request_open) == (True, True)


def test_who_asked_leaves_nothing_open() -> None:
    by = examined(shown(card()), audience="x509_hash:yard", nonce="n").shown_by
    assert by is not None
    assert by.bound is not None
    assert (by.is_for_whom_open, by.is_request_open) == (False, False)


def test_a_card_to_keep_was_shown_to_nobody() -> None:
    found = examined(card())
    assert (found.holds, found.shown_by) == (True, None)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (shown(card()), {"audience": "x509_hash:other"}),
        (shown(card()), {"nonce": "another"}),
        (shown(card(), by=THIEF), {}),
        (shown(card(holder=None)), {}),
        (shown(card(), at=timedelta(hours=1)), {}),
        (card() + shown(card()).rpartition("~")[2], {}),
        (shown(card()) + "x", {}),
        (card() + "eyJ0eXAiOiJrYitqd3QiLCJhbGciOiJub25lIn0.e30.AA", {}),
    ],
    ids=[
        "wrong audience",
        "wrong nonce",
        "foreign key",
        "no key",
        "to come",
        "another selection",
        "damaged",
        "alg none",
    ],
)
def test_what_its_holder_did_not_sign_for_is_not_good_though_the_credential_is(
    text: str, asked: dict[str, Any]
) -> None:
    found = examined(text, **asked)
    assert found.verdict is not None
    assert found.verdict.is_good
    assert found.shown_by is not None
    assert isinstance(found.shown_by.fault, SkillspaceError)
    assert not found.holds


@pytest.mark.parametrize("asked", [{"audience": "x509_hash:yard"}, {"nonce": "n"}], ids=str)
def test_what_nobody_signed_for_showing_answers_no_request(asked: dict[str, str]) -> None:
    plain = credentials.issue("Diploma", {}, issuer_key=KEY, issuer_did=SCHOOL, subject_did="did:example:l", at=NOON)
    for text in (card(), plain):
        assert examined(text).holds
        found = examined(text, **asked)
        assert found.shown_by is not None
        assert (found.holds, type(found.shown_by.fault)) == (False, NotShown)


def test_of_a_credential_that_does_not_hold_its_holders_signature_says_nothing() -> None:
    head, dot, rest = shown(card()).partition(".")
    found = examined(f"{head}{dot}x{rest}")
    assert (found.holds, found.shown_by) == (False, None)


@given(tail=st.text(alphabet="ab._-~é{", max_size=40))
def test_whatever_follows_a_card_is_no_yes_unless_its_holder_signed_it(tail: str) -> None:
    try:
        found = examined(card() + tail)
    except SkillspaceError:
        return
    assert not found.holds or not tail.strip()
