"""Pieces of a file: a line, a row or a member of a list, each read or rejected by itself, as it was written."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

_UNKNOWN = object()
"""The run of a piece that cannot be read: it may belong to the one before it and to the one after."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What stands at one place of a file: a record, or why there is none (`fault`, a sentence).

    `written` are its bytes as they stand in the file; None where it is part of a larger whole, and then `record` says
    all.
    """

    place: str
    record: Mapping[str, object] | None = None
    written: bytes | None = None
    fault: str = ""


def as_line(value: object) -> bytes:
    """Return a JSON value as one line of JSON Lines."""
    return json.dumps(value).encode() + b"\n"


def as_written(piece: Piece) -> bytes:
    """Return a piece as it stands in its file, with an end of line where the file ended without one."""
    if piece.written is None:
        return as_line(piece.record)
    return piece.written if piece.written.endswith((b"\n", b"\r")) else piece.written + b"\n"


def runs(
    pieces: Iterable[Piece], run_of: Callable[[Mapping[str, object]], Hashable | None] | None
) -> Iterator[list[Piece]]:
    """Give pieces that make one record together: those whose `run_of` is the same and that stand side by side.

    Alone is a record of no run (None). What cannot be read stays with the runs it stands between, for it may belong
    to either.
    """
    if run_of is None:
        yield from ([piece] for piece in pieces)
        return
    run: list[Piece] = []
    last: Hashable | None = None
    for piece in pieces:
        key = _UNKNOWN if piece.record is None else run_of(piece.record)
        is_next = key is not None and (key == last or (last is not None and _UNKNOWN in (key, last)))
        if run and not is_next:
            yield run
            run = []
        run.append(piece)
        last = key
    if run:
        yield run
