"""Offers in Parquet: rows become columns without a detour through objects, some row groups at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillspace.kernel.errors import BadInput, Unavailable, UnreadableFile
from skillspace.skills.matching.columns import EVER, NEVER, Codes, Columns, Groups, encoded, table_of

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
except ImportError as missing:  # it is an extra: larger than all else this program needs
    raise Unavailable("Parquet needs pyarrow: install it with “pip install skillspace[parquet]”.") from missing

PIECE = 20_000
BUFFER = 1 << 20
"""Bytes of a column that are read at once: a file written in one group would else be in memory whole."""

NEED = pa.struct(
    [
        ("concept", pa.string()),
        ("weight", pa.float32()),
        ("essential", pa.bool_()),
        ("level", pa.int8()),
        ("proof", pa.int8()),
    ]
)
SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("title", pa.string()),
        ("text", pa.string()),
        ("occupation", pa.string()),
        ("employer", pa.string()),
        ("place", pa.string()),
        ("latitude", pa.float32()),
        ("longitude", pa.float32()),
        ("remote", pa.bool_()),
        ("languages", pa.list_(pa.string())),
        ("licences", pa.list_(pa.string())),
        ("education", pa.int8()),
        ("salary_min", pa.float32()),
        ("salary_max", pa.float32()),
        ("currency", pa.string()),
        ("hours", pa.float32()),
        ("opens", pa.date32()),
        ("closes", pa.date32()),
        ("skills", pa.list_(NEED)),
    ]
)
"""What a file of offers may say; only ``id`` must be there. ``skills`` may also be a list of concepts alone."""

TEXTS = ("kind", "occupation", "employer", "place", "currency")


def read_offers(path: Path) -> Iterator[Columns]:
    """Give the offers of a Parquet file, some at a time.

    Raises UnreadableFile when it is none, BadInput naming a column or an offer that says what none can say.
    """
    try:
        with pq.ParquetFile(path, pre_buffer=False, buffer_size=BUFFER) as file:
            names = file.schema_arrow.names
            unknown = [name for name in names if name not in SCHEMA.names or names.count(name) > 1]
            if unknown or "id" not in names:
                wrong = f"knows no column {unknown[0]}, or not twice" if unknown else "needs a column id"
                raise BadInput(f"A file of offers {wrong}; its columns are {', '.join(SCHEMA.names)}.")
            for batch in file.iter_batches(batch_size=PIECE):
                batch.validate(full=True)
                columns = _columns(batch)
                del batch
                pa.default_memory_pool().release_unused()  # it would keep what the largest piece took
                yield columns
    except BadInput as fault:
        raise BadInput(f"{path.name}: {fault.message}") from fault
    except (pa.ArrowException, OSError, ValueError) as fault:
        raise UnreadableFile(f"{path.name} is no Parquet file of offers: {fault}") from fault


def _columns(batch: pa.RecordBatch) -> Columns:
    there = dict(zip(batch.schema.names, batch.columns, strict=True))
    of = {field.name: _cast(there.get(field.name, pa.nulls(len(batch))), field) for field in SCHEMA}
    starts, needs = _needs(of["skills"])
    return Columns.checked(
        ids=np.array(encoded(_objects(of["id"])), dtype=np.bytes_),
        titles=_objects(of["title"]),
        texts=_objects(of["text"]),
        kind=_codes(pc.fill_null(of["kind"], "job")),
        **{column: _codes(of[column]) for column in TEXTS if column != "kind"},
        languages=_groups(of["languages"]),
        licences=_groups(of["licences"]),
        **{
            column: _numbers(of[column], np.nan, np.float32)
            for column in ("latitude", "longitude", "salary_min", "salary_max", "hours")
        },
        remote=_numbers(of["remote"], False, np.bool_),
        education=_numbers(of["education"], 0, np.int8),
        opens=_numbers(of["opens"].cast(pa.int32()), EVER, np.int32),
        closes=_numbers(of["closes"].cast(pa.int32()), NEVER, np.int32),
        needs=Groups(starts=starts, members=_codes(needs["concept"])),
        given=_numbers(needs["weight"], 1.0, np.float32),
        essential=_numbers(needs["essential"], True, np.bool_),
        asked_level=_numbers(needs["level"], 0, np.int8),
        asked_proof=_numbers(needs["proof"], 0, np.int8),
    )


def _cast(column: Any, field: pa.Field) -> Any:
    """Return a column as what it must be. Raises BadInput where a value would change by that."""
    try:
        if field.name == "skills" and not pa.types.is_null(column.type):  # what is in it is cast piece by piece
            return column.cast(pa.list_(column.type.value_type))
        if pa.types.is_floating(field.type):
            column = column.cast(pa.float64())
        return column.cast(field.type)
    except (pa.ArrowException, AttributeError) as fault:
        raise BadInput(f"The column {field.name} cannot be read as {field.type}: {fault}") from fault


def _needs(column: Any) -> tuple[NDArray[np.int64], dict[str, Any]]:
    """Return where each offer's needs begin, and the members of all needs one after the other."""
    starts, flat = _flat(column)
    if not pa.types.is_struct(flat.type):
        flat = pa.StructArray.from_arrays([flat], ["concept"])
    members = dict(zip((field.name for field in flat.type), flat.flatten(), strict=True))
    if set(members) - {field.name for field in NEED} or "concept" not in members:
        raise BadInput(f"Skills hold {', '.join(field.name for field in NEED)}, not {', '.join(members)}.")
    return starts, {field.name: _cast(members.get(field.name, pa.nulls(len(flat))), field) for field in NEED}


def _flat(column: Any) -> tuple[NDArray[np.int64], Any]:
    lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return starts, column.flatten()


def _groups(column: Any) -> Groups:
    starts, flat = _flat(column)
    return Groups(starts=starts, members=_codes(flat))


def _codes(column: Any) -> Codes:
    """Return texts as codes: Arrow finds the distinct ones, and only those become objects."""
    coded = column.dictionary_encode()
    names = coded.dictionary.to_pylist()
    table = table_of(name for name in names if name)
    rank = {name.decode(): row for row, name in enumerate(table.tolist())}
    rows = np.array([rank.get(name, -1) if name else -1 for name in names] + [-1], dtype=np.int32)
    indices = pc.fill_null(coded.indices, len(names)).to_numpy(zero_copy_only=False)
    return Codes(table=table, rows=rows[indices])


def _objects(column: Any) -> NDArray[np.object_]:
    texts = pc.fill_null(column, "").to_pylist()
    found = np.empty(len(texts), dtype=object)
    found[:] = texts
    return found


def _numbers(column: Any, absent: Any, kind: type) -> NDArray[Any]:
    return np.asarray(pc.fill_null(column, absent).to_numpy(zero_copy_only=False)).astype(kind)
