"""Files are read record by record, whatever of the three kinds they are, and within bounds."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.traces import opening, records


@pytest.mark.parametrize(
    "file",
    [
        b'{"a": "1"}\n{"a": "2"}\n',
        b'\xef\xbb\xbf{"a": "1"}\n\n{"a": "2"}',
        b'[{"a": "1"},\n {"a": "2"}]',
        b"a\n1\n2\n",
        b'"a"\r\n"1"\r\n2\r\n',
    ],
)
def test_lines_an_array_and_a_table_give_the_same_records(file: bytes) -> None:
    assert list(records(BytesIO(file))) == [{"a": "1"}, {"a": "2"}]


def test_one_object_over_several_lines_is_one_record() -> None:
    assert list(records(BytesIO(b'{\n "a": 1\n}'))) == [{"a": 1}]


def test_a_short_row_has_empty_values_and_a_long_one_is_refused() -> None:
    assert list(records(BytesIO(b"a;b\n1\n"))) == [{"a": "1", "b": ""}]
    with pytest.raises(UnreadableFile, match="Line 2"):
        list(records(BytesIO(b"a;b\n1;2;3\n")))


@pytest.mark.parametrize("file", [b"a,a\n1,2", b"", b'{"a": NaN}\n', b'["a"]', b'{"a":1}\n[1]\n', b"a,b\n\xff,1\n"])
def test_what_is_none_of_them_is_refused(file: bytes) -> None:
    with pytest.raises(UnreadableFile):
        list(records(BytesIO(file)))


def test_a_line_without_end_is_refused_and_never_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_RECORD", 100)
    with pytest.raises(UnreadableFile, match="longer"):
        list(records(BytesIO(b'{"a":1}\n{"a":2}\n{"a":"' + b"x" * 200 + b'"}\n')))


@given(st.binary(max_size=100))
def test_no_file_breaks_the_reader(file: bytes) -> None:
    with suppress(UnreadableFile):
        assert all(isinstance(one, dict) for one in records(BytesIO(file)))
