"""A line or row that cannot be read stops no other: it is rejected as it was written, and mended it makes the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import Never

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.traces import SOURCES, Origin, Report, convert_pieces, opened, table

HEAD = b"learner;sco;cmi.success_status\n"
ELEMENTS = b"learner;sco;element;value\n"


def converted(file: bytes, source: str, *, has_lines: bool = False) -> tuple[list[str], list[bytes], Report]:
    """The ids of the statements made, in their order, what was rejected, and the report."""
    report, rejected = Report(), list[bytes]()
    pieces = opened(BytesIO(file), has_lines=has_lines).pieces
    origin = Origin(home="https://learn.example")
    made = convert_pieces(pieces, SOURCES[source], origin, report, None, rejected.append)
    return [one["id"] for one in made], rejected, report


def statement(number: int) -> dict[str, object]:
    return {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "actor": {"mbox": "mailto:ada@x.example"},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"},
        "object": {"id": f"https://x.example/{number}"},
    }


def line(number: int, fault: int) -> bytes:
    whole = json.dumps(statement(number)).encode()
    return [
        whole,
        whole[:-5],
        b"[%b]" % whole,
        whole.replace(b"ada", b"\xe5da"),
        whole.replace(b"verb", b"verve", 1),
        whole.replace(b"{", b"{{", 1),
        b"line %d is none" % number,
    ][fault] + b"\n"


def row(number: int, fault: int) -> bytes:
    return [
        b"%d;intro;passed\n",
        b'%d;"in\ntro, ""again""";passed\r\n',
        b"%d;intro;passed;7\n",
        b"%d;\xe5ngstr\xf6m;passed\n",
        b'%d;"intro;passed\n',
        b'%d;"intro"s;passed\n',
        b"%d;;passed\n",
    ][fault] % number


FAULTS = st.lists(st.integers(0, 6), max_size=12)


@settings(max_examples=60, deadline=None)
@given(FAULTS)
def test_whatever_lines_are_broken_the_good_ones_come_out_and_the_mended_ones_are_the_rest(faults: list[int]) -> None:
    file = [line(number, fault) for number, fault in enumerate(faults)]
    made, rejected, report = converted(b"".join(file), "xapi", has_lines=True)
    broken = [number for number, fault in enumerate(faults) if fault]
    assert made == [statement(number)["id"] for number, fault in enumerate(faults) if not fault]
    assert rejected == [file[number] for number in broken]
    assert [place for place, _ in report.refused] == [f"line {number + 1}" for number in broken]
    mended, left, _ = converted(b"".join(line(number, 0) for number in broken), "xapi", has_lines=True)
    assert (mended, left) == ([statement(number)["id"] for number in broken], [])


@settings(max_examples=60, deadline=None)
@given(FAULTS)
def test_whatever_rows_are_broken_the_good_ones_come_out_and_the_mended_ones_are_the_rest(faults: list[int]) -> None:
    file = [row(number, fault) for number, fault in enumerate(faults)]
    good = [HEAD + row(number, min(fault, 1)) for number, fault in enumerate(faults)]
    each = [converted(one, "scorm")[0] for one in good]
    made, rejected, report = converted(HEAD + b"".join(file), "scorm")
    broken = [number for number, fault in enumerate(faults) if fault > 1]
    assert made == [one for number, ids in enumerate(each) if number not in broken for one in ids]
    assert rejected == [file[number] for number in broken]
    starts = [2 + sum(file[before].count(b"\n") for before in range(number)) for number in broken]
    assert [place for place, _ in report.refused] == [f"line {start}" for start in starts]
    mended, left, _ = converted(HEAD + b"".join(row(number, 1) for number in broken), "scorm")
    assert (mended, left) == ([one for number in broken for one in each[number]], [])


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=120), st.booleans())
def test_no_file_breaks_the_reader_and_every_reject_stands_in_it(file: bytes, has_lines: bool) -> None:
    try:
        rejected = [
            piece.written for piece in opened(BytesIO(file), has_lines=has_lines).pieces if piece.record is None
        ]
    except UnreadableFile:
        return
    assert all(one is not None and one in file for one in rejected)


def test_a_run_of_rows_with_one_that_cannot_be_read_is_never_made_by_halves() -> None:
    alone = b"eva;intro;cmi.success_status;passed\n"
    run = [b"ada;intro;cmi.success_status;passed\n", b"ada;intro;cmi.score.scaled;0.5;6\n", b"ada;intro;x;1\n"]
    made, rejected, report = converted(ELEMENTS + alone + b"".join(run), "scorm")
    assert (made, rejected) == (converted(ELEMENTS + alone, "scorm")[0], run)
    assert [why for _, why in report.refused][::2] == ["What may belong to it cannot be read: line 4."] * 2
    mended = converted(ELEMENTS + b"".join(run).replace(b";6", b""), "scorm")[0]
    assert len(made + mended) == 2


def test_one_bad_statement_of_an_answer_is_rejected_as_a_line_of_its_own() -> None:
    bad = statement(2) | {"verb": {}}
    made, rejected, report = converted(json.dumps({"statements": [statement(1), bad, statement(3)]}).encode(), "xapi")
    assert made == [statement(1)["id"], statement(3)["id"]]
    assert [json.loads(one) for one in rejected] == [bad]
    assert report.refused[0][0] == "record 1, part 2"


def test_a_record_nested_too_deep_is_rejected_and_the_next_one_is_read() -> None:
    deep = b'{"learner":"ada","sco":"intro","cmi":' + b'{"a":' * 5000 + b"1" + b"}" * 5001 + b"\n"
    good = b'{"learner":"ada","sco":"intro","cmi.success_status":"passed"}\n'
    made, rejected, _ = converted(deep + good, "scorm", has_lines=True)
    assert (len(made), rejected) == (1, [deep])


def test_a_record_too_deep_to_be_opened_is_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_deep(found: object) -> Never:
        raise RecursionError

    monkeypatch.setitem(SOURCES, "xapi", replace(SOURCES["xapi"], records=too_deep))
    _, rejected, report = converted(line(1, 0), "xapi", has_lines=True)
    assert rejected == [line(1, 0)]
    assert report.refused == [("line 1", "This record is nested too deep.")]


def test_where_a_line_breaks_off_is_told_by_its_number_and_column() -> None:
    _, _, report = converted(line(1, 0) + b'{"a": }\n', "xapi")
    assert report.refused == [("line 2", "This is no JSON. The JSON breaks off at column 7: Expecting value.")]


@pytest.mark.parametrize("file", [b'[{"a": 1},\n {"a": ', b'{"statements": [\n{"a": 1}\n', b"", b"a,a\n1,2\n"])
def test_a_document_that_is_not_lines_fails_as_a_whole(file: bytes) -> None:
    with pytest.raises(UnreadableFile):
        converted(file, "xapi")


def test_a_row_without_end_is_never_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_RECORD", 100)
    with pytest.raises(UnreadableFile, match="Line 3 is longer"):
        converted(HEAD + b"1;intro;passed\n" + b"x" * 200, "scorm")


def test_a_quotation_mark_that_is_never_closed_costs_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MAX_LINES", 3)
    made, rejected, _ = converted(HEAD + b'0;"intro;passed\n' + b"1;intro;passed\n" * 9, "scorm")
    assert (len(made), rejected) == (9, [b'0;"intro;passed\n'])
