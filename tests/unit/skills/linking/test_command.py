"""The command: lines in, lines out, in order, with the line that is wrong named and nothing before it lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli.link import app
from skillspace.kernel.errors import BadInput


def said(lines: str, *words: str) -> str:
    result = CliRunner().invoke(app, ["--scheme", "esco-skill", *words], input=lines)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_each_line_is_answered_in_order_by_one_process_or_two(home: Path) -> None:
    lines = "".join(json.dumps({"id": at, "text": f"plan {at} budgets"}) + "\n" for at in range(120))
    alone = said(lines, "-k", "3")
    assert [json.loads(line)["id"] for line in alone.splitlines()] == list(range(120))
    assert said(lines, "-k", "3", "--workers", "2") == alone


def test_a_line_has_its_id_and_candidates_with_concept_and_score(home: Path) -> None:
    answer = json.loads(said('{"id": "a", "text": "manage budgets", "more": 1}\n', "-k", "2"))
    assert answer.keys() == {"id", "candidates"}
    assert [one.keys() for one in answer["candidates"]] == [{"concept", "score"}] * 2
    assert answer["candidates"][0]["concept"].startswith("http://data.europa.eu/esco/skill/")


@pytest.mark.parametrize("line", ["{", "[1]", '{"id": 1}', '{"text": "cook"}', '{"id": 1, "text": 2}', "\x00"])
def test_a_line_that_is_wrong_is_named_and_what_came_before_it_is_there(home: Path, line: str) -> None:
    result = CliRunner().invoke(app, ["--scheme", "esco-skill"], input='{"id": 1, "text": "cook"}\n\n' + line + "\n")
    assert isinstance(result.exception, BadInput)
    assert "ine 3 " in result.exception.message
    assert [json.loads(one)["id"] for one in result.stdout.splitlines()] == [1]


def test_lines_of_a_file_are_answered_too(home: Path, tmp_path: Path) -> None:
    (tmp_path / "texts.jsonl").write_text('{"id": 7, "text": "teach"}', encoding="utf-8")
    assert json.loads(said("", str(tmp_path / "texts.jsonl")))["id"] == 7
