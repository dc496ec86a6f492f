"""A table (CSV) row by row: what its columns are, what cannot be read of it and why, each row as it was written."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from skillspace.kernel.errors import UnreadableFile
from skillspace.records.traces.pieces import Piece

MARK = b"\xef\xbb\xbf"
MAX_RECORD = 1024 * 1024
"""Bytes of one line, and characters of one row of a table, at most."""
MAX_COLUMNS = 500
MAX_LINES = 1000
"""Lines of one row, at most: a quotation mark that nobody closed must not have the whole table read for each row."""


def table(file: BinaryIO) -> tuple[bytes, Iterator[Piece]]:
    """Return the row that names the columns, as written, and the rows below it.

    Raises UnreadableFile where the first row names no columns, and on the way where a line is too long.
    """
    # What is no UTF-8 is kept as it is: its row is rejected, and stands in the rejects byte by byte.
    lines = _Lines(TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline=""))
    delimiter = max((",", ";", "\t", "|"), key=lines.look().count)
    head, names, fault = lines.row(delimiter)
    columns = [name.strip() for name in names]
    if fault:
        raise UnreadableFile(f"The first row cannot be read. {fault}")
    if not columns or len(columns) > MAX_COLUMNS or len(set(columns)) != len(columns):
        raise UnreadableFile(f"The first row must name the columns, {MAX_COLUMNS} at most, no two alike.")
    return _bytes(head), _rows(lines, columns, delimiter)


def _rows(lines: _Lines, columns: list[str], delimiter: str) -> Iterator[Piece]:
    try:
        while lines.look():
            place = f"line {lines.number + 1}"
            written, row, fault = lines.row(delimiter)
            if not fault and len(row) > len(columns):
                fault = f"This row has {len(row)} values for {len(columns)} columns."
            if fault:
                yield Piece(place=place, written=_bytes(written), fault=fault)
            elif any(row):
                record = dict.fromkeys(columns, "") | dict(zip(columns, row, strict=False))
                yield Piece(place=place, record=record, written=_bytes(written))
    finally:
        lines.detach()


class _Lines:
    """The lines of a table, of which some may be given back; `number` is that of the last one taken."""

    def __init__(self, text: TextIOWrapper) -> None:
        self.number = 0
        self._text = text
        self._back: deque[str] = deque()
        self.detach = text.detach

    def look(self) -> str:
        """Return the next line and leave it where it is; nothing at the end."""
        if not self._back:
            line = self._text.readline(MAX_RECORD + 1)
            if len(line) > MAX_RECORD:
                raise UnreadableFile(f"Line {self.number + 1} is longer than {MAX_RECORD:,} characters.")
            self._back.append(line)
        return self._back[0]

    def row(self, delimiter: str) -> tuple[str, list[str], str]:
        """Take one row: as written, its values, and what is wrong with it.

        Of one that cannot be told apart only the first line is taken, for what follows may be in order.
        """
        taken: list[str] = []
        try:
            values = next(csv.reader(self._taking(taken), delimiter=delimiter, strict=True), [])
        except csv.Error as fault:
            self._back.extendleft(reversed(taken[1:]))
            self.number -= len(taken) - 1
            return taken[0], [], f"The quotation marks of this row do not fit: {fault}."
        written = "".join(taken)
        try:
            written.encode()
        except UnicodeEncodeError:
            return written, [], "This row is not in UTF-8; save it so and try again."
        return written, values, ""

    def _taking(self, taken: list[str]) -> Iterator[str]:
        size = 0
        while len(taken) < MAX_LINES and size <= MAX_RECORD and (line := self.look()):
            self._back.popleft()
            self.number += 1
            taken.append(line)
            size += len(line)
            yield line


def _bytes(written: str) -> bytes:
    return written.encode(errors="surrogateescape")
