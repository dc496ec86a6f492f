"""A mapping says what columns mean, and can do nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.records.traces import Origin, Report, convert, mapped

MAPPING = b"""
only = {from = "{kind}", is = ["TMA", "Exam"]}

[statement]
timestamp = {from = "{day}", as = "time", format = "%d/%m/%Y", zone = "Europe/Paris"}
[statement.actor.account]
homePage = "https://school.example"
name = "{student}"
[statement.verb]
id = {from = "{outcome}", as = "lookup", table = "verbs", otherwise = "http://adlnet.gov/expapi/verbs/attempted"}
[statement.object]
id = {from = "https://school.example/work/{work}"}
definition.name.en = "{title}"
[statement.result]
success = {from = "{outcome}", as = "boolean", true = ["pass"], false = ["fail", "absent"]}
duration = {from = "{seconds}", as = "seconds"}
score = {raw = {from = "{mark}", as = "number", decimal = ","}, min = 0, max = 20}

[tables.verbs]
pass = "http://adlnet.gov/expapi/verbs/passed"
fail = "http://adlnet.gov/expapi/verbs/failed"
"""
ROW = {
    "student": "7", "kind": "TMA", "outcome": "pass", "work": "3", "title": "Grain", "day": "01/07/2026",
    "seconds": "90", "mark": "12,5", "room": "B2",
}  # fmt: skip


def made(mapping: bytes, *rows: dict[str, str]) -> tuple[list[dict[str, Any]], Report]:
    report = Report()
    return list(convert(rows, mapped(mapping), Origin(home="https://school.example"), report)), report


def test_a_row_becomes_the_statement_that_its_mapping_says() -> None:
    (one,), report = made(MAPPING, ROW)
    assert one["actor"]["account"] == {"homePage": "https://school.example", "name": "7"}
    assert one["verb"]["id"] == "http://adlnet.gov/expapi/verbs/passed"
    assert one["timestamp"] == "2026-06-30T22:00:00.000000Z"
    assert one["result"] == {
        "success": True, "duration": "PT90S", "score": {"raw": 12.5, "min": 0, "max": 20},
    }  # fmt: skip
    assert dict(report.lost) == {"room": 1}


def test_an_empty_column_leaves_its_value_out() -> None:
    (one,), _ = made(MAPPING, {**ROW, "title": "", "seconds": " "})
    assert "definition" not in one["object"]
    assert "duration" not in one["result"]


def test_only_the_rows_that_are_asked_for_are_read() -> None:
    statements, report = made(MAPPING, {**ROW, "kind": "CMA"}, ROW)
    assert (len(statements), report.silent) == (1, 1)


def test_a_value_that_a_list_does_not_have_refuses_its_row() -> None:
    _, report = made(MAPPING, {**ROW, "outcome": "perhaps"})
    assert "neither among true nor among false" in report.refused[0][1]


def test_a_column_that_the_table_lacks_is_named() -> None:
    _, report = made(MAPPING, {name: value for name, value in ROW.items() if name != "mark"})
    assert "'mark'" in report.refused[0][1]


def test_toml_and_json_say_the_same() -> None:
    json = b'{"statement": {"actor": {"mbox": "mailto:{who}"}, "verb": {"id": "a:b"}, "object": {"id": "c:d"}}}'
    toml = b'[statement]\nactor.mbox = "mailto:{who}"\nverb.id = "a:b"\nobject.id = "c:d"'
    row = {"who": "ada@school.example"}
    assert made(json, row)[0] == made(toml, row)[0]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"statement = 3", "statement"),
        (b"[statement]\nx = {from = '{a}', as = 'eval'}", "as"),
        (b"[statement]\nx = {from = '{a}', as = 'lookup', table = 't'}", "no table"),
        (b"[statement]\nx = {from = '{a}', as = 'boolean', true = ['y']}", "true"),
        (b"[statement]\nx = {from = '{a}', as = 'time', zone = 'Mars/Base'}", "zone"),
        (b"[statement]\nx = '{a'", "brace"),
        (b"[statement]\nx = {from = '{a}', run = 'rm'}", "run"),
        (b"[statement\n", "neither TOML nor JSON"),
        (b"\xff", "UTF-8"),
        (b"[statement]\n" + b"\n".join(b"x%d = '{a}'" % n for n in range(201)), "200"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_with_its_place(said: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        mapped(said)


@given(st.text(max_size=30))
def test_what_a_value_says_is_never_read_as_a_template(value: str) -> None:
    shape = (
        b'[statement]\nactor.account = {homePage = "https://a.b", name = "{who}"}\nverb.id = "a:b"\nobject.id = "c:d"'
    )
    statements, _ = made(shape, {"who": value, "secret": "s3cret"})
    if value.strip():
        assert statements[0]["actor"]["account"]["name"] == value.strip()


@given(st.binary(max_size=200))
def test_no_mapping_breaks_the_reader(document: bytes) -> None:
    with suppress(BadInput):
        mapped(document)
