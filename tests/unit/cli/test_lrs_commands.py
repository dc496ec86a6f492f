"""The commands for the tools of a learning record store, and what such a tool can then do at the running node."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
import pytest
from typer.testing import CliRunner

from skillspace.cli import lrs
from skillspace.kernel.errors import BadInput, Conflict, NotFound
from skillspace.node.settings import Settings
from tests.nodes import make_node, running

Say = Callable[..., str]
VERSION = {"X-Experience-API-Version": "2.0.0"}
DEED = {
    "actor": {"mbox": "mailto:alva@example.org"},
    "verb": {"id": "https://example.org/verbs/tried"},
    "object": {"id": "https://example.org/lessons/1"},
}


@pytest.fixture
def settings(tmp_path: Path, starter_taxonomies: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SKILLSPACE_HOME", str(starter_taxonomies.parent))
    return make_node(tmp_path / "node", "Invented School", "authority", "school", learning_records={})


@pytest.fixture
def say() -> Say:
    def run(*words: str | Path) -> str:
        result = CliRunner().invoke(lrs.app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return run


def test_a_tool_that_is_let_in_writes_and_one_that_is_shut_out_does_not(say: Say, settings: Settings) -> None:
    folder = settings.folder
    secret = say("client", "add", "Moodle", "--folder", folder, "--scope", "statements/write").strip()
    listed = say("client", "list", "--folder", folder)
    assert "Moodle" in listed
    assert "statements/write" in listed
    assert secret not in listed
    with running(settings) as [node]:
        address, key = f"{node.settings.address}/xapi/statements", ("Moodle", secret)
        assert httpx.post(address, json=DEED, headers=VERSION, auth=key).status_code == 200
        assert httpx.get(address, headers=VERSION, auth=key).status_code == 403
        assert "shut out" in say("client", "remove", "Moodle", "--folder", folder)
        assert httpx.post(address, json=DEED, headers=VERSION, auth=key).status_code == 401


def test_a_tool_has_one_name_and_known_scopes(say: Say, settings: Settings) -> None:
    say("client", "add", "Moodle", "--folder", settings.folder, "--scope", "all")
    with pytest.raises(Conflict):
        say("client", "add", "Moodle", "--folder", settings.folder, "--scope", "all")
    with pytest.raises(BadInput):
        say("client", "add", "Other", "--folder", settings.folder, "--scope", "everything")
    with pytest.raises(NotFound):
        say("client", "remove", "Other", "--folder", settings.folder)


def test_without_the_setting_there_is_no_store(tmp_path: Path) -> None:
    with running(make_node(tmp_path / "plain", "Invented", "authority")) as [plain]:
        assert httpx.get(f"{plain.settings.address}/xapi/about", headers=VERSION).status_code == 404
