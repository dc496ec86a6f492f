"""Strict reading of published tables: a fault names the file and the line, and nothing is guessed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from skillspace.kernel.errors import UnreadableFile

csv.field_size_limit(1 << 24)  # hierarchy columns of ESCO exceed the default of 131,072


def lines(
    path: Path, *, delimiter: str = ",", quoted: bool = True, strict: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """Give (line number, cells) of every non-empty row of a UTF-8 table.

    Raises UnreadableFile when the file is missing or is not UTF-8 and, if ``strict``, when it breaks the CSV grammar
    (RFC 4180 §2); otherwise a broken row comes as the cells it seems to have, for the caller to judge.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(
                _without_nul(path, file),
                delimiter=delimiter,
                quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
                strict=strict,
            )
            for row in reader:
                if row:
                    yield reader.line_num, row
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} is missing; it is part of this taxonomy, put it back.") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path} is not UTF-8 ({_where(path, error)}); save it as UTF-8 and try again.") from error
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    except csv.Error as error:
        raise UnreadableFile(f"{path}, line {reader.line_num}: {error}.") from error


def records(path: Path, *columns: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Give (line number, the cells of ``columns`` in that order) of every row below the header.

    Raises UnreadableFile when a column is missing or a row has not as many cells as the header.
    """
    for line, header, row in rows_below_header(path, *columns, delimiter=delimiter):
        yield line, [row[header[column]] for column in columns]


def rows_below_header(
    path: Path, *columns: str, delimiter: str = ","
) -> Iterator[tuple[int, dict[str, int], list[str]]]:
    """Give (line number, column positions, cells) of every row; faults as in ``records``."""
    rows = lines(path, delimiter=delimiter)
    line, names = next(rows, (0, []))
    header = {name.strip(): position for position, name in enumerate(names)}
    missing = [column for column in columns if column not in header]
    if missing:
        raise UnreadableFile(f"{path}, line {line}: the column {missing[0]!r} is missing.")
    for line, row in rows:
        if len(row) != len(names):
            raise UnreadableFile(f"{path}, line {line}: {len(row)} cells where the header has {len(names)}.")
        yield line, header, row


def document(path: Path) -> Any:
    """Return a JSON document. Raises UnreadableFile when it is missing or is not JSON."""
    try:
        return orjson.loads(path.read_bytes())
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} is missing; it is part of this taxonomy, put it back.") from error
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read: {error.strerror}.") from error
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(f"{path}, line {error.lineno}: this is not JSON ({error.msg}).") from error


def _without_nul(path: Path, file: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(file, start=1):
        if "\0" in line:
            raise UnreadableFile(f"{path}, line {number}: a NUL character; this is not a text table.")
        yield line


def _where(path: Path, error: UnicodeDecodeError) -> str:
    # the decoder works in blocks, so the line is found by looking again
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            line.decode()
        except UnicodeDecodeError as found:
            return f"line {number}, byte {found.start + 1}"
    return str(error.reason)
