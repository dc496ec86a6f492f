"""Addresses of pages: ours, which carry the whole question, and those of others, which lead nowhere else."""

from __future__ import annotations

import base64
import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.catalog.cursor import Cursor, CursorMalformed, read_cursor, write_cursor
from skillspace.exchange.catalog.filter import MAX_PAGE, Condition, Question
from skillspace.exchange.catalog.links import next_page, write_links
from skillspace.kernel.errors import BadInput

HERE = "https://school.example/dsp/2025-1/catalog/request?limit=500"
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20).filter(
    lambda text: "\\" not in text and "%" not in text
)
questions = st.builds(
    Question,
    conditions=st.lists(
        st.builds(
            Condition, member=st.sampled_from(["kind", "title"]), operator=st.just("in"), values=st.tuples(words, words)
        ),
        max_size=3,
    ).map(tuple),
    limit=st.integers(1, MAX_PAGE),
    is_descending=st.booleans(),
)


@given(questions, st.text("abcö:/-_%", min_size=1, max_size=50), st.booleans())
def test_a_cursor_says_again_what_was_written(question: Question, edge: str, is_backward: bool) -> None:
    cursor = Cursor(question=question, edge=edge, is_backward=is_backward)
    written = write_cursor(cursor)
    assert written is not None
    assert read_cursor(written) == cursor
    assert set(written) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_a_question_that_is_too_long_has_no_further_page() -> None:
    long = Condition(member="id", operator="in", values=tuple(f"{number:0500d}" for number in range(20)))
    assert write_cursor(Cursor(question=Question(conditions=(long,)), edge="x")) is None


def packed(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "written",
    [
        "",
        "x",
        "ö",
        "x" * 7000,
        packed({}),
        packed([1, "edge"]),
        packed([2, "edge", False, 100, False, []]),
        packed([1, "two words", False, 100, False, []]),
        packed([1, "edge", 0, 100, False, []]),
        packed([1, "edge", False, 0, False, []]),
        packed([1, "edge", False, "100", False, []]),
        packed([1, "edge", False, 100, None, []]),
        packed([1, "edge", False, 100, False, ["kin"]]),
        packed([1, "edge", False, 100, False, [["kind", "=", "diploma"]]]),
        packed([1, "edge", False, 100, False, [["price", "=", ["0"]]]]),
        packed([1, "edge", False, 100, False, [["kind", ["="], ["0"]]]]),
    ],
)
def test_what_we_did_not_write_is_refused(written: str) -> None:
    with pytest.raises(BadInput):
        read_cursor(written)


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_garbage_as_a_cursor_is_bad_input_and_nothing_else(written: str) -> None:
    with contextlib.suppress(BadInput):
        read_cursor(written)
    assert issubclass(CursorMalformed, BadInput)


@pytest.mark.parametrize(
    ("header", "address"),
    [
        (None, None),
        ("", None),
        ('<?page=2>; rel="next"', "https://school.example/dsp/2025-1/catalog/request?page=2"),
        ("</x>; rel=next", "https://school.example/x"),
        ('<https://school.example:443/x#y>; rel="next"', "https://school.example:443/x"),
        (
            '<https://school.example/p>; rel="previous", </n>; title="a, b; rel=x"; rel="last next"',
            "https://school.example/n",
        ),
        ('</p>; rel="prev"', None),
        ('</p>; rel="previous"; anchor="#x",\t</n>;REL=NEXT', "https://school.example/n"),
    ],
)
def test_the_next_page_is_found(header: str | None, address: str | None) -> None:
    assert next_page(header, HERE) == address


@pytest.mark.parametrize(
    "header",
    [
        '<https://elsewhere.example/x>; rel="next"',
        '<http://school.example/x>; rel="next"',
        '<https://school.example:8443/x>; rel="next"',
        '<https://user@school.example/x>; rel="next"',
        '<//elsewhere.example/x>; rel="next"',
        '<javascript:alert(1)>; rel="next"',
        '<https://[x>; rel="next"',
        "next",
        '<x; rel="next"',
        '<x>; rel="next" <y>; rel="next"',
        "<x>" * 10_000,
    ],
)
def test_a_link_that_leads_away_or_cannot_be_read_is_refused(header: str) -> None:
    with pytest.raises(BadInput):
        next_page(header, HERE)


@given(st.text(alphabet='<>;,= "\\relnxt/:?#@[', max_size=40) | st.text(max_size=40))
def test_garbage_as_a_link_is_bad_input_and_nothing_else(header: str) -> None:
    with contextlib.suppress(BadInput):
        next_page(header, HERE)


@pytest.mark.parametrize("piece", [" ", "; ", ";a ", ";a=b ", ';a="b" ', ';a="\\" ', "<x> ", ", ", "\t;"])
def test_no_header_takes_long_to_read(piece: str) -> None:
    header = "<x>;a" + piece * (16_000 // len(piece)) + "!"
    began = time.thread_time()
    with contextlib.suppress(BadInput):
        next_page(header, HERE)
    assert time.thread_time() - began < 0.5


def test_what_we_write_we_find() -> None:
    assert next_page(write_links(next="https://school.example/n", previous="https://school.example/p"), HERE) == (
        "https://school.example/n"
    )
    assert write_links(next=None, previous=None) is None
