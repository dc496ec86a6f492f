"""From a file to its pieces, one after the other: JSON Lines, JSON, CSV.

Lines and rows are read one at a time, and one that cannot be read stops no other; only JSON that is one whole is in
memory at once, and then it is bounded and read whole or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.records.traces.pieces import Piece, as_line
from skillspace.records.traces.source import Json
from skillspace.records.traces.table import MARK, MAX_RECORD, table
from skillspace.wire.jose import strict_json

MAX_WHOLE = 64 * 1024 * 1024
"""Bytes of JSON that is not written line by line, at most."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A file that is being read: its pieces, and the row that names its columns, as written, where it is a table."""

    pieces: Iterator[Piece]
    head: bytes | None = None


def opened(file: BinaryIO, *, has_lines: bool = False) -> Opened:
    """Open a file that can be read twice; raise UnreadableFile where it is neither lines nor a table nor JSON.

    With `has_lines` it is read as JSON Lines whatever stands in it, for where its first line is broken nothing else
    tells. Reading on raises UnreadableFile where a line or JSON that is one whole is too large, or that is broken.
    """
    start = file.read(4096).removeprefix(MARK).lstrip()
    file.seek(0)
    if has_lines or (start.startswith(b"{") and _has_lines(file)):
        return Opened(pieces=_lines(file))
    if start.startswith((b"{", b"[")):
        return Opened(pieces=_whole(file))
    head, rows = table(file)
    return Opened(pieces=rows, head=head)


def records(file: BinaryIO) -> Iterator[Json]:
    """Give the records of a file that can be read twice; raise UnreadableFile with the line at fault."""
    for piece in opened(file).pieces:
        if piece.record is None:
            raise UnreadableFile(f"{piece.place.capitalize()}: {piece.fault}")
        yield piece.record


def _has_lines(file: BinaryIO) -> bool:
    """Whether the first line is JSON by itself and others follow."""
    try:
        strict_json(file.readline(MAX_RECORD).removeprefix(MARK))
        return bool(file.read(MAX_RECORD).strip())
    except BadInput:
        return False
    finally:
        file.seek(0)


def _lines(file: BinaryIO) -> Iterator[Piece]:
    number = 0
    while line := file.readline(MAX_RECORD + 1):
        number += 1
        if len(line) > MAX_RECORD:
            raise UnreadableFile(f"Line {number} is longer than {MAX_RECORD:,} bytes.")
        if not (text := line.removeprefix(MARK).strip()):
            continue
        try:
            yield _piece(strict_json(text), f"line {number}", line)
        except BadInput as fault:
            # The reader counts lines of its own, of which this is the first.
            why = fault.message.replace("line 1, ", "", 1)
            yield Piece(place=f"line {number}", written=line, fault=f"This is no JSON. {why}")


def _whole(file: BinaryIO) -> Iterator[Piece]:
    content = file.read(MAX_WHOLE + 1)
    if len(content) > MAX_WHOLE:
        raise UnreadableFile(f"The file is one piece of JSON larger than {MAX_WHOLE:,} bytes; write a record a line.")
    try:
        found = strict_json(content.removeprefix(MARK))
    except BadInput as fault:
        raise UnreadableFile(f"The file is no JSON: {fault.message}") from None
    for number, one in enumerate(found if isinstance(found, list) else [found], 1):
        yield _piece(one, f"record {number}")


def _piece(found: object, place: str, written: bytes | None = None) -> Piece:
    if isinstance(found, dict):
        return Piece(place=place, record=found, written=written)
    return Piece(place=place, written=written or as_line(found), fault="This is no JSON object.")
