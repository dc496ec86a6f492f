"""The commands match-groups and index dossier, from an index and people to what a provider shows and files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from skillspace.skills.taxonomy import ConceptKind, Taxonomies, add_pack


def skillspace(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SKILLSPACE_HOME": str(home), "COLUMNS": "200"}
    command = [sys.executable, "-m", "skillspace.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with an index of some jobs, and the offers it was built from."""
    home = tmp_path_factory.mktemp("home")
    add_pack("starter", home, None)
    starter, lines = Taxonomies.open(home), []
    for at, occupation in enumerate(starter.concepts(kinds={ConceptKind.OCCUPATION})[:12]):
        skills = [link.uri for link in starter.skills_of(occupation)]
        pay = {"salary_min": 20_000 + 2_000 * at, "currency": "EUR"}
        lines.append({"id": f"job-{at}", "title": f"Job {at}", "occupation": occupation, "skills": skills, **pay})
    (home / "offers.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    said = skillspace(home, "index", "build", str(home / "offers.jsonl"), "--index", str(home / "index"), "--plain")
    assert said.returncode == 0, said.stderr
    return home


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_what_groups_are_shown_is_told_of_a_batch_and_nobody_is_in_it(home: Path, form: str) -> None:
    starter = Taxonomies.open(home)
    occupations = starter.concepts(kinds={ConceptKind.OCCUPATION})[:12]
    people, groups = [], ["id,group,consent"]
    for at in range(30):
        skills = [link.uri for link in starter.skills_of(occupations[at % 12])][:8]
        people.append(json.dumps({"id": f"person-{at}", "skills": skills}))
        groups.append(f"person-{at},{'women' if at < 14 else 'men'},{'2026-05-01' if at < 18 else ''}")
    (home / "people.jsonl").write_text("\n".join(people) + "\n", encoding="utf-8")
    (home / "groups.csv").write_text("\n".join(groups) + "\n", encoding="utf-8")
    answers = home / f"answers.{form}"
    asked = ("match", "--index", str(home / "index"), "--batch", str(home / "people.jsonl"), "--out", str(answers))
    assert skillspace(home, *asked).returncode == 0
    files = ("--groups", str(home / "groups.csv"), "--offers", str(home / "offers.jsonl"))
    said = skillspace(home, "match-groups", str(answers), *files)
    assert said.returncode == 0, said.stderr
    report = json.loads(said.stdout)
    assert {one["group"] for one in report["exposures"]} == {"women"}
    assert report["left_out"] == 1
    assert {one["property"] for one in report["exposures"]} == {"pay", "level", "occupation"}
    assert "person-" not in said.stdout
    assert skillspace(home, "match-groups", str(answers), *files, "--fewest", "3").returncode != 0


def test_the_documents_say_which_index_and_weights_run(home: Path) -> None:
    said = skillspace(home, "index", "dossier", "--index", str(home / "index"), "--out", str(home / "usual"))
    assert said.returncode == 0, said.stderr
    changed = ("--out", str(home / "changed"), "--weight", "optional=0.21", "--provider", "Invented Matching Ltd")
    assert skillspace(home, "index", "dossier", "--index", str(home / "index"), *changed).returncode == 0
    usual, other = (json.loads((home / name / "dossier.json").read_text()) for name in ("usual", "changed"))
    assert usual["running"]["index"]["offers"] == 12
    assert (usual["running"]["weights"]["optional"], other["running"]["weights"]["optional"]) == (0.4, 0.21)
    assert "Invented Matching Ltd" in (home / "changed" / "dossier.md").read_text(encoding="utf-8")
    wrong = skillspace(home, "index", "dossier", "--index", str(home / "index"), "--out", str(home), "--weight", "x=1")
    assert "There is no weight" in wrong.stderr
