"""Bytes and words are the same thing twice, and no other word passes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.wire.multibase import base58btc, from_base58btc, from_multibase
from skillspace.wire.proof_key import ProofKey


@given(st.binary(max_size=100))
def test_bytes_come_back_as_they_were(raw: bytes) -> None:
    assert from_base58btc(base58btc(raw)) == from_multibase(base58btc(raw)) == raw


@pytest.mark.parametrize(("raw", "word"), [(b"", "z"), (b"\0\0", "z11"), (b"Hello World!", "z2NEpo7TZRRrLZSi2U")])
def test_words_are_those_that_others_write(raw: bytes, word: str) -> None:
    assert base58btc(raw) == word


@pytest.mark.parametrize("word", ["", "Hello", "z0OIl", "u+/", "u" + "A" * 300, "z" + "2" * 300, "m00"])
def test_any_other_word_is_refused(word: str) -> None:
    with pytest.raises(BadInput):
        from_multibase(word)


def test_a_key_is_the_same_from_the_same_seed_and_never_shows_it() -> None:
    # Key pair of VC-DI-EdDSA §B.1.
    seed = from_base58btc("z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq")[2:]
    key = ProofKey.from_seed(seed)
    assert key.multikey == "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    assert key.did == f"did:key:{key.multikey}"
    assert seed.hex() not in repr(key)
    assert "_key" not in repr(key)


def test_a_seed_of_another_length_makes_no_key() -> None:
    with pytest.raises(BadInput, match="32"):
        ProofKey.from_seed(b"short")
