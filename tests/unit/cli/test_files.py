"""Files of commands: whole or not at all, and no device or pipe of the machine is ever replaced."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from skillspace.cli.files import content_of, put, put_report, writing
from skillspace.kernel.errors import BadInput, UnreadableFile


def test_what_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "out.txt"
    file.write_text("before")
    with pytest.raises(KeyError), writing(file) as lines:
        lines.write("half")
        raise KeyError("no more")
    assert file.read_text() == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_is_written_to_the_byte(tmp_path: Path) -> None:
    put(b"\x00\r\n\xff", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == b"\x00\r\n\xff"
    with writing(tmp_path / "text") as lines:
        lines.write("å\n")
    assert (tmp_path / "text").read_bytes() == "å\n".encode()
    put_report({"lost": ["å"]}, tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_bytes()) == {"lost": ["å"]}


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        put(b"through", pipe)
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert list(tmp_path.iterdir()) == [pipe]


def test_where_nothing_can_be_read_or_written_it_is_said(tmp_path: Path) -> None:
    for nowhere in (tmp_path, tmp_path / "none" / "file"):
        with pytest.raises(BadInput, match="cannot be written"):
            put(b"", nowhere)
        with pytest.raises(UnreadableFile):
            content_of(nowhere)
    (tmp_path / "large").write_bytes(b"12345")
    with pytest.raises(UnreadableFile, match="larger than 4 bytes"):
        content_of(tmp_path / "large", 4)
