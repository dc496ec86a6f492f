"""Groups and answers are read strictly: a slip is told with its line, not counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, SkillspaceError, UnreadableFile
from skillspace.skills.fairness import read_answers, read_groups


def written(folder: Path, text: str, name: str = "groups.csv") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_only_those_with_a_day_of_consent_are_in_a_group(tmp_path: Path) -> None:
    place = written(tmp_path, "id,group,consent\na,women,2026-03-01\nb,men,\nc,men,2026-03-02\n")
    assert read_groups(place) == {"a": "women", "c": "men"}


@pytest.mark.parametrize(
    "line",
    ["a,,2026-01-01", ",women,2026-01-01", "a,women,yes", "a,women,2026-02-30", "a,x,2026-01-01\na,y,2026-01-01"],
)
def test_a_slip_in_a_group_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadInput, match="Line"):
        read_groups(written(tmp_path, f"id,group,consent\n{line}\n"))


def test_other_columns_and_no_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="columns"):
        read_groups(written(tmp_path, "id,group\na,b\n"))
    with pytest.raises(UnreadableFile):
        read_groups(tmp_path / "none.csv")


def test_answers_are_read_in_their_order(tmp_path: Path) -> None:
    place = written(tmp_path, '{"id":1,"matches":[{"offer":"x"},{"offer":"y"}]}\n{"id":"b","matches":[]}\n', "a.jsonl")
    assert list(read_answers(place)) == [("1", ["x", "y"]), ("b", [])]


@given(text=st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_file_is_read_or_refused_by_our_own_errors(tmp_path: Path, text: str) -> None:
    for read, name in ((read_groups, "groups.csv"), (lambda place: list(read_answers(place)), "answers.jsonl")):
        (tmp_path / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            read(tmp_path / name)
        except SkillspaceError:
            continue
