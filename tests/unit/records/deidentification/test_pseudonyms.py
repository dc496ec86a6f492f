"""A pseudonym is the same for the same value under one key, and says nothing to whoever has no key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.deidentification import MIN_KEY, Pseudonyms, read_key

keys = st.binary(min_size=MIN_KEY, max_size=80)


@given(keys, st.text())
def test_the_same_value_has_the_same_pseudonym_under_one_key(key: bytes, value: str) -> None:
    assert Pseudonyms(key).of("person", value) == Pseudonyms(key).of("person", f"  {value} ")


@given(st.lists(keys, min_size=2, max_size=2, unique_by=lambda key: key.rstrip(b"\0")), st.text())
def test_another_key_gives_another_pseudonym(two: list[bytes], value: str) -> None:
    # Zeros at the end of a key shorter than a block change nothing in HMAC (RFC 2104 §2), hence unique_by.
    assert Pseudonyms(two[0]).of("person", value) != Pseudonyms(two[1]).of("person", value)


@given(st.lists(st.text("abcdefghij0123456789", min_size=1), min_size=2, max_size=2, unique=True))
def test_different_values_have_different_pseudonyms(two: list[str]) -> None:
    pseudonyms = Pseudonyms(b"k" * MIN_KEY)
    assert pseudonyms.of("person", two[0]) != pseudonyms.of("person", two[1])


def test_a_value_of_another_kind_has_another_pseudonym() -> None:
    pseudonyms = Pseudonyms(b"k" * MIN_KEY)
    assert pseudonyms.of("person", "7").partition("-")[2] != pseudonyms.of("course", "7").partition("-")[2]


def test_letter_case_and_spaces_make_no_difference() -> None:
    pseudonyms = Pseudonyms(b"k" * MIN_KEY)
    assert pseudonyms.of("person", "Ada  BYRON") == pseudonyms.of("person", "ada byron")


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"secret\n")
    with pytest.raises(BadInput):
        Pseudonyms(b"secret")
    with pytest.raises(BadInput, match="openssl"):
        read_key(tmp_path / "key")
    with pytest.raises(BadInput):
        read_key(tmp_path / "none")
