"""The command team: a chart, people and courses in files; one JSON object out, every claim with its ground."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from skillspace.skills.taxonomy import Taxonomies, add_pack


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    add_pack("starter", home, None)
    return home


@pytest.fixture(scope="module")
def files(home: Path) -> Path:
    """A chart by names, two people and two courses."""
    starter = Taxonomies.open(home)
    python, sql = (starter.search(name, "en", limit=1)[0].uri for name in ("Python (computer programming)", "SQL"))
    chart = "unit,role,heads,concept,need\nIT,Developer,1,Python (computer programming),\nIT,Developer,,SQL,essential\n"
    (home / "chart.csv").write_text(chart + "Shop,Clerk,1,English,optional\n", encoding="utf-8")
    people = [{"id": "p1", "skills": [{"concept": python, "validation": 4}]}, {"id": "p2", "skills": [python]}]
    courses = [
        {"id": "ours", "teaches": ["SQL"], "price": 100, "own": True},
        {"id": "theirs", "teaches": [sql, "English"], "price": 900},
    ]
    for name, lines in (("people", people), ("courses", courses)):
        (home / f"{name}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    (home / "policy.json").write_text(json.dumps({"own": 0.5, "must": True}), encoding="utf-8")
    return home


def team(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SKILLSPACE_HOME": str(home), "COLUMNS": "200"}
    usual = ("--chart", str(home / "chart.csv"), "--people", str(home / "people.jsonl"))
    command = [sys.executable, "-m", "skillspace.cli", "team", *usual, *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_a_team_is_told_with_who_covers_what_and_what_to_learn(files: Path) -> None:
    said = team(files, "--courses", str(files / "courses.jsonl"), "--from", "2026-11-01")
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    developer, clerk = told["roles"]
    assert 0.4 < developer["coverage"] < 0.7
    assert [cover["person"] for cover in developer["needs"][0]["by"]] == ["p1", "p2"] or developer["needs"][1]["by"]
    assert clerk["coverage"] == 0
    assert told["open"] == {"Clerk": 1}
    assert {seat["role"] for seat in told["seats"]} == {"Developer"}
    assert {one["course"] for one in told["learning"]["courses"]} == {"theirs"}
    assert told["learning"]["after"] == 1
    assert any("No list" in sentence for sentence in told["policy"])


def test_unit_budget_and_policy_bound_what_is_told(files: Path) -> None:
    said = team(
        files, "--courses", str(files / "courses.jsonl"), "--unit", "IT", "--budget", "200",
        "--policy", str(files / "policy.json"),
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    told = json.loads(said.stdout)
    assert [role["role"] for role in told["roles"]] == ["Developer"]
    assert [(one["course"], one["own"]) for one in told["learning"]["courses"]] == [("ours", True)]
    assert any("50\u00a0% more" in sentence for sentence in told["policy"])


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--unit", "Moon"), "No role of the chart is in a unit called"),
        (("--budget", "much"), "is no amount"),
        (("--from", "soon"), "is no day"),
        (("--courses", "nowhere.jsonl"), "cannot be read"),
    ],
)
def test_what_is_wrong_is_one_clear_line(files: Path, words: tuple[str, ...], fault: str) -> None:
    said = team(files, *words)
    assert said.returncode == 2
    assert fault in said.stderr
    assert "Traceback" not in said.stderr
