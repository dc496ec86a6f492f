"""A code is drawn with points alone, and not at all where no phone could read it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.portal.codes import MOST_CHARACTERS, code_picture

ATTRIBUTES = {"aria-hidden", "focusable", "viewBox", "class", "transform", "fill", "stroke", "d"}


@given(st.text(min_size=1, max_size=60))
def test_nothing_of_the_text_stands_in_the_drawing(text: str) -> None:
    drawn = code_picture(text)
    assert drawn.startswith('<svg aria-hidden="true" focusable="false" ')
    assert set(re.findall(r"</?(\w+)", drawn)) == {"svg", "g", "path"}
    assert set(re.findall(r' ([\w-]+)="', drawn)) <= ATTRIBUTES
    assert re.fullmatch(r"[\w\s<>/=\"#().-]*", drawn)


def test_the_drawing_depends_on_the_text() -> None:
    assert code_picture("openid-credential-offer://a") != code_picture("openid-credential-offer://b")


@pytest.mark.parametrize("text", ["", "x" * (MOST_CHARACTERS + 1), "é漢" * 900])
def test_what_no_phone_could_read_is_not_drawn(text: str) -> None:
    assert code_picture(text) == ""
