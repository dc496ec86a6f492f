"""xAPI itself: statements of 1.0.3 and 2.0, bare or as stores keep them, lifted to 2.0.

What a store wraps around a statement is opened, dots it could not keep in names come back, times get their offset.
What xAPI does not know is left out and told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from skillspace.kernel.errors import BadInput
from skillspace.records.traces.making import moment_of, uuid_of
from skillspace.records.traces.source import Json, Origin, Source, Statement
from skillspace.records.traces.trace import Trace

_PARTS = ("actor", "verb", "object", "result", "context", "attachments", "authority", "stored")


def records(found: Iterable[Json]) -> Iterator[Json]:
    """Open what a store wraps around statements: an answer to a query, or a document around each."""
    for one in found:
        listed = one.get("statements")
        if isinstance(listed, list):
            yield from (each for each in listed if isinstance(each, Mapping))
        else:
            yield one


def read(record: Trace, origin: Origin) -> Iterator[Statement]:
    """Give the one statement of a record."""
    yield lifted(record, origin)


def lifted(record: Trace, origin: Origin) -> Statement:
    """Return a statement as xAPI 2.0 writes it; raise BadInput where there is none."""
    if not {"actor", "verb", "object"} <= record.content.keys():
        record = record.part("statement") or record
    if not {"actor", "verb", "object"} <= record.content.keys():
        raise BadInput("This is no statement: it has not all of actor, verb and object.")
    record.take("version")
    made: dict[str, Any] = {"id": uuid_of(record.text("id"), record.content)}
    for name in _PARTS:
        found = record.take(name)
        if found is not None:
            made[name] = _dotted(found)
    when = record.text("timestamp")
    if when:
        made["timestamp"] = moment_of(when, origin)
    return made


SOURCE = Source(name="xapi", title="xAPI 1.0.3 and 2.0", read=read, records=records)


def _dotted(value: object) -> object:
    """Return a value with the dots in its names that a store had written as ``&46;``."""
    if isinstance(value, Mapping):
        return {str(name).replace("&46;", "."): _dotted(inner) for name, inner in value.items()}
    return [_dotted(inner) for inner in value] if isinstance(value, list) else value
