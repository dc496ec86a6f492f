"""Addresses have one spelling, what is none is refused without being repeated, and only marks are looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.people.recognition.addresses import NoAddress, keyed, plain_address


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        (" Alva@Example.org ", "alva@example.org"),
        ("alva+skills@EXAMPLE.org", "alva+skills@example.org"),
        ("alva@exämple.org", "alva@xn--exmple-cua.org"),
        ("o'neil@example.org", "o'neil@example.org"),
    ],
)
def test_an_address_has_one_spelling(typed: str, plain: str) -> None:
    assert plain_address(typed) == plain


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "alva",
        "@example.org",
        "alva@",
        "alva@localhost",
        "alva@127.0.0.1",
        "alva@@example.org",
        "alva@example..org",
        "al va@example.org",
        "alva@example.org\nBcc: all@example.org",
        '"alva"@example.org',
        "<alva@example.org>",
        "alva@example.org,all@example.org",
        "álva@example.org",
        "alva@" + "a" * 260 + ".org",
        "a" * 65 + "@example.org",
        ".alva@example.org",
        "alva@-example.org",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(NoAddress) as no:
        plain_address(typed)
    assert no.value.message == NoAddress().message


@given(st.text(max_size=80) | st.emails())
def test_any_text_is_an_address_in_its_one_spelling_or_refused(typed: str) -> None:
    try:
        plain = plain_address(typed)
    except NoAddress:
        return
    assert plain_address(plain) == plain
    assert plain.isascii()
    assert plain.isprintable()
    assert plain.count("@") == 1
    assert not set(plain) & set(' ,;<>"\\')


def test_marks_differ_by_key_and_by_purpose_and_parts_do_not_run_together() -> None:
    marks = {keyed(bytes([key]) * 32, purpose, "x", "y") for key in (1, 2) for purpose in ("address", "code")}
    assert len({*marks, keyed(bytes([1]) * 32, "code", "xy")}) == 5
