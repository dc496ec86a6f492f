"""The commands for the journal: what they find, what they hand out, and what somebody else can check of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from skillspace.cli import audit
from skillspace.kernel.errors import BadInput, InvalidSignature, NotFound, UnreadableFile
from skillspace.trust.identity import did_document
from skillspace.trust.journal.messages import HeldCheckpoints
from tests.unit.trust.journal.conftest import HUB, SCHOOL, WORKS, Node, World, empty_database

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Node:
    """A school with a witnessed history, as the node that the commands open, and everybody's DID documents."""
    (tmp_path / "empty").mkdir()
    world = World(tmp_path / "world", empty_database(tmp_path / "empty"))
    school = world[SCHOOL]
    for number in range(4):
        school.put(f"thing-{number}", "made", number)
    school.seal()
    world.settle()
    school.put("thing-1", "signed", 5)
    node = SimpleNamespace(journal=school.room, database=school.database, stop=lambda: None)
    monkeypatch.setattr("skillspace.node.composition.compose", lambda _settings: node)
    monkeypatch.setattr("skillspace.node.settings.read_settings", lambda _folder: None)
    for one in world.nodes.values():
        (tmp_path / f"{one.did[8:]}.json").write_text(json.dumps(did_document(one.did, [one.key], {})))
    monkeypatch.chdir(tmp_path)
    return school


@pytest.fixture
def say() -> Say:
    def run(*words: str | Path) -> tuple[int, str]:
        result = CliRunner().invoke(audit.app, [str(word) for word in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, " ".join(result.stdout.split())

    return run


def test_an_untouched_journal_is_said_to_be_whole(school: Node, say: Say) -> None:
    code, told = say("verify", ".")
    assert code == 0
    assert "Nothing was changed. 5 entries, 4 rows compared; signed up to 4, witnessed up to 4" in told


def test_a_change_is_told_with_exit_code_1_and_without_data(school: Node, say: Say) -> None:
    school.tamper("UPDATE thing SET state = 'secret' WHERE id = 'thing-2'")
    code, told = say("verify")
    assert code == 1
    assert "✗ entry 3: the row says something else than the newest entry about it (thing-2)" in told
    assert "secret" not in told


def test_a_witness_is_asked_by_its_did_or_read_from_a_file(school: Node, say: Say, tmp_path: Path) -> None:
    answer = tmp_path / "hub-says.json"
    answer.write_text(HeldCheckpoints.of(school.room.tasks.ask(HUB)).model_dump_json())
    assert say("verify", "--witness", WORKS, "--witness", answer)[0] == 0
    school.tamper("DELETE FROM journal_checkpoint", "DELETE FROM journal_acknowledgement")
    assert say("verify")[0] == 0
    for witness in (WORKS, answer):
        code, told = say("verify", "--witness", witness)
        assert (code, "a checkpoint that is not kept any more" in told) == (1, True)
    answer.write_text("[]")
    with pytest.raises(BadInput, match="no witness's answer"):
        say("verify", "--witness", answer)


def test_sealing_signs_what_is_new_once(school: Node, say: Say) -> None:
    assert "Signed: 5 entries" in say("seal")[1]
    assert "Nothing was written since" in say("seal")[1]


def test_an_export_is_checked_with_nothing_but_the_signers_documents(school: Node, say: Say, tmp_path: Path) -> None:
    say("seal")
    assert "5 entries are in log.jsonl" in say("export", ".", "log.jsonl")[1]
    assert say("export", "again.jsonl")[0] == 0
    documents = [word for name in ("school", "hub", "works") for word in ("--document", f"{name}.example.json")]
    code, told = say("check", "log.jsonl", *documents)
    assert (code, "signed up to 5, witnessed up to 4" in told) == (0, True)
    log = (tmp_path / "log.jsonl").read_text()
    (tmp_path / "log.jsonl").write_text(log.replace("thing-3", "thing-x"))
    assert say("check", "log.jsonl", *documents)[0] == 1
    code, told = say("check", "again.jsonl", "--document", "hub.example.json")
    assert (code, "none of them is signed with a key that counts" in told) == (1, True)


def test_a_proof_is_printed_and_checked_elsewhere(school: Node, say: Say, tmp_path: Path) -> None:
    documents = [word for name in ("school", "hub", "works") for word in ("--document", f"{name}.example.json")]
    (tmp_path / "closed.json").write_text(say("proof", "thing-1")[1])
    (tmp_path / "open.json").write_text(say("proof", "thing-1", "--open")[1])
    code, told = say("check", "closed.json", *documents)
    assert (code, "thing.signed" in told, "uses" in told) == (0, True, False)
    assert f"by {SCHOOL}, {HUB}, {WORKS}" in told
    assert '{"state":"signed","uses":5}' in say("check", "open.json", *documents)[1]
    changed = (tmp_path / "open.json").read_text().replace('"uses":5', '"uses":6')
    (tmp_path / "open.json").write_text(changed)
    with pytest.raises(InvalidSignature):
        say("check", "open.json", *documents)
    with pytest.raises(InvalidSignature, match="No DID document"):
        say("check", "closed.json", "--document", "hub.example.json")
    with pytest.raises(NotFound):
        say("proof", "thing-9")


def test_files_that_are_nothing_of_this_are_refused_by_name(school: Node, say: Say, tmp_path: Path) -> None:
    (tmp_path / "text.json").write_text("{}")
    with pytest.raises(UnreadableFile, match=r"none\.json cannot be read"):
        say("check", "none.json", "--document", "school.example.json")
    with pytest.raises(UnreadableFile, match="no DID document"):
        say("check", "text.json", "--document", "text.json")
    with pytest.raises(BadInput, match="no proof"):
        say("check", "text.json", "--document", "school.example.json")
    with pytest.raises(BadInput, match="Name one file"):
        say("export", "a", "b", "c")
