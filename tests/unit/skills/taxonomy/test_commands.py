"""The commands: add, list, show, search."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli.taxonomy import app
from skillspace.kernel.errors import BadInput, NotFound, UnknownConcept


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SKILLSPACE_HOME", str(tmp_path))
    monkeypatch.setenv("SKILLSPACE_DATA", str(tmp_path / "no data"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def said(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    if result.exception is not None:
        raise result.exception
    return result.output


def test_a_pack_is_added_listed_searched_and_shown(home: Path) -> None:
    assert "No taxonomy yet" in said("list")
    assert "Added esco 1.1.1-starter" in said("add", "starter")
    assert "This service uses the ESCO classification" in said("list")
    assert "snickare" in said("search", "snickar", "--lang", "sv")
    shown = said("show", "esco:2512.4", "--lang", "fr")
    assert "développeur de logiciels" in shown
    assert "(essential)" in shown


def test_faults_are_ours_and_clear(home: Path) -> None:
    with pytest.raises(BadInput, match="SKILLSPACE_DATA"):
        said("add", "esco")
    with pytest.raises(UnknownConcept, match="esco:9"):
        said("show", "esco:9")
    with pytest.raises(NotFound, match="qqqq"):
        said("search", "qqqq")
