"""Traces converted and data de-identified from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli import check_statements, convert_traces, deidentify, derive_skills
from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.statements import Version, read_statements

RUNS = "learner;sco;cmi.success_status;shoe\nada@x.example;intro;passed;42\n;intro;passed;43\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text("k" * 64 + "\n")
    (tmp_path / "runs.csv").write_text(RUNS)
    return tmp_path


def converted(folder: Path, *more: str) -> None:
    args = [str(folder / "runs.csv"), "--home", "https://learn.example", "--out", str(folder / "out.jsonl"), *more]
    CliRunner().invoke(convert_traces.app, args, catch_exceptions=False, standalone_mode=False)


def deidentified(*args: object) -> None:
    CliRunner().invoke(deidentify.app, [str(one) for one in args], catch_exceptions=False, standalone_mode=False)


def test_runs_become_statements_and_the_report_tells_what_did_not(folder: Path) -> None:
    converted(folder, "--from", "scorm", "--loss", str(folder / "loss.json"), "--key-file", str(folder / "key"))
    lines = (folder / "out.jsonl").read_text().splitlines()
    (one,) = read_statements([json.loads(line) for line in lines], Version.V2_0)
    assert one["actor"]["account"]["homePage"] == "urn:pseudonyms"
    told = json.loads((folder / "loss.json").read_text())
    assert (told["records"], told["refused"], told["not_carried"]) == (2, 1, {"shoe": 1})
    assert "42" not in (folder / "loss.json").read_text()


def test_a_file_of_another_kind_is_refused_and_leaves_no_file_behind(folder: Path) -> None:
    with pytest.raises(BadInput, match="None of the 2 records"):
        converted(folder, "--from", "matomo")
    with pytest.raises(BadInput, match="No source"):
        converted(folder, "--from", "tin-can")
    with pytest.raises(BadInput, match="mapping"):
        converted(folder, "--from", "csv")
    with pytest.raises(BadInput, match="zone"):
        converted(folder, "--from", "scorm", "--zone", "Mars/Base")
    assert {file.name for file in folder.iterdir()} == {"key", "runs.csv"}


def test_rejects_are_mended_and_given_to_the_same_command_and_out_has_all(folder: Path) -> None:
    rows = "learner;sco;cmi.success_status\nada;intro;passed\n;intro;passed\nbo;intro;passed;9\n"
    (folder / "runs.csv").write_text(rows)
    args = ["--from", "scorm", "--home", "https://learn.example", "--out", str(folder / "out.jsonl")]
    first = CliRunner().invoke(convert_traces.app, [str(folder / "runs.csv"), *args, "--loss", str(folder / "loss")])
    rejects = folder / "out.rejects.csv"
    assert first.exit_code == 2
    assert rejects.read_text() == "learner;sco;cmi.success_status\n;intro;passed\nbo;intro;passed;9\n"
    refusals = json.loads((folder / "loss").read_text())["refusals"]
    assert [one["place"] for one in refusals] == ["line 3", "line 4"]
    assert refusals[1]["why"] == "This row has 4 values for 3 columns."
    rejects.write_text(rejects.read_text().replace("\n;", "\neva;").replace(";9", ""))
    assert CliRunner().invoke(convert_traces.app, [str(rejects), *args]).exit_code == 0
    assert rejects.read_text() == "learner;sco;cmi.success_status\n"
    who = [json.loads(one)["actor"]["account"]["name"] for one in (folder / "out.jsonl").read_text().splitlines()]
    assert who == ["ada", "eva", "bo"]


def test_a_document_broken_in_the_middle_writes_nothing(folder: Path) -> None:
    (folder / "runs.csv").write_text('[{"learner": "ada", "sco": "intro", "cmi.success_status": "passed"}, {"lear')
    with pytest.raises(UnreadableFile, match="no JSON"):
        converted(folder, "--from", "scorm")
    assert {file.name for file in folder.iterdir()} == {"key", "runs.csv"}


def test_a_table_leaves_under_its_rules(folder: Path) -> None:
    (folder / "rules.toml").write_text('[columns]\nlearner = {as = "pseudonym"}\n"cmi.success_status" = "keep"\n')
    out, report = folder / "out.csv", folder / "report.json"
    deidentified(folder / "runs.csv", "--rules", folder / "rules.toml", "--key-file", folder / "key", "--out", out,
                 "--report", report)  # fmt: skip
    head, first, _ = out.read_text().splitlines()
    assert head == "learner,cmi.success_status"
    assert first.startswith("person-")
    assert json.loads(report.read_text())["columns_dropped"] == ["sco", "shoe"]


def test_a_text_leaves_with_pseudonyms(folder: Path) -> None:
    (folder / "note.txt").write_text("My name is Ada Byron: ada@x.example.")
    deidentified(folder / "note.txt", "--key-file", folder / "key", "--out", folder / "out.txt")
    made = (folder / "out.txt").read_text()
    assert "Ada" not in made
    assert "person-" in made
    assert "mail-" in made


def test_a_file_that_is_not_there_is_told(folder: Path) -> None:
    with pytest.raises(UnreadableFile, match="No such file"):
        deidentified(folder / "none.txt", "--key-file", folder / "key", "--out", folder / "out.txt")


def test_converted_runs_are_held_to_a_profile_and_prove_what_rules_say(folder: Path) -> None:
    converted(folder, "--from", "scorm")
    (folder / "rules.toml").write_text(
        'issuer = "did:web:school.example"\nissuer_name = "School"\n[[rule]]\nname = "passed"\nsuccess = true\n'
        'verbs = ["http://adlnet.gov/expapi/verbs/passed"]\nvalidation = "assessed"\n'
        'skills = [{label = "read plans"}]\n'
    )
    file, out = str(folder / "out.jsonl"), folder / "skills.jsonl"
    rules = ["--rules", str(folder / "rules.toml"), "--out", str(out)]
    done = CliRunner().invoke(derive_skills.app, [file, *rules], catch_exceptions=False)
    assert done.exit_code == 0
    (skill,) = map(json.loads, out.read_text().splitlines())
    assert (skill["label"], skill["person"]) == ("read plans", "account https://learn.example ada@x.example")
    assert skill["statements"] == [json.loads((folder / "out.jsonl").read_text())["id"]]


def test_statements_that_break_a_profile_are_told_and_end_with_two(folder: Path) -> None:
    test = {"id": "https://x.example/1", "definition": {"type": "http://adlnet.gov/expapi/activities/assessment"}}
    passed = {"actor": {"mbox": "mailto:a@x.example"}, "verb": {"id": "http://adlnet.gov/expapi/verbs/passed"}}
    (folder / "in.json").write_text(json.dumps(passed | {"object": test}))
    args = [str(folder / "in.json"), "--profile", "assessment", "--report", str(folder / "report.json")]
    assert CliRunner().invoke(check_statements.app, args).exit_code == 2
    told = json.loads((folder / "report.json").read_text())
    assert {one["rule"] for one in told["rules_broken"]} == {"$.timestamp", "$.result.success"}
