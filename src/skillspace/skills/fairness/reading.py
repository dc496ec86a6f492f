"""Answers of `skillspace match` and the groups of people who agreed to be counted, as files."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import orjson

from skillspace.kernel.errors import BadInput, UnreadableFile

COLUMNS = ("id", "group", "consent")


def read_groups(path: Path) -> dict[str, str]:
    """Return the group of each person who agreed to be counted, from a table (CSV) with the columns id, group and
    consent: the day they agreed (2026-11-30), empty where they did not.

    Raises UnreadableFile, or BadInput naming the line.
    """
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise BadInput(f"{path.name} has other columns than {', '.join(COLUMNS)}.")
            for row in rows:
                person, group, consent = (str(row[name] or "").strip() for name in COLUMNS)
                if not consent:
                    continue
                if not person or not group or person in found or not _is_day(consent):
                    raise BadInput(
                        f"Line {rows.line_num}: give an id that comes once, a group, and the day of consent or nothing."
                    )
                found[person] = group
    except OSError as fault:
        raise UnreadableFile(f"{path} cannot be read ({fault.strerror}).") from fault
    except (UnicodeDecodeError, csv.Error) as fault:
        raise BadInput(f"{path.name} is no table in UTF-8 ({fault}).") from fault
    return found


def _is_day(said: str) -> bool:
    try:
        dt.date.fromisoformat(said)
    except ValueError:
        return False
    return True


def read_answers(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Give (person, offers best first) of a file that `skillspace match` wrote, JSON Lines or Parquet.

    Raises UnreadableFile, or BadInput naming the line.
    """
    if path.suffix == ".parquet":
        yield from _rows(path)
        return
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    said = orjson.loads(line)
                    yield str(said["id"]), [one["offer"] for one in said["matches"]]
                except (orjson.JSONDecodeError, KeyError, TypeError) as fault:
                    raise BadInput(f"Line {number} is no answer of “skillspace match”.") from fault
    except OSError as fault:
        raise UnreadableFile(f"{path} cannot be read ({fault.strerror}).") from fault


def _rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(1_024, columns=["id", "matches.list.element.offer"]):
                for row in batch.to_pylist():
                    yield str(row["id"]), [one["offer"] for one in row["matches"]]
    except (OSError, pa.ArrowException, KeyError, TypeError) as fault:
        raise UnreadableFile(f"{path} holds no answers of “skillspace match”.") from fault
