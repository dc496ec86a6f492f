"""Files and folders behind a dataset: whole, in parts, unchanged, replaced meanwhile, and nothing beside them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path

import pytest

from skillspace.exchange.dataplane.files import FileSource, FolderSource
from skillspace.exchange.dataplane.settings import place_of
from skillspace.kernel.errors import BadInput
from tests.unit.exchange.dataplane.asking import ask, opened
from tests.unit.exchange.neighbours import Town

ROWS = b"".join(f"row {number:07d}\n".encode() for number in range(100_000))


@pytest.fixture(scope="module")
def shared(town: Town, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    file = tmp_path_factory.mktemp("served") / "rows.bin"
    file.write_bytes(ROWS)
    return opened(town, FileSource(file, "application/octet-stream")), file


def test_a_file_is_sent_whole_with_its_length_tag_and_digest(town: Town, shared: tuple[str, Path]) -> None:
    reply = ask(town, shared[0])
    assert reply.content == ROWS
    assert reply.headers["content-length"] == str(len(ROWS))
    digest = base64.b64encode(hashlib.sha256(ROWS).digest()).decode()
    assert reply.headers["repr-digest"] == f"sha-256=:{digest}:"
    assert reply.headers["etag"] == f'"{hashlib.sha256(ROWS).hexdigest()}"'
    assert reply.headers["accept-ranges"] == "bytes"


def test_a_part_is_sent_as_a_part(town: Town, shared: tuple[str, Path]) -> None:
    reply = ask(town, shared[0], Range="bytes=300000-")
    assert (reply.status_code, reply.content) == (206, ROWS[300000:])
    assert reply.headers["content-range"] == f"bytes 300000-{len(ROWS) - 1}/{len(ROWS)}"
    tag = reply.headers["etag"]
    assert ask(town, shared[0], Range="bytes=5-9", If_Range=tag).status_code == 206
    assert ask(town, shared[0], Range="bytes=5-9", If_Range='"other"').content == ROWS


def test_a_part_beyond_the_end_says_how_long_the_file_is(town: Town, shared: tuple[str, Path]) -> None:
    reply = ask(town, shared[0], Range=f"bytes={len(ROWS)}-")
    assert (reply.status_code, reply.headers["content-range"]) == (416, f"bytes */{len(ROWS)}")


def test_head_tells_everything_and_sends_nothing(town: Town, shared: tuple[str, Path]) -> None:
    reply = ask(town, shared[0], method="HEAD")
    assert (reply.status_code, reply.content, reply.headers["content-length"]) == (200, b"", str(len(ROWS)))


def test_a_token_is_asked_for_whatever_the_method(town: Town, shared: tuple[str, Path]) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        assert ask(town, shared[0], method=method, Authorization="Bearer guess").status_code == 403
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert ask(town, shared[0], method=method).status_code == 404
    assert ask(town, shared[0], "/rows.bin").status_code == 404


def test_a_replacement_meanwhile_does_not_mix_in(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "rows"
    file.write_bytes(b"old" * 10)
    source = FileSource(file, "text/plain")
    pid = opened(town, source)
    first = ask(town, pid)
    draft = tmp_path / "draft"
    draft.write_bytes(b"new" * 10)
    draft.replace(file)
    assert ask(town, pid, If_None_Match=first.headers["etag"]).content == b"new" * 10
    file.unlink()
    assert ask(town, pid).status_code == 404


def test_text_is_packed_and_a_part_never(town: Town, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(ROWS)
    pid = opened(town, FileSource(file, "text/csv"))
    packed = ask(town, pid, Accept_Encoding="gzip")
    assert (packed.headers["content-encoding"], packed.content) == ("gzip", ROWS)
    assert packed.headers["etag"].startswith('W/"')
    part = ask(town, pid, Accept_Encoding="gzip", Range="bytes=0-9")
    assert (part.status_code, part.content) == (206, ROWS[:10])
    assert "content-encoding" not in part.headers


@pytest.fixture(scope="module")
def folder(town: Town, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    place = tmp_path_factory.mktemp("folder")
    (place / "2026").mkdir()
    (place / "2026" / "kurser å.csv").write_bytes(b"code;name\n")
    (place / "readme.txt").write_text("Courses of an invented school.")
    (place / ".hidden").write_text("not for sharing")
    outside = place.parent / "outside.txt"
    outside.write_text("not for sharing")
    (place / "link.txt").symlink_to(outside)
    (place / "door").symlink_to(place.parent)
    os.mkfifo(place / "pipe")
    return opened(town, FolderSource(place)), place


def test_a_folder_says_what_is_in_it(town: Town, folder: tuple[str, Path]) -> None:
    files = json.loads(ask(town, folder[0]).content)["files"]
    assert [one["path"] for one in files] == ["2026/kurser å.csv", "readme.txt"]
    assert files[0]["sha256"] == hashlib.sha256(b"code;name\n").hexdigest()
    assert (files[1]["bytes"], files[1]["mediaType"]) == (30, "text/plain")
    for one in files:
        assert len(ask(town, folder[0], f"/{one['path']}").content) == one["bytes"]


@pytest.mark.parametrize(
    "path",
    [
        "/.hidden",
        "/link.txt",
        "/door/outside.txt",
        "/pipe",
        "/2026",
        "/%2e%2e/outside.txt",
        "/2026/..%2f..%2foutside.txt",
        "/2026%2f..%2f..%2foutside.txt",
        "//readme.txt",
        "/readme.txt/",
        "/..\\outside.txt",
        "/a%00b",
    ],
)
def test_nothing_beside_a_folders_files_can_be_had(town: Town, folder: tuple[str, Path], path: str) -> None:
    reply = ask(town, folder[0], path)
    assert reply.status_code == 404
    assert b"not for sharing" not in reply.content


def test_no_source_serves_what_the_node_keeps_for_itself(tmp_path: Path) -> None:
    for path in ("..", "../keys.json", "../node.db", "../secrets/bank.json", str(tmp_path), str(tmp_path.parent)):
        with pytest.raises(BadInput):
            place_of(path, tmp_path)
    assert place_of("courses.csv", tmp_path) == tmp_path / "files" / "courses.csv"
    assert place_of("/srv/data", tmp_path) == Path("/srv/data").resolve()
