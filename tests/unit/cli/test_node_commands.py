"""The commands that make a node: what they leave behind, what they refuse, and the one line they say about it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skillspace.cli import main, node
from skillspace.kernel.errors import BadInput, Conflict
from skillspace.node.settings import read_settings

#: What somebody types; the result, or the fault that `main.run` turns into one line.
Say = Callable[..., Result]


@pytest.fixture
def say(starter_taxonomies: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.setenv("SKILLSPACE_HOME", str(starter_taxonomies.parent))

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(node.app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def init(say: Say, folder: Path, *roles: str, address: str = "http://localhost:7299/") -> Result:
    words = [word for role in roles for word in ("--role", role)]
    return say("init", folder, "--name", "My [own] node", "--address", address, *words)


def test_init_makes_a_node_with_its_own_key_and_says_what_comes_next(say: Say, tmp_path: Path) -> None:
    answer = init(say, tmp_path / "uni", "university")
    assert "did:web:localhost%3A7299" in answer.stdout.replace("\n", "")
    assert "skillspace join" in answer.stdout.replace("\n", " ")
    settings = read_settings(tmp_path / "uni")
    assert (settings.name, settings.address, settings.loopback, settings.demo) == (
        "My [own] node",
        "http://localhost:7299",
        True,
        False,
    )
    assert not settings.is_authority
    assert (tmp_path / "uni" / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_public_address_is_never_taken_for_this_machine(say: Say, tmp_path: Path) -> None:
    init(say, tmp_path / "uni", "university", address="https://skills.example.org")
    assert read_settings(tmp_path / "uni").loopback is False


def test_init_never_touches_a_node_that_is_there(say: Say, tmp_path: Path) -> None:
    init(say, tmp_path / "uni", "university")
    before = {file.name: file.read_bytes() for file in (tmp_path / "uni").iterdir()}
    with pytest.raises(Conflict, match="nothing was changed"):
        init(say, tmp_path / "uni", "employer")
    assert {file.name: file.read_bytes() for file in (tmp_path / "uni").iterdir()} == before


def test_an_authority_founds_its_data_space_and_invites(say: Say, tmp_path: Path) -> None:
    init(say, tmp_path / "hub", "authority", "intermediary")
    code = say("invite", tmp_path / "hub", "--name", "A school", "--role", "school").stdout.strip()
    assert re.fullmatch(r"\S{16,}", code)
    another = say("invite", tmp_path / "hub", "--name", "A school", "--role", "school").stdout.strip()
    assert another != code
    assert code.encode() not in (tmp_path / "hub" / "node.db").read_bytes()


def test_an_authority_takes_a_membership_back_and_gives_it_again(say: Say, tmp_path: Path) -> None:
    init(say, tmp_path / "hub", "authority")
    did = read_settings(tmp_path / "hub").did
    assert say("suspend", tmp_path / "hub", did).stdout.strip() == "suspended"
    assert say("admit", tmp_path / "hub", did).stdout.strip() == "admitted"


def test_a_program_gets_a_secret_for_tokens_only_where_the_operator_turned_that_on(say: Say, tmp_path: Path) -> None:
    init(say, tmp_path / "uni", "university")
    client = ("--name", "connector", "--scope", "org.eclipse.dspace.dcp.vc.type:MembershipCredential:read")
    with pytest.raises(BadInput, match="sts = true"):
        say("sts-client", tmp_path / "uni", *client)
    with (tmp_path / "uni" / "node.toml").open("a", encoding="utf-8") as settings:
        settings.write("sts = true\n")
    secret = say("sts-client", tmp_path / "uni", *client).stdout.strip()
    assert re.fullmatch(r"\S{32,}", secret)
    assert secret.encode() not in (tmp_path / "uni" / "node.db").read_bytes()


def test_who_is_no_authority_neither_invites_nor_admits(say: Say, tmp_path: Path) -> None:
    init(say, tmp_path / "uni", "university")
    with pytest.raises(BadInput, match="no authority"):
        say("invite", tmp_path / "uni", "--name", "A school", "--role", "school")
    with pytest.raises(BadInput, match="no authority"):
        say("admit", tmp_path / "uni", "did:web:x.example")


@pytest.mark.parametrize(
    "address", ["ftp://x.example", "x.example", "https://", "https://x.example:port", "http://x.example"]
)
def test_an_address_a_node_cannot_have_is_refused(say: Say, tmp_path: Path, address: str) -> None:
    with pytest.raises(BadInput):
        init(say, tmp_path / "uni", "university", address=address)


def test_a_role_nobody_knows_is_refused_and_leaves_no_node(say: Say, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="king"):
        init(say, tmp_path / "uni", "king")
    assert not (tmp_path / "uni").exists()
    init(say, tmp_path / "uni", "university")


def test_a_log_level_nobody_knows_is_refused(say: Say, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="debug, info"):
        say("serve", tmp_path, "--log-level", "loud")


def test_a_fault_is_one_clear_line_with_its_own_exit_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "skillspace.cli", "serve", str(tmp_path / "[/nothing]")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == BadInput.exit_code
    assert done.stderr.startswith("BadInput: ")
    assert "skillspace init" in done.stderr.replace("\n", " ")
    assert "Traceback" not in done.stderr


def test_help_lists_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["skillspace", "--help"])
    with pytest.raises(SystemExit):
        main.run()
    said = capsys.readouterr().out
    for command in ("init", "invite", "join", "admit", "serve", "demo", "taxonomy"):
        assert command in said
