"""CSV read as a table: the delimiter is found, the first row names the columns, rows are bounded."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO

from skillspace.kernel.errors import UnreadableFile

MAX_ROWS = 200_000
_DELIMITERS = (",", ";", "\t", "|")
_FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table: its columns as written, and its rows, each as many values as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __iter__(self) -> Iterator[dict[str, str]]:
        return (dict(zip(self.columns, row, strict=True)) for row in self.rows)


def looks_like_a_table(text: str) -> bool:
    """Whether the first line names at least two columns, in letters, none of them twice, and the second goes on so."""
    line, _, rest = text.lstrip().partition("\n")
    second = rest.lstrip().partition("\n")[0]
    if line[:1] in "{[<" or len(line) > 20_000 or (second and _delimiter(line) not in second and '"' not in second):
        return False
    names = [name.strip(' "\r') for name in line.split(_delimiter(line))]
    worded = [name for name in names if any(letter.isalpha() for letter in name)]
    return len(worded) >= 2 and len(set(names)) == len(names) and all(name.isprintable() for name in names)


def parse_table(text: str, what: str = "table") -> Table:
    """Return a table; raise UnreadableFile naming the row that does not fit. Empty rows are left out."""
    text = text.removeprefix("\ufeff").lstrip("\r\n")
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text.partition("\n")[0]), strict=True)
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = []
    try:
        for row in reader:
            if not any(value.strip() for value in row):
                continue
            values = tuple(value.strip() for value in row)
            if not columns:
                columns = values
                continue
            if len(values) > len(columns) and any(values[len(columns) :]):
                raise UnreadableFile(
                    f"This {what} cannot be read: row {reader.line_num} has {len(values)} values "
                    f"for {len(columns)} columns."
                )
            rows.append((*values, *("" for _ in columns))[: len(columns)])
            if len(rows) > MAX_ROWS:
                raise UnreadableFile(f"This {what} has more than {MAX_ROWS:,} rows; divide it.")
    except csv.Error as fault:
        raise UnreadableFile(f"This {what} cannot be read: row {reader.line_num}: {fault}.") from None
    if len(set(columns)) != len(columns):
        raise UnreadableFile(f"This {what} cannot be read: two of its columns have the same name.")
    return Table(columns=columns, rows=tuple(rows))


def write_table(columns: Sequence[str], rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return CSV (RFC 4180). What a spreadsheet would take for a formula gets an apostrophe before it."""
    text = StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _inert(value) for name, value in row.items() if value is not None})
    return text.getvalue().encode()


def _inert(value: object) -> str:
    said = str(value).replace("\x00", "")
    return f"'{said}" if _FORMULA.match(said) else said


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)
