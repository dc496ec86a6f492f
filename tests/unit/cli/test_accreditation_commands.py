"""A list is signed at one node and counts at another, once its operator names the signer, and until it is removed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli import accreditation
from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, UnreadableFile
from skillspace.node.keys import read_key
from skillspace.node.settings import Settings, read_settings
from skillspace.trust.identity import did_document
from skillspace.trust.issuers.store import NotAnAccreditor
from tests.nodes import make_node

Say = Callable[..., str]
ONE = [{"names": ["did:web:school.example"], "organisation": "A school", "by": "An agency", "levels": [4]}]


@pytest.fixture
def agency(tmp_path: Path, starter_taxonomies: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SKILLSPACE_HOME", str(starter_taxonomies.parent))
    return make_node(tmp_path / "agency", "Invented Agency", "authority", "agency")


@pytest.fixture
def document(tmp_path: Path, agency: Settings) -> Path:
    """The agency's DID document, so that nobody is called."""
    file = tmp_path / "did.json"
    file.write_text(json.dumps(did_document(agency.did, [read_key(agency.folder)], {})), encoding="utf-8")
    return file


@pytest.fixture
def say() -> Say:
    def run(*words: str | Path) -> str:
        result = CliRunner().invoke(accreditation.app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return " ".join(result.stdout.split())

    return run


@pytest.fixture
def signed(tmp_path: Path, say: Say, agency: Settings) -> Path:
    plain, token = tmp_path / "plain.json", tmp_path / "list.jwt"
    plain.write_text(json.dumps(ONE), encoding="utf-8")
    told = say("sign", plain, "--name", "schools", "--until", "2099-01-01", "-o", token, "--folder", agency.folder)
    assert told.startswith("1 accreditations signed by")
    return token


def school(tmp_path: Path, agency: Settings, **more: object) -> Settings:
    return make_node(tmp_path / "school", "Invented School", "school", authority=agency.did, **more)


def test_a_list_counts_where_its_signer_is_named(
    tmp_path: Path, say: Say, agency: Settings, signed: Path, document: Path
) -> None:
    named = school(tmp_path, agency, accreditors=[{"did": agency.did, "name": "Invented Agency"}])
    told = say("import", signed, "--did-document", document, "--folder", named.folder)
    assert "1 accreditations, until 2099-01-01" in told
    listed = say("list", "--folder", named.folder)
    assert "schools" in listed
    assert listed.endswith("yes")
    say("remove", agency.did, "schools", "--folder", named.folder)
    assert "schools" not in say("list", "--folder", named.folder)
    with pytest.raises(NotFound):
        say("remove", agency.did, "schools", "--folder", named.folder)


def test_a_list_of_a_signer_nobody_named_is_refused(
    tmp_path: Path, say: Say, agency: Settings, signed: Path, document: Path
) -> None:
    with pytest.raises(NotAnAccreditor):
        say("import", signed, "--did-document", document, "--folder", school(tmp_path, agency).folder)


def test_a_node_s_own_list_counts_and_nobody_is_called(say: Say, agency: Settings, signed: Path) -> None:
    say("import", signed, "--folder", agency.folder)
    assert say("list", "--folder", agency.folder).endswith("yes")


def test_a_list_that_was_changed_is_refused(say: Say, agency: Settings, signed: Path) -> None:
    head, body, signature = signed.read_text(encoding="utf-8").strip().split(".")
    signed.write_text(f"{head}.{body}.{signature[::-1]}", encoding="utf-8")
    with pytest.raises((InvalidSignature, BadInput)):
        say("import", signed, "--folder", agency.folder)


@pytest.mark.parametrize("content", ["[{}]", "{}", "<Accreditations/>", "hello"])
def test_what_is_no_list_is_not_signed(tmp_path: Path, say: Say, agency: Settings, content: str) -> None:
    file, out = tmp_path / "in", tmp_path / "out"
    file.write_text(content, encoding="utf-8")
    with pytest.raises((BadInput, UnreadableFile)):
        say("sign", file, "--name", "x", "--until", "2099-01-01", "-o", out, "--folder", agency.folder)
    assert not out.exists()


def test_the_settings_say_what_is_wrong_with_an_accreditor(tmp_path: Path, agency: Settings) -> None:
    with pytest.raises(BadInput, match="accreditors"):
        read_settings(school(tmp_path, agency, accreditors=[{"did": "school", "name": "x"}]).folder)
