"""Parts of a representation: what is asked for is what is sent, and what cannot be read is never a fault of ours."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.exchange.dataplane.ranges import (
    NotInRange,
    Span,
    asked_span,
    is_known,
    read_content_range,
    read_digest,
    write_digest,
)
from skillspace.kernel.errors import BadInput

TEN = b"0123456789"


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-3", b"0123"),
        ("bytes=4-", b"456789"),
        ("bytes=-3", b"789"),
        ("bytes=-30", TEN),
        ("bytes=8-30", b"89"),
        ("Bytes = 9-9", b"9"),
    ],
)
def test_a_part_is_cut_where_it_was_asked_for(asked: str, part: bytes) -> None:
    span = asked_span({"range": asked}, "v1", len(TEN))
    assert span is not None
    assert TEN[span.first : span.last + 1] == part
    assert span.count == len(part)


@pytest.mark.parametrize("asked", ["", "bytes=", "bytes=-", "bytes=0-1,4-5", "lines=0-3", "bytes=5-2", "bytes=٣-", "x"])
def test_what_is_no_single_part_is_answered_with_everything(asked: str) -> None:
    assert asked_span({"range": asked}, "v1", len(TEN)) is None


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=-0", "bytes=999999999999-"])
def test_a_part_beyond_the_end_is_416(asked: str) -> None:
    with pytest.raises(NotInRange):
        asked_span({"range": asked}, "v1", len(TEN))


@pytest.mark.parametrize("if_range", ['W/"v1"', '"v2"', "v1", "Sat, 21 Nov 2026 11:00:00 GMT", ""])
def test_a_part_of_other_bytes_is_not_sent(if_range: str) -> None:
    assert asked_span({"range": "bytes=2-", "if-range": if_range}, "v1", len(TEN)) is None
    assert asked_span({"range": "bytes=2-", "if-range": '"v1"'}, "v1", len(TEN)) is not None


@given(st.text(max_size=60), st.integers(0, 50))
def test_no_range_header_breaks_anything(text: str, length: int) -> None:
    try:
        span = asked_span({"range": text}, "v", length)
    except NotInRange:
        return
    assert span is None or 0 <= span.first <= span.last < length


@given(st.integers(0, 10**15), st.integers(0, 10**15), st.integers(1, 10**15))
def test_a_content_range_reads_as_it_was_written(first: int, more: int, rest: int) -> None:
    span = Span(first=first, last=first + more, length=first + more + rest)
    assert read_content_range(str(span)) == span


@given(st.text(max_size=60))
def test_a_content_range_that_cannot_be_read_is_bad_input(text: str) -> None:
    try:
        found = read_content_range(text)
    except BadInput:
        return
    assert isinstance(found, int) or found.first <= found.last < found.length


def test_a_digest_reads_as_it_was_written_among_others() -> None:
    digest = hashlib.sha256(TEN).digest()
    assert read_digest(write_digest(digest)) == digest
    assert read_digest(f"md5=:abc=:, {write_digest(digest)}") == digest
    assert read_digest("sha-256=:short:") is None
    assert read_digest(None) is None


def test_a_known_tag_is_known_weakly() -> None:
    assert is_known('W/"a", "b"', "a")
    assert is_known("*", "a")
    assert not is_known('"ab"', "a")
    assert not is_known(None, "a")
