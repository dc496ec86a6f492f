"""The command: lines in, lines out, in order, with the line that is wrong named and nothing before it lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli.translate import app
from skillspace.kernel.errors import BadInput
from skillspace.skills.encoder import encoder
from skillspace.skills.taxonomy import MatchKind
from skillspace.skills.translation.sssom import parse_mapping_set
from tests.unit.skills.taxonomy.small import CHEF, COOK


@pytest.fixture
def home(kitchen_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKILLSPACE_HOME", str(kitchen_home))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(encoder, "WEIGHTS", kitchen_home / "absent")  # what the tables say, and nothing learned
    return kitchen_home


def said(lines: str, *words: str) -> str:
    result = CliRunner().invoke(app, list(words), input=lines)
    if result.exception is not None:
        raise result.exception
    return result.stdout


def test_each_line_is_answered_in_order(home: Path) -> None:
    asked = "".join(f'{{"id": {number}, "concept": "G{number % 3}"}}\n' for number in range(200))
    for workers in ("1", "2"):
        answers = [json.loads(line) for line in said(asked, "--workers", workers).splitlines()]
        assert [answer["id"] for answer in answers] == list(range(200))
        assert answers[1]["mappings"][0]["concept"] == CHEF
        assert answers[0] == {"id": 0, "mappings": [], "note": "no loaded taxonomy or table knows 'G0'"}


def test_a_mapping_has_its_concept_relation_confidence_and_path(home: Path) -> None:
    (answer,) = map(json.loads, said('{"id": "a", "concept": "G1"}').splitlines())
    best = answer["mappings"][0]
    assert {"concept", "relation", "confidence", "path"} <= set(best)
    assert best["relation"] == "exact"
    assert 0 < best["confidence"] <= 1
    assert best["path"][0]["author"] == "A French office"
    assert answer["mappings"][-1]["retired"] is True


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nonsense", "not JSON"),
        ("[]", "not a JSON object"),
        ('{"concept": "G1"}', '"id"'),
        ('{"id": true, "concept": "G1"}', '"id"'),
        ('{"id": 1, "concept": 7}', '"concept"'),
        ('{"id": 1, "concept": " "}', '"concept"'),
    ],
)
def test_a_bad_line_is_named_after_everything_before_it_was_answered(home: Path, line: str, why: str) -> None:
    result = CliRunner().invoke(app, [], input='{"id": 1, "concept": "G1"}\n\n' + line + "\n")
    assert isinstance(result.exception, BadInput)
    assert "line 3" in result.exception.message
    assert why in result.exception.message
    assert json.loads(result.stdout)["id"] == 1


def test_a_scheme_nobody_knows_is_refused_with_those_there_are(home: Path) -> None:
    with pytest.raises(BadInput, match="esco, jobtech"):
        said("", "--from", "klingon")
    with pytest.raises(BadInput, match="needs no translation"):
        said("", "--from", "esco", "--to", "esco")


def test_answers_in_sssom_are_a_mapping_set_that_reads_back(home: Path, tmp_path: Path) -> None:
    text = said('{"id": 1, "concept": "G1"}\n{"id": 2, "concept": "G9"}\n', "--format", "sssom")
    found = parse_mapping_set(text)
    assert [(one.target, one.relation) for one, _ in found.statements()][:2] == [
        (CHEF, MatchKind.EXACT),
        (COOK, MatchKind.NARROW),
    ]
    assert found.rows[-1].object.endswith("NoTermFound")
    # and such a set can be used as a source
    path = tmp_path / "own.sssom.tsv"
    path.write_text(text, "utf-8")
    (answer,) = map(json.loads, said('{"id": "a", "concept": "G1"}', "--with", str(path)).splitlines())
    assert answer["mappings"][0]["concept"] == CHEF


def test_the_loss_of_a_translation_is_told_as_a_table_and_as_json(home: Path) -> None:
    assert "comes home" in said("", "--loss")
    report = json.loads(said("", "--loss", "--json"))
    occupations = report["kinds"]["occupation"]
    assert occupations["concepts"] == 3
    assert occupations["fates"]["home"] == 1
    assert occupations["fates"]["lost-on-the-way-out"] == 2
    assert sum(occupations["shares"].values()) == pytest.approx(1, abs=0.001)
    assert report["versions"] == {"esco": "1.1.1", "rome": "4.60"}
