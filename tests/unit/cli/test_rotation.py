"""Giving a node a new key: what it was believed for stays believed, and what the old key could open stays shut."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skillspace.cli import node
from skillspace.kernel.clock import now
from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound
from skillspace.node.composition import compose
from skillspace.node.keys import make_key, read_key, rotate_key
from skillspace.node.settings import read_settings, write_settings
from skillspace.records.credentials import issue, verify
from skillspace.trust.identity import did_of_address, read_document
from skillspace.wire.jose import SigningKey

ADDRESS = "http://127.0.0.1:7298"
DID = did_of_address(ADDRESS)


@pytest.fixture
def folder(tmp_path: Path, starter_taxonomies: Path) -> Path:
    content: dict[str, object] = {"name": "Orchard", "address": ADDRESS, "roles": ["university"], "loopback": True}
    content |= {"authority": "did:web:authority.example", "taxonomies": str(starter_taxonomies)}
    write_settings(tmp_path, content)
    make_key(tmp_path, DID)
    return tmp_path


def diploma(key: SigningKey) -> str:
    return issue("Diploma", {}, issuer_key=key, issuer_did=DID, subject_did="did:web:person.example")


def test_what_the_old_key_signed_is_believed_and_the_node_signs_with_the_new_one(folder: Path) -> None:
    before = diploma(read_key(folder))
    result = CliRunner().invoke(node.app, ["rotate-key", str(folder), "--days", "30"])
    assert result.exit_code == 0
    assert f"{DID}#key-2" in result.stdout.replace("\n", "")
    assert f"{now() + timedelta(days=30):%Y-%m-%d}" in result.stdout
    composed = compose(read_settings(folder))
    resolver = composed.trust.resolver
    assert composed.trust.key.kid == f"{DID}#key-2"
    for token in (before, diploma(composed.trust.key)):
        assert verify(token, resolver.key, now()).issuer == DID
    with pytest.raises(InvalidSignature):
        resolver.key(DID, f"{DID}#key-1", "capabilityInvocation")
    published = read_document(composed.trust.document, DID)
    with pytest.raises(InvalidSignature, match="was retired"):
        published.key(f"{DID}#key-1", "assertionMethod", now() + timedelta(days=31))
    composed.stop()


def test_what_a_stolen_key_signed_is_believed_no_longer(folder: Path) -> None:
    before = diploma(read_key(folder))
    result = CliRunner().invoke(node.app, ["rotate-key", str(folder), "--days", "0"])
    assert "no longer" in result.stdout
    composed = compose(read_settings(folder))
    with pytest.raises(InvalidSignature):
        verify(before, composed.trust.resolver.key, now())
    composed.stop()


def test_a_folder_without_a_node_or_a_key_is_named(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(BadInput, match="holds no node"):
        CliRunner().invoke(node.app, ["rotate-key", str(tmp_path / "none")], catch_exceptions=False)
    (folder / "keys.json").unlink()
    with pytest.raises(NotFound, match="has no key"):
        rotate_key(folder, DID, at=now(), until=now())
