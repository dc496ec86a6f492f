"""A table leaves coarser, and nobody in it stands alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.deidentification import Pseudonyms
from skillspace.records.deidentification.rules import read_rules
from skillspace.records.deidentification.tables import deidentify_table
from skillspace.records.traces import records

KEY = Pseudonyms(b"k" * 32)
RULES = b"""
[columns]
student = {as = "pseudonym", of = "student"}
born = {as = "age", on = "2026-11-22", width = 10}
day = {as = "date", to = "quarter"}
town = {as = "lookup", table = "regions"}
post = {as = "start", letters = 2}
mark = {as = "band", width = 5, most = 15}
note = {as = "text"}
grade = "keep"
[tables.regions]
Lyon = "south"
Nice = "south"
"""
ROW = {
    "student": "stu7", "born": "1996-11-23", "day": "2026-05-02", "town": "Lyon", "post": "69002", "mark": "12.5",
    "note": "stu7 wrote to x@y.example", "grade": "B", "name": "Ada",
}  # fmt: skip


def leave(rules: bytes, *rows: dict[str, str]) -> tuple[list[dict[str, str]], Any]:
    made, report = deidentify_table(lambda: rows, read_rules(rules), KEY)
    return list(made), report


def test_each_column_becomes_what_its_rule_says_and_others_do_not_leave() -> None:
    (one,), report = leave(RULES, ROW)
    student = KEY.of("student", "stu7")
    assert one == {
        "student": student, "born": "20–29", "day": "2026-Q2", "town": "south", "post": "69", "mark": "10–14",
        "note": f"{student} wrote to {KEY.of('mail', 'x@y.example')}", "grade": "B",
    }  # fmt: skip
    assert report.dropped == ("name",)
    assert report.to_json()["replaced_in_text"] == {"mail": 1, "student": 1}


def test_the_top_of_a_scale_is_one_band_and_an_unknown_town_is_elsewhere() -> None:
    (one,), _ = leave(RULES, {**ROW, "mark": "19", "town": "Oslo"})
    assert (one["mark"], one["town"]) == ("15+", "elsewhere")


def test_an_age_counts_from_the_birthday() -> None:
    (before,), _ = leave(RULES, {**ROW, "born": "1996-11-22"})
    assert before["born"] == "30–39"


ALIKE = b"""
[columns]
age = "keep"
town = "keep"
illness = "keep"
[release]
known = ["age", "town"]
secret = ["illness"]
k = 2
l = 2
"""


def row(age: str, town: str, illness: str) -> dict[str, str]:
    return {"age": age, "town": town, "illness": illness}


def test_rows_that_stand_alone_or_share_one_secret_are_left_out_and_told() -> None:
    rows = [row("20", "Lyon", "a"), row("20", "Lyon", "b"), row("30", "Lyon", "a"), row("40", "Nice", "c"),
            row("40", "Nice", "c")]  # fmt: skip
    made, report = leave(ALIKE, *rows)
    assert made == rows[:2]
    assert report.to_json() | {"columns_dropped": [], "replaced_in_text": {}} == {
        "rows": 5, "left_out": 3, "groups": 1, "k": {"before": 1, "after": 2}, "l": {"before": 1, "after": 2},
        "alone": {"rows": 1, "numbers": [3]}, "columns_dropped": [], "replaced_in_text": {},
    }  # fmt: skip


def test_somebody_with_many_rows_is_still_one_person() -> None:
    rules = b"[columns]\ntown = 'keep'\n[release]\nknown = ['town']\nperson = 'who'\nk = 2"
    rows = [{"who": who, "town": town} for who, town in (("a", "Lyon"), ("a", "Lyon"), ("a", "Nice"), ("b", "Nice"))]
    made, report = leave(rules, *rows)
    assert made == [{"town": "Nice"}, {"town": "Nice"}]
    assert (report.k_before, report.k_after, report.alone, report.alone_rows) == (1, 2, 2, [1, 2])


tables = st.lists(st.builds(row, *(st.sampled_from(["a", "b", "c"]),) * 3), max_size=30)


@given(tables, st.integers(1, 5), st.integers(1, 3))
def test_whatever_leaves_is_k_anonymous_and_l_diverse_and_nothing_else_is_left_out(
    found: list[dict[str, str]], k: int, diversity: int
) -> None:
    rules = ALIKE.replace(b"k = 2", b"k = %d" % k).replace(b"l = 2", b"l = %d" % diversity)
    made, report = leave(rules, *found)
    before = Counter((one["age"], one["town"]) for one in found)
    after = Counter((one["age"], one["town"]) for one in made)
    secrets = {group: len({r["illness"] for r in found if (r["age"], r["town"]) == group}) for group in before}
    assert after == {g: n for g, n in before.items() if n >= k and secrets[g] >= diversity}
    assert (report.k_after, report.left_out) == (min(after.values(), default=0), len(found) - len(made))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"[columns]\na = 'burn'", "columns.a"),
        (b"[columns]\na = {as = 'lookup', table = 't'}", "no table"),
        (b"[columns]\na = 'drop'\n[release]\nknown = ['a']", "no column that leaves"),
        (b"[columns]\na = 'keep'\n[release]\nknown = ['a']\nsecret = ['a']", "known and secret"),
        (b"[columns]\na = {as = 'age', on = 'yesterday'}", "columns.a"),
    ],
)
def test_rules_that_do_not_fit_are_refused_with_their_place(said: bytes, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        read_rules(said)


def test_a_missing_column_and_a_value_of_another_kind_are_named_without_the_value() -> None:
    with pytest.raises(UnreadableFile, match="'grade'"):
        leave(RULES, {name: value for name, value in ROW.items() if name != "grade"})
    with pytest.raises(BadInput, match="Row 1: born") as told:
        leave(RULES, {**ROW, "born": "12 May"})
    assert "12 May" not in told.value.message


@pytest.mark.data
def test_a_universitys_registrations_leave_with_at_least_ten_alike(real_data: Path) -> None:
    rules = b"""
        [columns]
        id_student = {as = "pseudonym", of = "student"}
        code_module = "keep"
        code_presentation = "keep"
        date_registration = {as = "band", width = 30, most = 0}
        [release]
        known = ["code_module", "code_presentation", "date_registration"]
        k = 10
        person = "id_student"
    """

    def rows() -> Iterable[Mapping[str, str]]:
        with (real_data / "records" / "oulad_learning_records" / "studentRegistration.csv").open("rb") as file:
            yield from records(file)  # type: ignore[misc]

    leaving, report = deidentify_table(rows, read_rules(rules), KEY)
    groups = Counter((one["code_module"], one["code_presentation"], one["date_registration"]) for one in leaving)
    assert min(groups.values()) >= report.k_after >= 10
    assert sum(groups.values()) + report.left_out == report.rows == 32_593
    assert (report.k_before, report.left_out) == (1, 218)
