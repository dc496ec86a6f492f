"""The command enrich: JSON Lines in and out, in order, whatever the number of workers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from skillspace.skills.taxonomy import add_pack


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    add_pack("starter", home, None)
    return home


def enrich(home: Path, lines: str, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SKILLSPACE_HOME": str(home), "COLUMNS": "200"}
    command = [sys.executable, "-m", "skillspace.cli", "enrich", *words]
    return subprocess.run(command, input=lines, capture_output=True, text=True, env=environment, check=False)


def asked(*texts: str) -> str:
    return "".join(json.dumps({"id": at, "text": text}) + "\n" for at, text in enumerate(texts))


TEXTS = asked(
    "Requirements:\n- Accounting is required\n- Fluent English (C1)\n- no Python needed",
    "asdf qwer zxcv uiop",
    "Du har erfarenhet av redovisning och B-körkort.",
)


def test_each_text_gets_its_language_and_its_mentions_with_everything_the_contract_names(home: Path) -> None:
    said = enrich(home, TEXTS)
    assert said.returncode == 0, said.stderr
    english, garbage, swedish = map(json.loads, said.stdout.splitlines())
    assert [english["id"], garbage["id"], swedish["id"]] == [0, 1, 2]
    assert [english["language"], garbage["language"], swedish["language"]] == ["en", None, "sv"]
    assert garbage["mentions"] == []
    assert "could not be told" in garbage["note"]
    accounting = next(one for one in english["mentions"] if one["label"] == "accounting")
    assert {"start", "end", "concept", "kind", "score", "relation", "label", "version"} <= accounting.keys()
    assert (accounting["relation"], accounting["need"], accounting["section"]) == ("exact", "needed", "requirement")
    assert not any("Python" in one["label"] for one in english["mentions"])
    assert {"language:en", "C1"} <= {one.get(name) for one in english["mentions"] for name in ("value", "level")}
    assert any(one["concept"] == "driving-licence:B" for one in swedish["mentions"])


def test_everything_shows_what_is_denied_as_denied(home: Path) -> None:
    english = json.loads(enrich(home, TEXTS, "--lang", "en", "--everything", "--least", "0").stdout.splitlines()[0])
    (python,) = [one for one in english["mentions"] if one["label"].startswith("Python")]
    assert python["negated"] is True


def test_workers_change_nothing(home: Path) -> None:
    lines = TEXTS * 30
    assert enrich(home, lines, "--workers", "3").stdout == enrich(home, lines).stdout


def test_labels_alone_are_found_faster_and_in_the_same_places(home: Path) -> None:
    said = enrich(home, TEXTS, "--gazetteer-only", "--workers", "2", "--lang", "en")
    found = json.loads(said.stdout.splitlines()[0])
    accounting = next(one for one in found["mentions"] if one["label"] == "accounting")
    assert (accounting["start"], accounting["end"]) == (16, 26)


@pytest.mark.parametrize("line", ["garbage", "[]", '{"id": 1}', '{"id": 1, "text": 5}', '{"text": "x"}'])
def test_a_line_that_cannot_be_read_is_named_after_everything_before_it(home: Path, line: str) -> None:
    said = enrich(home, asked("Accounting.") + "\n" + line + "\n" + asked("Accounting."), "--lang", "en")
    assert said.returncode == 2
    assert "Line 3 is not" in said.stderr
    assert [json.loads(answer)["id"] for answer in said.stdout.splitlines()] == [0]


def test_an_unknown_language_is_refused_with_those_known(home: Path) -> None:
    said = enrich(home, TEXTS, "--lang", "xx")
    assert said.returncode == 2
    assert "da, de, en" in said.stderr
