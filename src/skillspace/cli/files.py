"""Files of commands: read with words for what is wrong, and written whole or not at all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Any, BinaryIO

from skillspace.kernel.errors import BadInput, UnreadableFile


def content_of(file: Path, most: int = 20 * 1024 * 1024) -> bytes:
    """Return a file's bytes; raise UnreadableFile where there are none, or too many, before they are read."""
    try:
        if file.stat().st_size > most:
            raise UnreadableFile(f"{file} is larger than {most:,} bytes.")
        return file.read_bytes()
    except OSError as fault:
        raise UnreadableFile(f"{file} cannot be read: {fault.strerror}.") from None


@contextmanager
def reading(file: Path) -> Iterator[BinaryIO]:
    """Open a file for reading; raise UnreadableFile where that cannot be."""
    try:
        opened = file.open("rb")
    except OSError as fault:
        raise UnreadableFile(f"{file} cannot be read: {fault.strerror}.") from None
    with opened:
        yield opened


@contextmanager
def writing(file: Path) -> Iterator[IO[str]]:
    """Open a file that stands under its name only once it is whole; raise BadInput where that cannot be."""
    with whole(file) as opened, TextIOWrapper(opened, encoding="utf-8", newline="") as text:
        yield text


def put(document: bytes, file: Path | None) -> None:
    """Write a file, whole or not at all; without one, standard output. Raise BadInput where that cannot be."""
    if file is None:
        sys.stdout.buffer.write(document)
        return
    with whole(file) as opened:
        opened.write(document)


def put_report(told: Mapping[str, Any], file: Path | None) -> None:
    """Write what a command has to tell as JSON for people to read, where somebody asked for it."""
    if file is not None:
        put(f"{json.dumps(told, ensure_ascii=False, indent=1)}\n".encode(), file)


@contextmanager
def whole(file: Path) -> Iterator[BinaryIO]:
    """Open a file for bytes that stands under its name only once it is whole; raise BadInput where that cannot be."""
    # What is there and no plain file is a pipe or a device: it is written to, and never replaced.
    is_plain = file.is_file() or not file.exists()
    beside = file.with_name(f".{file.name}.part") if is_plain else file
    try:
        opened = beside.open("wb")
    except OSError as fault:
        raise BadInput(f"{file} cannot be written: {fault.strerror}.") from None
    try:
        with opened:
            yield opened
        if is_plain:
            beside.replace(file)
    finally:
        if is_plain:
            beside.unlink(missing_ok=True)


def statements_in(file: Path) -> Iterator[dict[str, Any]]:
    """Give the xAPI statements of a file, checked; raise BadInput with the number of the one at fault."""
    from skillspace.records.statements import Version, read_statement
    from skillspace.records.traces import records

    with reading(file) as content:
        for number, one in enumerate(records(content), 1):
            yield read_statement(dict(one), Version.V2_0, f"statement {number}")
