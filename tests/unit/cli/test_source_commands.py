"""The commands for sources: what they write down, what they refuse, and that no secret is ever shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli import source
from skillspace.exchange.dataplane.secrets import Secrets
from skillspace.kernel.errors import BadInput, NotFound
from skillspace.node.settings import Settings
from tests.nodes import make_node

PASSWORD = "an-invented-password"
Say = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path, starter_taxonomies: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SKILLSPACE_HOME", str(starter_taxonomies.parent))
    return make_node(tmp_path / "node", "Invented School", "authority", "school")


@pytest.fixture
def say() -> Say:
    def run(*words: str | Path, typed: str = "") -> str:
        result = CliRunner().invoke(source.app, [str(word) for word in words], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.stdout

    return run


def test_a_source_is_set_listed_and_removed(say: Say, settings: Settings, tmp_path: Path) -> None:
    content = {"base": "https://registry.example", "auth": "bearer", "paths": ["/courses"]}
    (tmp_path / "rest.json").write_text(json.dumps(content))
    folder = settings.folder
    with pytest.raises(NotFound, match="no secret registry"):
        say("set", folder, "courses", "rest", "--settings", tmp_path / "rest.json", "--secret", "registry")
    assert PASSWORD not in say("secret", folder, "registry", typed=json.dumps({"token": PASSWORD}))
    assert Secrets(folder / "secrets").read("registry")["token"] == PASSWORD
    assert "rest" in say("set", folder, "courses", "rest", "--settings", tmp_path / "rest.json", "--secret", "registry")
    listed = say("list", folder)
    assert "courses  rest  secret registry" in listed
    assert PASSWORD not in listed
    say("remove", folder, "courses")
    assert "No source is written down" in say("list", folder)
    with pytest.raises(NotFound):
        say("remove", folder, "courses")


@pytest.mark.parametrize("typed", ["", "[]", "{}", '{"token": 1}', PASSWORD])
def test_a_secret_that_cannot_be_read_is_refused_unseen(say: Say, settings: Settings, typed: str) -> None:
    with pytest.raises(BadInput) as fault:
        say("secret", settings.folder, "registry", typed=typed)
    assert PASSWORD not in fault.value.message
    assert not (settings.folder / "secrets").exists()
