"""What is encrypted for a key is read with it, whole, and with no other."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwe as library
from joserfc.jwk import ECKey

from skillspace.kernel.errors import BadInput
from skillspace.wire.derived_key import derived_key
from skillspace.wire.jwe import ENCODINGS, decrypt, encrypt

MINE, OTHERS = derived_key(b"s" * 32, "mine"), derived_key(b"s" * 32, "other")
TOKEN = encrypt({"a": [1, "é"]}, MINE)


@settings(max_examples=40, deadline=None)
@given(
    content=st.dictionaries(st.text(max_size=8), st.integers() | st.text(max_size=20) | st.none(), max_size=5),
    encoding=st.sampled_from(ENCODINGS),
)
def test_what_is_encrypted_comes_back_and_the_private_half_does_not_go(
    content: dict[str, object], encoding: str
) -> None:
    with contextlib.suppress(BadInput):
        token = encrypt(content, MINE | {"kid": "7"}, encoding=encoding)
        assert MINE["d"] not in token
        assert decrypt(token, MINE) == content


def test_another_key_opens_nothing() -> None:
    with pytest.raises(BadInput, match="cannot be opened"):
        decrypt(TOKEN, OTHERS)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 2000), letter=st.sampled_from("Ab9_-."))
def test_a_changed_letter_is_the_same_letter_or_refused(place: int, letter: str) -> None:
    at = place % len(TOKEN)
    changed = TOKEN[:at] + letter + TOKEN[at + 1 :]
    with contextlib.suppress(BadInput):
        assert decrypt(changed, MINE) == {"a": [1, "é"]}


@given(text=st.text(max_size=60) | st.just("....") | st.just("a.b.c.d.e"))
def test_anything_at_all_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        decrypt(text, MINE)


def test_other_ways_to_encrypt_are_not_taken() -> None:
    key = ECKey.import_key({name: MINE[name] for name in ("kty", "crv", "x", "y")})
    for header in ({"alg": "ECDH-ES+A128KW", "enc": "A128GCM"}, {"alg": "ECDH-ES", "enc": "A128CBC-HS256"}):
        token = library.encrypt_compact(header, b"{}", key, algorithms=list(header.values()))
        with pytest.raises(BadInput, match="cannot be opened"):
            decrypt(token, MINE)
    packed = {"alg": "ECDH-ES", "enc": "A128GCM", "zip": "DEF"}
    token = library.encrypt_compact(packed, b"{}", key, algorithms=[*packed.values()])
    with pytest.raises(BadInput, match="cannot be opened"):
        decrypt(token, MINE)


@pytest.mark.parametrize("jwk", [{}, {"kty": "oct", "k": "eA"}, {"kty": "EC", "crv": "P-256"}], ids=str)
def test_a_key_of_another_kind_is_refused(jwk: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="for that key"):
        encrypt({}, jwk)
    with pytest.raises(BadInput, match="with"):
        encrypt({}, MINE, encoding="A128CBC-HS256")
