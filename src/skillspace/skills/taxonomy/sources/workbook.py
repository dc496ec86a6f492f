"""Strict reading of published spreadsheets (XLSX): a fault names the file and the row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from skillspace.kernel.errors import UnreadableFile

LARGEST = 64 << 20  # bytes; the largest sheet published by O*NET has 3.5 million


def sheet_records(path: Path, *columns: str) -> Iterator[tuple[int, list[str]]]:
    """Give (row number, the cells of ``columns`` as text) of every row below the header of the first sheet.

    Whole numbers come without a decimal point. Raises UnreadableFile when the file is missing, is no spreadsheet, or
    lacks a column.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UnreadableFile(f"{path} has more than {LARGEST} bytes; this is not the published table.")
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except FileNotFoundError as error:
        raise UnreadableFile(f"{path} is missing; it is part of this taxonomy, put it back.") from error
    except (OSError, CalamineError) as error:
        raise UnreadableFile(f"{path} is not a spreadsheet that can be read ({error}).") from error
    names = [str(cell).strip() for cell in rows[0]] if rows else []
    missing = [column for column in columns if column not in names]
    if missing:
        raise UnreadableFile(f"{path}, row 1: the column {missing[0]!r} is missing.")
    places = [names.index(column) for column in columns]
    for number, row in enumerate(rows[1:], start=2):
        yield number, [_text(row[place]) for place in places]


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
