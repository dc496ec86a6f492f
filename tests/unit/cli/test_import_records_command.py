"""The command that imports many documents: none stops another, none is half imported, and it may be run again."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from skillspace.cli import import_records
from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.model import Record
from tests.unit.records.formats.files.test_opening import LAUGHS, bomb
from tests.unit.records.formats.samples import SAMPLES

Say = Callable[..., Result]
MIXED = {name: document for name, document in SAMPLES.items() if name != "case"}


@pytest.fixture
def say() -> Say:
    def run(*words: str | Path) -> Result:
        result = CliRunner().invoke(import_records.app, [*map(str, words), "--workers", "1"])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A document of each format, in folders, beside hostile and broken ones."""
    here = tmp_path / "in"
    for name, document in MIXED.items():
        file = here / name[:1] / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(document)
    for name, document in {
        "bomb.zip": bomb(), "laughs.xml": LAUGHS, "half.json": b'{"basics": {"name": "E',
        "latin.csv": "k\xf6k,b\n1,2\n".encode("latin-1"),
        "nothing": b"", "framework.json": SAMPLES["case"],
    }.items():  # fmt: skip
        (here / name).write_bytes(document)
    return here


def rows(file: Path) -> list[dict[str, object]]:
    """The lines of a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_what_can_be_read_is_and_what_cannot_has_its_reason(say: Say, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "records.jsonl"
    answer = say(folder, "--out", out)
    assert answer.exit_code == 2
    found = rows(out)
    assert {Path(str(row["document"])).name for row in found} == set(MIXED)
    assert all(isinstance(Record.from_json(row["record"]), Record) for row in found if isinstance(row["record"], dict))
    rejects = {Path(str(row["document"])).name: str(row["message"]) for row in rows(tmp_path / "records.rejects.jsonl")}
    assert set(rejects) == {"bomb.zip", "laughs.xml", "half.json", "latin.csv", "nothing", "framework.json"}
    assert "would grow" in rejects["bomb.zip"]
    assert "Latin-1" in rejects["latin.csv"]
    assert f"{len(MIXED)} documents" in answer.stderr
    assert "6 not read" in answer.stderr


def test_running_again_reads_nothing_twice(say: Say, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "records.jsonl"
    say(folder, "--out", out)
    once = out.read_bytes()
    answer = say(folder, "--out", out)
    assert out.read_bytes() == once
    assert f"{len(MIXED)} were there before" in answer.stderr


@pytest.mark.parametrize("cut", [1, 5, 400])
def test_a_run_that_broke_off_goes_on_where_it_was(say: Say, folder: Path, tmp_path: Path, cut: int) -> None:
    out = tmp_path / "records.jsonl"
    say(folder, "--out", out)
    whole = out.read_bytes()
    out.write_bytes(whole[:-cut])
    say(folder, "--out", out)
    assert sorted(out.read_bytes().splitlines()) == sorted(whole.splitlines())


def test_rejects_may_be_tried_again_once_they_are_mended(say: Say, folder: Path, tmp_path: Path) -> None:
    out, rejects = tmp_path / "records.jsonl", tmp_path / "records.rejects.jsonl"
    say(folder, "--out", out)
    (folder / "half.json").write_bytes(SAMPLES["json_resume"])
    answer = say(rejects, "--out", out)
    assert "1 documents, 1 records" in answer.stderr
    assert "half.json" not in rejects.read_text()
    assert len(rows(rejects)) == 5


def test_an_archive_of_documents_is_read_without_being_unpacked(say: Say, folder: Path, tmp_path: Path) -> None:
    archive, out = tmp_path / "all.zip", tmp_path / "records.jsonl"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, document in MIXED.items():
            opened.writestr(f"../{name}", document)
        opened.writestr("broken.json", b"{")
    assert say(archive, "--out", out).exit_code == 2
    assert {str(row["document"]) for row in rows(out)} == {f"{archive}!../{name}" for name in MIXED}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "all.zip",
        "in",
        "records.jsonl",
        "records.rejects.jsonl",
    ]
    (rejected,) = rows(tmp_path / "records.rejects.jsonl")
    assert rejected["document"] == f"{archive}!broken.json"
    assert "1 not read" in say(tmp_path / "records.rejects.jsonl", "--out", out).stderr


def test_several_workers_find_the_same(folder: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    for out, workers in ((one, "1"), (two, "2")):
        CliRunner().invoke(import_records.app, [str(folder), "--out", str(out), "--workers", workers])
    assert one.read_bytes() == two.read_bytes()


def test_what_is_no_place_to_read_from_is_refused(say: Say, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("nonsense\n")
    (tmp_path / "b.jsonl").write_text('{"name": 1}\n')
    with pytest.raises(UnreadableFile, match="no rejects file"):
        say(tmp_path / "a.jsonl", "--out", tmp_path / "o.jsonl")
    with pytest.raises(BadInput, match="line 1"):
        say(tmp_path / "b.jsonl", "--out", tmp_path / "o.jsonl")
    with pytest.raises(UnreadableFile, match="No such file"):
        say(tmp_path / "absent.zip", "--out", tmp_path / "o.jsonl")


def test_a_name_that_is_no_utf_8_is_read_told_and_tried_again(say: Say, tmp_path: Path) -> None:
    here, out, rejects = tmp_path / "in", tmp_path / "records.jsonl", tmp_path / "records.rejects.jsonl"
    here.mkdir()
    good, bad = (os.fsdecode(os.fsencode(here) + end) for end in (b"/good-\xe5.json", b"/bad-\xe4.json"))
    Path(good).write_bytes(SAMPLES["json_resume"])
    Path(bad).write_bytes(b"{")
    assert say(here, "--out", out).exit_code == 2
    assert [row["document"] for row in rows(out)] == [good]
    assert [row["document"] for row in rows(rejects)] == [bad]
    Path(bad).write_bytes(SAMPLES["json_resume"])
    assert say(rejects, "--out", out).exit_code == 0
    assert "2 were there before" in say(here, "--out", out).stderr


@pytest.mark.parametrize("kept", [b"name;skill\nEva;welding\n", b"a note", b'{"document": "x"}\n'])
def test_what_somebody_else_wrote_is_never_cut_away(say: Say, folder: Path, tmp_path: Path, kept: bytes) -> None:
    out = tmp_path / "mine.csv"
    out.write_bytes(kept)
    with pytest.raises(BadInput, match="something else"):
        say(folder, "--out", out)
    assert out.read_bytes() == kept


def test_no_link_leads_out_of_the_folder(say: Say, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "secret.json").write_bytes(SAMPLES["json_resume"])
    (folder / "link.json").symlink_to(tmp_path / "secret.json")
    say(folder, "--out", tmp_path / "o.jsonl")
    assert (tmp_path / "o.jsonl").read_bytes() == b""
