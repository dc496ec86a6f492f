"""The command that brings documents of Prometheus-X along: its table, its drafts, and its exit code."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skillspace.cli import migrate
from skillspace.kernel.errors import BadInput

Say = Callable[..., Result]
FIXTURES = Path(__file__).parents[1] / "trust" / "prometheus" / "fixtures"


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.setattr(migrate.out, "width", 200)

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(migrate.app, ["prometheus", *map(str, words)])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def test_a_table_says_what_came_along_and_what_did_not(say: Say) -> None:
    answer = say(FIXTURES / "contract-signed.json", FIXTURES / "consent-granted.json")
    assert answer.exit_code == 0
    assert "ecosystem-contract" in answer.stdout
    assert "lost /members/0/signature (signature): A text is no signature" in answer.stdout
    assert "corrected /serviceOfferings/0/policies/0/permission/0 (dateTime)" in answer.stdout
    assert "opens nothing here" in answer.stdout


def test_the_short_answer_is_the_table_alone(say: Say) -> None:
    assert "signature" not in say(FIXTURES / "contract-signed.json", "--short").stdout


def test_drafts_are_written_each_to_a_file_of_its_own_and_over_none(say: Say, tmp_path: Path) -> None:
    words = (FIXTURES / "contract-bilateral.json", FIXTURES / "notice.json", "--out", tmp_path / "drafts")
    assert say(*words, "--did", "aa01=did:web:birch.example").exit_code == 0
    written = sorted((tmp_path / "drafts").iterdir())
    assert [file.name for file in written] == [
        "001-contract-bilateral-bilateral-contract.json", "002-notice-notice.json"
    ]  # fmt: skip
    draft = json.loads(written[0].read_text(encoding="utf-8"))
    assert draft["content"]["terms"]["orchestrator"] == "did:web:birch.example"
    assert draft["losses"]
    with pytest.raises(BadInput, match="there already"):
        say(*words)


def test_a_file_that_cannot_be_read_stops_no_other_and_shows_in_the_exit_code(say: Say, tmp_path: Path) -> None:
    broken = tmp_path / "broken [red] \x1b[31m.json"
    broken.write_text("{", encoding="utf-8")
    answer = say(broken, FIXTURES / "participant.json", FIXTURES / "consent-encrypted.json", tmp_path / "none.json")
    assert answer.exit_code == 2
    assert "organisation" in answer.stdout
    assert "not signed" in answer.stdout
    assert "[red]" in answer.stdout
    assert "\x1b" not in answer.stdout


def test_who_somebody_is_must_be_said_as_an_address_and_a_did(say: Say) -> None:
    with pytest.raises(BadInput, match="ADDRESS=DID"):
        say(FIXTURES / "participant.json", "--did", "aa01:did:web:birch.example")


def test_no_secret_of_theirs_reaches_the_screen(say: Say) -> None:
    shown = say(*sorted(FIXTURES.glob("*.json"))).stdout
    for secret in ("not-a-real-key", "not-a-real-token", "65e7-secret", "665f00000000000000000001", "select *"):
        assert secret not in shown
