"""The commands for contracts: evidence is checked with nothing but a file, and a node's contracts are listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from skillspace.cli import contract as commands
from skillspace.kernel.clock import iso
from skillspace.kernel.errors import BadInput, NotFound, UnreadableFile
from skillspace.storage.database import Database
from skillspace.trust.contract import ContractRoom, contract_room
from skillspace.trust.contract.errors import ForgedContract
from skillspace.trust.identity import did_document
from skillspace.wire.jose import SigningKey
from tests.conftest import NOON
from tests.tables import make_tables

HUB = "did:web:hub.example"
CONTENT: dict[str, Any] = {
    "kind": "ecosystem",
    "title": "Diplomas in the invented valley",
    "roles": [{"role": "hub"}],
    "clauses": [{"clause": "purpose-limitation/1", "values": {"purposes": ["guidance"]}}],
    "purposes": ["guidance"],
    "starts": iso(NOON),
    "ends": "2030-01-01T00:00:00Z",
    "notice_days": 30,
    "law": "Sweden",
    "language": "en",
}
Say = Callable[..., Result]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    monkeypatch.setattr(commands.out, "width", 400)

    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(commands.app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def signed(tmp_path: Path) -> tuple[Path, SigningKey, str]:
    """A published contract's evidence in a file, the key it was signed with, and its identifier."""
    key = SigningKey.generate(f"{HUB}#key-1")
    database = Database.in_folder(tmp_path, clock=lambda: NOON)
    make_tables(database)
    room: ContractRoom = contract_room(
        own_did=HUB,
        key=key,
        resolve_key=lambda _issuer, _kid: key.public_jwk(),
        peers=None,  # type: ignore[arg-type]
    )
    with database.writing() as work:
        contract = room.record.draft(work, CONTENT).id
        room.record.publish(work, contract, role="hub")
        file = tmp_path / "contract.json"
        file.write_text(json.dumps(room.contracts.export(work, contract)), encoding="utf-8")
    database.close()
    return file, key, contract


def test_evidence_is_checked_with_the_file_alone_or_with_did_documents(
    say: Say, signed: tuple[Path, SigningKey, str], tmp_path: Path
) -> None:
    file, key, contract = signed
    alone = say("verify", file)
    assert "key the orchestrator saw" in alone.output
    assert "not whose they are" in alone.output
    document = tmp_path / "did.json"
    document.write_text(json.dumps(did_document(HUB, [key], {})), encoding="utf-8")
    checked = say("verify", file, "--did", document)
    assert contract in checked.output
    assert "kept by did:web:hub.example (key of its DID document)" in checked.output
    assert "All signatures hold: 1 parties." in checked.output
    assert "not whose they are" not in checked.output


def test_evidence_under_another_key_than_the_one_published_is_refused(
    say: Say, signed: tuple[Path, SigningKey, str], tmp_path: Path
) -> None:
    document = tmp_path / "did.json"
    other = SigningKey.generate(f"{HUB}#key-1")
    document.write_text(json.dumps(did_document(HUB, [other], {})), encoding="utf-8")
    with pytest.raises(ForgedContract):
        say("verify", signed[0], "--did", document)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "another"}', "\ud800".encode("utf-8", "surrogatepass")])
def test_what_is_no_evidence_is_refused_by_name(say: Say, tmp_path: Path, text: str | bytes) -> None:
    file = tmp_path / "contract.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(BadInput):
        say("verify", file)
    with pytest.raises(UnreadableFile):
        say("verify", tmp_path / "not-there.json")


def test_a_folder_without_a_node_is_told_and_left_as_it_was(say: Say, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        say("list", "--folder", tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_the_contracts_of_a_node_are_listed_and_written_out(
    say: Say, signed: tuple[Path, SigningKey, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The database of the fixture has its tables, though no node was made here.
    monkeypatch.setattr("skillspace.storage.migrating.migrate", lambda _database: None)
    monkeypatch.setattr(
        "skillspace.node.settings.read_settings", lambda folder: type("Settings", (), {"folder": folder})
    )
    file, _, contract = signed
    assert "Diplomas in the invented valley" in say("list", "--folder", tmp_path).output
    written = json.loads(say("export", contract, "--folder", tmp_path).output)
    assert written == json.loads(file.read_text(encoding="utf-8"))
