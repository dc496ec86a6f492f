"""What must be remembered between publications, and never published: the counts behind what was shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import orjson

from skillspace.insight.cubes import Concept
from skillspace.insight.disclosure import Cell, Protected, Reason
from skillspace.kernel.errors import UnreadableFile

FORMAT = "skillspace-statistics-memory-1"


def remember(tables: Mapping[Concept, Protected]) -> bytes:
    """Write the state of every table; it holds true counts, so it stays in the node's own database."""
    concepts = {
        concept: [
            [place, column, cell.value, cell.reason, cell.as_of.isoformat(), table.counted[place, column]]
            for (place, column), cell in sorted(table.cells.items())
        ]
        for concept, table in tables.items()
    }
    return orjson.dumps({"format": FORMAT, "concepts": concepts})


def recall(content: bytes) -> dict[Concept, Protected]:
    """Read it back. Raises UnreadableFile: without it a new publication could be set against the old one."""
    try:
        document = orjson.loads(content)
        if document["format"] != FORMAT:
            raise ValueError(f"its format is {document['format']}")
        return {concept: _table(rows) for concept, rows in document["concepts"].items()}
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise UnreadableFile(f"The memory of earlier statistics cannot be read ({fault}); restore it.") from fault


def _table(rows: list[list[object]]) -> Protected:
    cells, counted = {}, {}
    for place, column, value, reason, day, count in rows:
        if not isinstance(count, int) or not isinstance(column, int):
            raise TypeError("a count is no number")
        cells[str(place), column] = Cell(
            value=value if isinstance(value, int) else None,
            reason=Reason(str(reason)) if reason is not None else None,
            as_of=dt.date.fromisoformat(str(day)),
        )
        counted[str(place), column] = count
    return Protected(cells=cells, counted=counted)
