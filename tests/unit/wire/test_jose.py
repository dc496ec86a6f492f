"""Signed tokens: what is signed can be verified, and nothing else can."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, InvalidSignature
from skillspace.wire.jose import (
    MAX_TOKEN_BYTES,
    SigningKey,
    TokenExpired,
    TokenNotYetValid,
    check_times,
    read_unverified,
    sign_jwt,
    strict_json,
    verify_jwt,
)

KEY = SigningKey.generate("did:web:acme.example#key-1")
OTHER = SigningKey.generate("did:web:other.example#key-1")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | _texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4),
    max_leaves=12,
)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@given(st.dictionaries(_texts, _values, max_size=5))
def test_what_was_signed_is_what_is_read(claims: dict[str, object]) -> None:
    assert verify_jwt(sign_jwt(claims, KEY), KEY.public_jwk()) == claims


def test_a_key_survives_being_written_down() -> None:
    again = SigningKey.from_jwk(KEY.private_jwk())
    assert verify_jwt(sign_jwt({"a": 1}, again), KEY.public_jwk()) == {"a": 1}
    assert again.kid == KEY.kid


def test_a_key_never_shows_its_secret() -> None:
    secret = KEY.private_jwk()["d"]
    assert secret not in repr(KEY)
    assert "d" not in KEY.public_jwk()


def test_the_header_names_the_algorithm_the_key_and_the_type() -> None:
    header, _ = read_unverified(sign_jwt({}, KEY, typ="at+jwt"))
    assert header == {"alg": "ES256", "kid": KEY.kid, "typ": "at+jwt"}


def test_another_key_does_not_verify() -> None:
    with pytest.raises(InvalidSignature):
        verify_jwt(sign_jwt({"a": 1}, KEY), OTHER.public_jwk())


def test_changed_claims_do_not_verify() -> None:
    header, _, signature = sign_jwt({"role": "guest"}, KEY).split(".")
    with pytest.raises(InvalidSignature):
        verify_jwt(f"{header}.{_part({'role': 'admin'})}.{signature}", KEY.public_jwk())


def test_an_unsigned_token_is_refused() -> None:
    with pytest.raises(InvalidSignature, match="'none' are not accepted"):
        verify_jwt(f"{_part({'alg': 'none'})}.{_part({'a': 1})}.AAAA", KEY.public_jwk())


def test_a_public_key_cannot_be_used_as_a_shared_secret() -> None:
    signed = f"{_part({'alg': 'HS256'})}.{_part({'a': 1})}"
    secret = json.dumps(KEY.public_jwk()).encode()
    mac = base64.urlsafe_b64encode(hmac.new(secret, signed.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    with pytest.raises(InvalidSignature):
        verify_jwt(f"{signed}.{mac}", KEY.public_jwk())


@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519"])
def test_ed25519_signatures_of_others_are_read(algorithm: str) -> None:
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).rstrip(b"=").decode()}
    signed = f"{_part({'alg': algorithm})}.{_part({'a': 1})}"
    signature = base64.urlsafe_b64encode(private.sign(signed.encode())).rstrip(b"=").decode()
    assert verify_jwt(f"{signed}.{signature}", jwk) == {"a": 1}
    with pytest.raises(InvalidSignature):
        verify_jwt(f"{signed}.{signature}", KEY.public_jwk())


@pytest.mark.parametrize(
    "change", [{"crv": "P-384"}, {"kty": "RSA"}, {"x": "AAAA"}, {"x": ""}, {"use": "enc"}, {"alg": "RS256"}]
)
def test_a_key_of_another_kind_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(InvalidSignature):
        verify_jwt(sign_jwt({}, KEY), {**KEY.public_jwk(), **change})


@pytest.mark.parametrize("header", [{"alg": "ES256", "crit": ["exp"], "exp": 1}, {"alg": "ES256", "b64": False}])
def test_headers_that_change_the_meaning_are_refused(header: dict[str, object]) -> None:
    _, claims, signature = sign_jwt({"a": 1}, KEY).split(".")
    with pytest.raises(BadInput):
        verify_jwt(f"{_part(header)}.{claims}.{signature}", KEY.public_jwk())


@pytest.mark.parametrize(
    "jwk", [{}, {"kid": "k"}, {"kid": "k", "kty": "EC", "crv": "P-256", "d": "A", "x": "A", "y": "A"}, KEY.public_jwk()]
)
def test_what_is_no_private_key_cannot_sign(jwk: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        SigningKey.from_jwk(jwk)


def test_claims_that_are_not_json_are_refused() -> None:
    with pytest.raises(BadInput):
        sign_jwt({"a": float("nan")}, KEY)


def test_a_token_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(BadInput, match="too long"):
        read_unverified("A" * (MAX_TOKEN_BYTES + 1))


def test_a_second_spelling_of_a_token_is_refused() -> None:
    header, claims, signature = sign_jwt({"a": 1}, KEY).split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = signature[:-1] + alphabet[alphabet.index(signature[-1]) + 1]
    with pytest.raises(BadInput, match="canonical"):
        verify_jwt(f"{header}.{claims}.{twin}", KEY.public_jwk())


@given(st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}\.[A-Za-z0-9_-]{0,20}"))
def test_garbage_is_bad_input_and_nothing_else(token: str) -> None:
    with pytest.raises(BadInput):
        verify_jwt(token, KEY.public_jwk())


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a":NaN}',
        "[1e999]",
        '["\\ud800"]',
        '["\\u0000"]',
        "[" * 100_000,
        "{",
        "",
        b"\xff",
        "9" * 5000,
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(text: str | bytes) -> None:
    with pytest.raises(BadInput):
        strict_json(text)


def test_times_are_checked_with_a_small_leeway() -> None:
    stamp = int(NOON.timestamp())
    check_times({"exp": stamp + 1, "nbf": stamp, "iat": stamp}, at=NOON)
    check_times({}, at=NOON)
    check_times({"exp": stamp - 4, "nbf": stamp + 4}, at=NOON)
    with pytest.raises(TokenExpired):
        check_times({"exp": stamp - 5}, at=NOON)
    for name in ("nbf", "iat"):
        with pytest.raises(TokenNotYetValid):
            check_times({name: stamp + 6}, at=NOON)
    with pytest.raises(TokenExpired):
        check_times({"exp": stamp}, at=NOON + timedelta(days=1))


@pytest.mark.parametrize("value", ["soon", True, 1e300, [], -(10**30)])
def test_a_time_that_is_none_is_bad_input(value: object) -> None:
    with pytest.raises(BadInput):
        check_times({"exp": value}, at=NOON)


def test_a_text_that_only_spells_an_escape_is_read_while_the_character_itself_is_refused() -> None:
    assert strict_json(b'["\\\\u0000", "\\\\ud800"]') == ["\\u0000", "\\ud800"]
    for smuggled in (b'["\\u0000"]', b'{"\\u0000": 1}', b'[{"a": ["\\ud800"]}]'):
        with pytest.raises(BadInput, match="not allowed"):
            strict_json(smuggled)
