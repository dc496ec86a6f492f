"""A caller is who signed the token, once, for us, in time, with a key of their own (DCP 1.0 §4.3.3)."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature, Refused, SkillspaceError
from skillspace.records.credentials import (
    WrongAudience,
)
from skillspace.trust.claims import NoToken
from skillspace.trust.identity.tokens import Caller, Replayed
from skillspace.wire.jose import SigningKey, TokenExpired, TokenNotYetValid, sign_jwt
from tests.unit.trust.claims.parties import Party


def token_of(party: Party, audience: str, key: SigningKey | None = None, **changes: object) -> str:
    """A self-issued token with claims changed; None leaves one out."""
    at = int(party.time().timestamp())
    claims: dict[str, object] = {"iss": party.did, "sub": party.did, "aud": audience, "jti": "jti-1", "token": "opaque"}
    claims |= {"iat": at, "exp": at + 60} | changes
    return sign_jwt({name: value for name, value in claims.items() if value is not None}, key or party.key)


def _later(party: Party) -> int:
    return int(party.time().timestamp()) + 61


def test_a_caller_is_who_signed_the_token(holder: Party, verifier: Party) -> None:
    caller = verifier.verifier.caller(f"Bearer {token_of(holder, verifier.did)}")
    assert caller == Caller(did=holder.did, access_token="opaque")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_without_a_bearer_token_nobody_is_known(verifier: Party, header: str | None) -> None:
    with pytest.raises(NoToken):
        verifier.verifier.caller(header)


def test_the_bare_token_without_its_scheme_is_refused(holder: Party, verifier: Party) -> None:
    with pytest.raises(NoToken):
        verifier.verifier.caller(token_of(holder, verifier.did))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"sub": "did:web:shop.example"}, Refused),
        ({"iss": "did:web:shop.example", "sub": "did:web:shop.example"}, SkillspaceError),
        ({"iat": 4_000_000_000}, TokenNotYetValid),
        ({"nbf": 4_000_000_000}, TokenNotYetValid),
        ({"exp": 1_000_000_000}, TokenExpired),
        ({"exp": None}, Refused),
        ({"iat": None}, Refused),
        ({"jti": None}, Refused),
        ({"exp": 4_000_000_000}, Refused),
    ],
)
def test_a_token_whose_claims_do_not_hold_is_refused(
    holder: Party, verifier: Party, changes: dict[str, object], fault: type[Exception]
) -> None:
    with pytest.raises(fault):
        verifier.verifier.caller(f"Bearer {token_of(holder, verifier.did, **changes)}")


def test_a_token_for_somebody_else_is_refused(holder: Party, verifier: Party, shop: Party) -> None:
    with pytest.raises(WrongAudience):
        verifier.verifier.caller(f"Bearer {token_of(holder, shop.did)}")


def test_a_token_counts_once(holder: Party, verifier: Party) -> None:
    verifier.verifier.caller(f"Bearer {token_of(holder, verifier.did)}")
    with pytest.raises(Replayed):
        verifier.verifier.caller(f"Bearer {token_of(holder, verifier.did, exp=_later(holder))}")


def test_a_forged_signature_or_a_foreign_key_is_refused(holder: Party, verifier: Party, shop: Party) -> None:
    forger = SigningKey.generate(holder.key.kid)
    for key in (forger, shop.key):
        with pytest.raises(InvalidSignature):
            verifier.verifier.caller(f"Bearer {token_of(holder, verifier.did, key=key)}")


def test_a_token_without_a_signature_is_refused(holder: Party, verifier: Party) -> None:
    _, claims, signature = token_of(holder, verifier.did).split(".")
    for header in (
        {"alg": "none"},
        {"alg": "none", "kid": holder.key.kid},
        {"alg": "HS256", "kid": holder.key.kid},
    ):
        start = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
        for end in ("", signature):
            with pytest.raises((BadInput, InvalidSignature, Refused)):
                verifier.verifier.caller(f"Bearer {start}.{claims}.{end}")


def test_an_oversized_token_is_refused_unread(holder: Party, verifier: Party) -> None:
    with pytest.raises(BadInput, match="too long"):
        verifier.verifier.caller(f"Bearer {token_of(holder, verifier.did, extra='x' * 70_000)}")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200) | st.from_regex(r"[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}"))
def test_garbage_is_refused_and_breaks_nothing(verifier: Party, text: str) -> None:
    with pytest.raises(SkillspaceError) as refusal:
        verifier.verifier.caller(f"Bearer {text}")
    assert refusal.value.http_status < 500
