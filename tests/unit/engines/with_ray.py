"""Run by a test: answer one question of each kind with a Ray of our own, and say who listened where meanwhile."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from skillspace.cli.json_lines import Batch, batches, begin
from skillspace.cli.parquet import encode, schema_of
from skillspace.engines.ray import answers
from skillspace.kernel.errors import BadInput
from tests.questions import QUESTIONS, lines

LISTENING = "0A"
LOOPBACK = ("0100007F:", "00000000000000000000000001000000:", "0000000000000000FFFF00000100007F:")
Piece = tuple[str, str, Batch]


def begin_all(home: Path) -> Callable[[Piece], Any]:
    """Open every question with every way to write its answers."""
    schemas = {name: schema_of(question, pa.int64()) for name, question in QUESTIONS.items()}
    works = {
        (name, form): begin(home, question, b"".join if form == "lines" else partial(encode, schemas[name]))
        for name, question in QUESTIONS.items()
        for form in ("lines", "parquet")
    }

    def work(piece: Piece) -> Any:
        name, form, batch = piece
        if not batch:
            raise BadInput("nothing in it")
        return works[name, form](batch)

    return work


def listeners() -> list[str]:
    """Return the addresses beyond loopback on which this process or one that descends from it listens."""
    inodes = {inode for process in descendants(os.getpid()) for inode in sockets(process)}
    found = []
    for table in ("tcp", "tcp6"):
        for row in Path("/proc/net", table).read_text().splitlines()[1:]:
            address, state, inode = (row.split()[at] for at in (1, 3, 9))
            if state == LISTENING and inode in inodes:
                found.append(address)
    return found


def descendants(process: int) -> list[int]:
    """Return a process and all below it."""
    below = []
    for task in Path("/proc", str(process), "task").iterdir():
        below += [int(child) for child in (task / "children").read_text().split()]
    return [process, *(found for child in below for found in descendants(child))]


def sockets(process: int) -> Iterator[str]:
    """Give the numbers of the sockets a process holds."""
    for handle in Path("/proc", str(process), "fd").iterdir():
        try:
            target = os.readlink(handle)
        except OSError:
            continue
        if target.startswith("socket:["):
            yield target[8:-1]


def main(home: Path, count: int) -> dict[str, Any]:
    """Answer everything and return it."""
    heard: list[str] = []
    order: list[tuple[str, str]] = []

    def pieces() -> Iterator[Piece]:
        for name in QUESTIONS:
            for form in ("lines", "parquet"):
                for batch in batches(lines(name, count), 7):
                    order.append((name, form))
                    yield name, form, batch
        heard.extend(listeners())
        yield "enrich", "lines", []

    said: dict[str, Any] = {name: {"lines": "", "parquet": [], "count": 0} for name in QUESTIONS}
    fault = ""
    try:
        for at, (answered, number, _) in enumerate(answers(partial(begin_all, home), pieces(), workers=2)):
            name, form = order[at]
            if form == "lines":
                said[name]["lines"] += answered.decode()
                said[name]["count"] += number
            else:
                said[name]["parquet"] += answered.to_pylist()
    except BadInput as found:
        fault = found.message
    left = [process for process in descendants(os.getpid()) if process != os.getpid()]
    abroad = [address for address in heard if not address.startswith(LOOPBACK)]
    return {**said, "listeners": len(heard), "abroad": abroad, "fault": fault, "left": left}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
