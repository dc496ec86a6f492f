"""Parquet through commands: rows in as lines, answers out as nested columns; never more than a few pieces in memory.

In: the columns ``id`` (whole numbers or texts) and ``text``, or ``concept``. Out: ``id``, and the answer's members as
they are named in JSON Lines, lists as ``list<struct>``; what an answer says beyond its usual members stands as JSON in
``more``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from skillspace.cli.json_lines import Batch
from skillspace.kernel.errors import BadInput, Unavailable, UnreadableFile
from skillspace.skills.answering import Enrich, Link, MatchPeople, Question, Translate

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:  # it is an extra: larger than all else this program needs
    raise Unavailable("Parquet needs pyarrow: install it with “pip install skillspace[parquet]”.") from missing

if TYPE_CHECKING:
    from skillspace.cli.answering import Job

GROUP = 1_024  # rows of a row group that is written: some ten megabytes of mentions
BUFFER = 1 << 20  # bytes of a column that are read at a time, whatever the size of its row group
ABOUT = b"skillspace"  # key under which a file says which question it answers

_TEXT = pa.string()
_STEPS = ("from", "to", "relation", "author", "from_version", "to_version")
MEMBERS: dict[type, dict[str, Any]] = {
    Enrich: {
        "language": _TEXT,
        "note": _TEXT,
        "mentions": [
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("concept", _TEXT),
            ("kind", _TEXT),
            ("score", pa.float64()),
            *((name, _TEXT) for name in ("relation", "label", "value", "level", "section", "need", "version")),
            ("negated", pa.bool_()),
            ("calibrated", pa.bool_()),
        ],
    },
    Link: {"candidates": [("concept", _TEXT), ("score", pa.float64())]},
    MatchPeople: {
        "note": _TEXT,
        "matches": [("offer", _TEXT), ("title", _TEXT), ("score", pa.float64()), ("coverage", pa.float64())],
    },
    Translate: {
        "note": _TEXT,
        "mappings": [
            ("concept", _TEXT),
            ("relation", _TEXT),
            ("confidence", pa.float64()),
            ("kind", _TEXT),
            ("path", pa.list_(pa.struct([(name, _TEXT) for name in _STEPS]))),
            ("retired", pa.bool_()),
            ("replaced_by", pa.list_(_TEXT)),
        ],
    },
}


def schema_of(question: Question, id_type: Any, about: bytes = b"") -> Any:
    """Return the Arrow schema of answers to a question."""
    fields = [pa.field("id", id_type, nullable=False)]
    for name, kind in MEMBERS[type(question)].items():
        is_list = isinstance(kind, list)
        fields.append(pa.field(name, pa.list_(pa.struct([*kind, ("more", _TEXT)])) if is_list else kind))
    return pa.schema([*fields, ("more", _TEXT)], metadata={ABOUT: about} if about else None)


def encode(schema: Any, answers: list[bytes]) -> Any:
    """Return answers as a record batch. Raises BadInput where ids are of several kinds."""
    said = [orjson.loads(answer) for answer in answers]
    columns = []
    for field in schema:
        if field.name == "more":
            columns.append(pa.array([_more(one, schema.names) for one in said], field.type))
        elif field.name == "id":
            columns.append(_ids([one["id"] for one in said], field.type))
        else:
            told = [one.get(field.name) for one in said]
            if pa.types.is_list(field.type):
                names = [inner.name for inner in field.type.value_type]
                told = [[one | {"more": _more(one, names)} for one in members or ()] for members in told]
            columns.append(pa.array(told, field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _more(said: dict[str, Any], usual: list[str]) -> str | None:
    rest = {name: value for name, value in said.items() if name not in usual}
    return orjson.dumps(rest).decode() if rest else None


def _ids(ids: list[Any], kind: Any) -> Any:
    is_text = pa.types.is_string(kind)
    for one in ids:
        if isinstance(one, bool) or not isinstance(one, str if is_text else int):
            wanted = "texts" if is_text else "whole numbers"
            raise BadInput(f"The first id makes all of them {wanted} in Parquet, and {one!r} is none.")
    try:
        return pa.array(ids, kind)
    except (pa.ArrowInvalid, OverflowError) as fault:
        raise BadInput(f"An id does not fit into Parquet's 64 bits ({fault}).") from fault


def open_source(file: Path, question: Question) -> tuple[Any, Any]:
    """Return (open file, type of the answers' ids). Raises UnreadableFile, or BadInput naming the column it lacks."""
    try:
        opened = pq.ParquetFile(file, buffer_size=BUFFER, pre_buffer=False)
        schema = opened.schema_arrow
    except (OSError, pa.ArrowInvalid) as fault:
        raise UnreadableFile(f"{file} cannot be read as Parquet ({fault}).") from fault
    columns = columns_of(question, schema.names)
    kinds = {name: schema.field(name).type for name in ("id", *columns) if name in schema.names}
    lacking = [name for name in ("id", *columns) if name not in kinds]
    if lacking:
        raise BadInput(f"{file} has no column {lacking[0]!r}; it has {schema.names}.")
    for column in columns:
        if not isinstance(question, MatchPeople) and not _is_text(kinds[column]):
            raise BadInput(f"The column {column!r} of {file} holds {kinds[column]}, and not texts.")
    if pa.types.is_integer(kinds["id"]):
        return opened, pa.uint64() if kinds["id"] == pa.uint64() else pa.int64()
    if not _is_text(kinds["id"]):
        raise BadInput(f"The column 'id' of {file} holds {kinds['id']}; write whole numbers or texts.")
    return opened, _TEXT


def _is_text(kind: Any) -> bool:
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def columns_of(question: Question, there: list[str]) -> list[str]:
    """Return the columns beside the id that are asked about: of people, all that are there."""
    if isinstance(question, MatchPeople):
        return [name for name in there if name != "id"]
    return ["concept" if isinstance(question, Translate) else "text"]


def row_lines(opened: Any, question: Question, file: Path, *, group: int, first: int = 0, size: int) -> Iterator[Batch]:
    """Give the rows of one row group as lines, by ``size``; ``first`` is how many rows of the file stand before it.

    Raises BadInput for an empty cell and UnreadableFile for a torn file.
    """
    columns = ["id", *columns_of(question, opened.schema_arrow.names)]
    needed = {"id"} if isinstance(question, MatchPeople) else set(columns)
    number, batch = first, []
    try:
        for cells in opened.iter_batches(size, row_groups=[group], columns=columns, use_threads=False):
            for row in cells.to_pylist():
                number += 1
                for name in columns:
                    if name in needed and row[name] is None:
                        raise BadInput(f"Row {number} of {file} has no {name}.")
                said = {name: _said(row[name]) for name in columns if row[name] is not None}
                batch.append((number, orjson.dumps(said)))
                if len(batch) == size:  # whatever the reader's own batches are: shards are counted in ours
                    yield batch
                    batch = []
    except (OSError, pa.ArrowInvalid) as fault:
        raise UnreadableFile(f"{file} cannot be read to its end ({fault}).") from fault
    if batch:
        yield batch


def _said(cell: Any) -> Any:
    """Return a cell without what is not said in it: a struct of Parquet names all its members always."""
    if isinstance(cell, dict):
        return {name: _said(value) for name, value in cell.items() if value is not None}
    return [_said(one) for one in cell] if isinstance(cell, list) else cell


def sources(place: Path) -> list[Path]:
    """Return the Parquet files of a folder by name, or the file. Raises BadInput for a folder without any."""
    files = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
    if not files:
        raise BadInput(f"{place} is a folder without a file that ends in .parquet.")
    return files


def rows(place: Path, question: Question, size: int) -> Iterator[Batch]:
    """Give all rows of a file, or of a folder's files, as lines."""
    for file in sources(place):
        opened, _ = open_source(file, question)
        first = 0
        for group in range(opened.num_row_groups):
            yield from row_lines(opened, question, file, group=group, first=first, size=size)
            first += opened.metadata.row_group(group).num_rows


class Shelf:
    """Writes record batches to a file under another name, in row groups; it gets its own name when it is whole."""

    def __init__(self, file: Path, schema: Any) -> None:
        self._file, self._schema = file, schema
        self._part = file.with_name(file.name + ".part")
        self._writer = pq.ParquetWriter(self._part, schema, compression="zstd")
        self._held: list[Any] = []

    def put(self, batch: Any) -> None:
        """Take a batch; it may wait until a row group is full."""
        self._held.append(batch)
        if sum(held.num_rows for held in self._held) >= GROUP:
            self._write()

    def close(self) -> None:
        """Finish the file and give it its name."""
        self._write()
        self._writer.close()
        self._part.rename(self._file)

    def abandon(self) -> None:
        """Leave nothing behind."""
        self._writer.close()
        self._part.unlink(missing_ok=True)

    def _write(self) -> None:
        if self._held:
            table = pa.Table.from_batches(self._held, self._schema)
            self._writer.write_table(table, row_group_size=max(table.num_rows, 1))
            self._held.clear()


def write_parquet(job: Job, batches: Iterator[Batch], out: Path) -> None:
    """Write the answers to JSON Lines as Parquet; the first id tells whether all are whole numbers or texts.

    Raises BadInput at the first line that cannot be read; what came before it is in the file.
    """
    head = list(next(batches, []))
    schema = schema_of(job.question, _kind_of_id(head))
    _write(job, chain([head] if head else [], batches), out, schema)


def _write(job: Job, batches: Iterable[Batch], out: Path, schema: Any) -> None:
    shelf = Shelf(out, schema)
    try:
        for answers, _, fault in job.answered(batches, partial(encode, schema)):
            shelf.put(answers)
            if fault is not None:
                shelf.close()
                raise BadInput(fault)
    except BaseException:
        shelf.abandon()
        raise
    shelf.close()


def _kind_of_id(batch: Batch) -> Any:
    try:
        first = orjson.loads(batch[0][1])
        return _TEXT if isinstance(first["id"], str) else pa.int64()
    except (IndexError, KeyError, TypeError, orjson.JSONDecodeError):
        return pa.int64()  # whoever answers the line says what is wrong with it
