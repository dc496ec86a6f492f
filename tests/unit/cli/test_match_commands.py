"""The commands index and match: offers in a folder, people in, what fits out with reasons, whatever the form."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from skillspace.skills.taxonomy import ConceptKind, Taxonomies, add_pack


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    add_pack("starter", home, None)
    return home


@pytest.fixture(scope="module")
def offers(home: Path) -> Path:
    """Jobs and trainings of every occupation of the starter pack, and one job that is only told."""
    starter, lines = Taxonomies.open(home), []
    for at, occupation in enumerate(starter.concepts(kinds={ConceptKind.OCCUPATION})):
        skills = [link.uri for link in starter.skills_of(occupation)]
        title = starter.label(occupation, "en")
        lines.append({"id": f"job-{at:03d}", "title": title, "occupation": occupation, "skills": skills})
        lines.append({"id": f"course-{at:03d}", "kind": "training", "title": f"About {title}", "skills": skills[:4]})
    lines.append({"id": "told", "title": "Accountant", "text": "You keep the books. Accounting is required."})
    (home / "offers.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return home / "offers.jsonl"


@pytest.fixture(scope="module")
def index(home: Path, offers: Path) -> Path:
    said = skillspace(home, "index", "build", str(offers), "--index", str(home / "index"))
    assert said.returncode == 0, said.stderr
    return home / "index"


def skillspace(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SKILLSPACE_HOME": str(home), "COLUMNS": "200"}
    command = [sys.executable, "-m", "skillspace.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def people(home: Path) -> Path:
    starter = Taxonomies.open(home)
    occupation = starter.concepts(kinds={ConceptKind.OCCUPATION})[3]
    skills = [{"concept": link.uri, "validation": 5, "source": "school"} for link in starter.skills_of(occupation)[:6]]
    some = [
        {"id": "skilled", "skills": skills},
        {"id": "told", "text": "I kept the books of our club. Accounting, invoices."},
        {"id": "nothing"},
    ]
    (home / "people.jsonl").write_text("".join(json.dumps(one) + "\n" for one in some), encoding="utf-8")
    return home / "people.jsonl"


def test_each_person_gets_what_fits_with_reasons_that_say_by_whose_word(home: Path, index: Path) -> None:
    said = skillspace(home, "match", "--index", str(index), "--person", str(people(home)), "-k", "5")
    assert said.returncode == 0, said.stderr
    skilled, told, nothing = map(json.loads, said.stdout.splitlines())
    assert skilled["matches"][0]["offer"] == "job-003"
    assert {one["source"] for one in skilled["matches"][0]["have"]} == {"school"}
    assert "told" in {match["offer"] for match in told["matches"]}
    assert any(one.get("inferred") for match in told["matches"] for one in match["have"])
    assert nothing["matches"] == []
    assert "Nothing is known" in nothing["note"]


@pytest.mark.parametrize("kind", ["training", "move"])
def test_trainings_and_moves_are_found_the_same_way(home: Path, index: Path, kind: str) -> None:
    said = skillspace(home, "match", "--index", str(index), "--person", str(people(home)), "--kind", kind, "-k", "3")
    assert said.returncode == 0, said.stderr
    skilled = json.loads(said.stdout.splitlines()[0])
    assert 1 <= len(skilled["matches"]) <= 3
    assert all(0 < match["score"] <= 1 for match in skilled["matches"])


def test_a_batch_of_parquet_says_what_lines_say(home: Path, index: Path) -> None:
    lines = skillspace(home, "match", "--index", str(index), "--batch", str(people(home)))
    table = home / "matches.parquet"
    said = skillspace(home, "match", "--index", str(index), "--batch", str(people(home)), "--out", str(table))
    assert said.returncode == 0, said.stderr
    expected = [json.loads(line) for line in lines.stdout.splitlines()]
    for row, answer in zip(pq.read_table(table).to_pylist(), expected, strict=True):
        assert row["id"] == answer["id"]
        assert [match["offer"] for match in row["matches"]] == [match["offer"] for match in answer["matches"]]


def test_offers_come_and_go_without_building_anew(home: Path, offers: Path, index: Path) -> None:
    other = home / "other"
    assert skillspace(home, "index", "build", str(offers), "--index", str(other), "--plain").returncode == 0
    more = home / "more.jsonl"
    more.write_text(json.dumps({"id": "fresh", "title": "Juggler", "text": "juggling"}) + "\n", encoding="utf-8")
    assert skillspace(home, "index", "add", str(more), "--index", str(other)).returncode == 0
    (home / "juggler.txt").write_text("juggling", encoding="utf-8")
    found = skillspace(home, "match", "--index", str(other), "--person", str(home / "juggler.txt"))
    assert "fresh" in {match["offer"] for match in json.loads(found.stdout)["matches"]}
    assert "1 offers were taken" in skillspace(home, "index", "remove", "--index", str(other), "fresh").stdout
    assert "removed    1" in skillspace(home, "index", "info", "--index", str(other)).stdout


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("match", "--index", "absent", "--person", "people.jsonl"), "holds no collection"),
        (("match", "--index", "index"), "--person or --batch"),
        (("match", "--index", "index", "--person", "people.jsonl", "--weight", "luck=2"), "luck"),
        (("match", "--index", "index", "--person", "people.jsonl", "--weight", "optional"), "no weight"),
        (("match", "--index", "index", "--person", "absent.txt"), "cannot be read"),
        (("index", "build", "people.csv", "--index", "fresh"), "parquet or .jsonl"),
        (("index", "build", "offers.jsonl", "--index", "."), "something else"),
    ],
)
def test_a_mistake_is_one_clear_line(home: Path, index: Path, words: tuple[str, ...], named: str) -> None:
    people(home)
    placed = [words[0], *(str(home / word) if word in PLACES else word for word in words[1:])]
    said = skillspace(home, *placed)
    assert said.returncode != 0
    assert named in said.stderr
    assert "Traceback" not in said.stderr


PLACES = {"absent", "index", "fresh", ".", "people.jsonl", "people.csv", "offers.jsonl", "absent.txt"}
