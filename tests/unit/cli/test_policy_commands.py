"""The commands for policies: what they print, and the exit code a script can go by."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from skillspace.cli import policy
from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile

Say = Callable[..., Result]
BEFORE_AND_AFTER = [
    {"leftOperand": "dateTime", "operator": "lt", "rightOperand": "2027-01-01"},
    {"leftOperand": "dateTime", "operator": "gt", "rightOperand": "2027-12-31"},
]
NEVER = {"@type": "Offer", "permission": [{"action": "use", "constraint": BEFORE_AND_AFTER}]}


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.setattr(policy.out, "width", 200)

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(policy.app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def kept(folder: Path, content: Any, name: str = "policy.json") -> Path:
    file = folder / name
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


@pytest.fixture
def written(say: Say, tmp_path: Path) -> Path:
    answer = say("write", "purpose purposes=guidance,recruitment", "count times=2", "delete-after period=P30D")
    return kept(tmp_path, json.loads(answer.stdout))


def test_a_policy_nobody_can_meet_ends_with_exit_code_one_and_says_where(say: Say, tmp_path: Path) -> None:
    answer = say("lint", kept(tmp_path, NEVER))
    assert answer.exit_code == 1
    assert "error: /permission/0/constraint/1" in answer.stdout
    assert "they may be swapped" in answer.stdout
    assert "2 errors" in answer.stdout


def test_every_policy_of_a_data_set_is_checked(say: Say, tmp_path: Path, written: Path) -> None:
    good = json.loads(written.read_text(encoding="utf-8"))
    catalog = {"@type": "Catalog", "dataset": [{"@type": "Dataset", "hasPolicy": [good, NEVER]}, {"@type": "Dataset"}]}
    answer = say("lint", kept(tmp_path, catalog, "catalog.json"))
    assert answer.exit_code == 1
    assert "/dataset/0/hasPolicy/1/permission/0/constraint/1" in answer.stdout
    assert "hasPolicy/0/permission/0/constraint" not in answer.stdout


def test_what_was_written_from_templates_has_no_errors_and_is_explained(say: Say, written: Path) -> None:
    assert say("lint", written).exit_code == 0
    answer = say("explain", written, "--lang", "fr")
    assert answer.exit_code == 0
    assert "Seulement pour : guidance et recruitment." in answer.stdout
    assert "Utilisation permise 2 fois au plus." in answer.stdout


def test_with_facts_it_is_decided_and_the_reasons_are_told(say: Say, tmp_path: Path, written: Path) -> None:
    facts = {
        "purpose": "coach",
        "uses": 1,
        "at": "2026-11-21T12:00:00Z",
        "roles": ["employer"],
        "paid": {"EUR": "1.50"},
    }
    yes = say("explain", written, "--facts", kept(tmp_path, facts, "facts.json"))
    assert yes.exit_code == 0
    assert "allowed" in yes.stdout
    assert "The node itself keeps the duty to delete." in yes.stdout
    no = say("explain", written, "--facts", kept(tmp_path, facts | {"uses": 2}, "facts.json"))
    assert no.exit_code == 3
    assert "The number of this use must be at most 2; it is 3." in no.stdout


def test_facts_nobody_knows_are_refused_by_name(say: Say, tmp_path: Path, written: Path) -> None:
    with pytest.raises(BadInput, match="colour"):
        say("explain", written, "--facts", kept(tmp_path, {"colour": "red"}, "facts.json"))
    with pytest.raises(BadInput, match="offset"):
        say("explain", written, "--facts", kept(tmp_path, {"at": "2026-11-21T12:00:00"}, "facts.json"))
    with pytest.raises(BadInput, match="object"):
        say("explain", written, "--facts", kept(tmp_path, [], "facts.json"))


@pytest.mark.parametrize("content", [b"\xff", b"{", b"[" * 200_000])
def test_a_file_that_is_no_json_is_refused(say: Say, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(content)
    with pytest.raises(UnreadableFile):
        say("lint", file)


def test_an_unknown_language_rule_or_file_is_named(say: Say, tmp_path: Path, written: Path) -> None:
    with pytest.raises(BadInput, match="'xx'"):
        say("lint", written, "--lang", "xx")
    with pytest.raises(NotFound, match="onwards"):
        say("write", "onwards")
    with pytest.raises(BadInput, match="cannot be read"):
        say("write", 'purpose "purposes=')
    with pytest.raises(UnreadableFile, match=r"nowhere\.json"):
        say("lint", tmp_path / "nowhere.json")


def test_the_templates_are_listed_with_their_parameters(say: Say) -> None:
    listed = say("templates").stdout
    assert "billing-amount" in listed
    assert "amount: amount, currency: currency" in listed
