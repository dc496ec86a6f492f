"""Shards of Parquet: what was answered whole is never answered again, however a run ended.

A shard is a row group, or a few thousand rows of a large one. Its answers are written under another name and renamed
when they are whole, in a folder beside the file that will hold all of them; that file is put together, again under
another name, when no shard is missing.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterator
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow.parquet as pq
from rich.console import Console

from skillspace.cli.json_lines import Batch
from skillspace.cli.parquet import ABOUT, Shelf, encode, open_source, row_lines, schema_of, sources
from skillspace.kernel.errors import BadInput, Conflict
from skillspace.kernel.home import home_folder
from skillspace.skills.answering import Answers, Question

if TYPE_CHECKING:
    from skillspace.cli.answering import Job

ASKED = "asked.json"
SHARD = 6_400  # rows at most, in whole pieces of work: at full quality, some minutes of one machine
Shard = tuple[int, int]
"""(row group, which part of it)"""


class Target:
    """The answers to one file: which shards stand already, and the whole when none is missing."""

    def __init__(self, source: Path, out: Path, question: Question, version: str, size: int) -> None:
        """``size`` is how many rows are a piece of work.

        Raise UnreadableFile or BadInput for the source, Conflict where ``out`` answers something else.
        """
        self.source, self._out, self._question, self._size = source, out, question, size
        self._opened, id_type = open_source(source, question)
        seen = source.stat()
        self._about = orjson.dumps(
            {
                "asked": repr(question),
                "version": version,
                "source": source.name,
                "bytes": seen.st_size,
                "changed": seen.st_mtime_ns,
                "piece": size,
            }
        )
        self.schema = schema_of(question, id_type, self._about)
        self.parts = out.with_name(out.name + ".parts")
        self._groups = [self._opened.metadata.row_group(at).num_rows for at in range(self._opened.num_row_groups)]
        self._part_rows = max(SHARD // size, 1) * size
        self._shards: list[Shard] = [
            (at, part) for at, rows in enumerate(self._groups) for part in range(-(-rows // self._part_rows))
        ]

    @cached_property
    def is_whole(self) -> bool:
        """Whether the answers stood before this run began."""
        if not self._out.exists():
            return False
        try:
            said = (pq.read_schema(self._out).metadata or {}).get(ABOUT)
        except (OSError, ValueError):
            said = None
        if said != self._about:
            raise Conflict(
                f"{self._out} is there and does not hold these answers to {self.source} as it is now; "
                "take it away, or choose another --out."
            )
        return True

    @cached_property
    def missing(self) -> list[Shard]:
        """The shards that were not answered before this run began; parts of another question are thrown away."""
        if self.is_whole:
            return []
        self._out.parent.mkdir(parents=True, exist_ok=True)
        asked = self.parts / ASKED
        if not asked.exists() or asked.read_bytes() != self._about:
            shutil.rmtree(self.parts, ignore_errors=True)
            self.parts.mkdir()
            fresh = asked.with_suffix(".part")
            fresh.write_bytes(self._about)
            fresh.rename(asked)
        return [shard for shard in self._shards if not self.part(shard).exists()]

    @property
    def standing(self) -> int:
        """How many shards stood before this run began."""
        return len(self._shards) - len(self.missing)

    @property
    def rows(self) -> int:
        """How many rows are missing."""
        return sum(min(self._part_rows, self._groups[at] - part * self._part_rows) for at, part in self.missing)

    def part(self, shard: Shard) -> Path:
        """Return where the answers of a shard lie."""
        return self.parts / f"{shard[0]:06}-{shard[1]:04}.parquet"

    def lines(self) -> Iterator[tuple[Shard, Batch]]:
        """Give the rows of the missing shards."""
        missing = set(self.missing)
        for group in sorted({at for at, _ in missing}):
            first = sum(self._groups[:group])
            batches = row_lines(self._opened, self._question, self.source, group=group, first=first, size=self._size)
            for at, batch in enumerate(batches):
                if (shard := (group, at * self._size // self._part_rows)) in missing:
                    yield shard, batch

    def finish(self) -> None:
        """Put the whole together from its parts, and take them away."""
        if self.is_whole:
            return
        shelf = Shelf(self._out, self.schema)
        try:
            for shard in self._shards:
                part = pq.ParquetFile(self.part(shard))
                for group in range(part.num_row_groups):
                    for batch in part.read_row_group(group).to_batches():
                        shelf.put(batch)
        except BaseException:
            shelf.abandon()
            raise
        shelf.close()
        shutil.rmtree(self.parts)


def answer_shards(job: Job, source: Path, out: Path) -> None:
    """Answer a file into a file, or a folder's files into a folder's of the same names, whatever stands left alone.

    Raises BadInput at the first row that cannot be read; shards before it are kept.
    """
    version = Answers(home_folder()).version(job.question)
    if source.is_dir():
        targets = [Target(file, out / file.name, job.question, version, job.batch) for file in sources(source)]
    else:
        targets = [Target(source, out / source.name if out.is_dir() else out, job.question, version, job.batch)]
    if standing := sum(target.standing for target in targets):
        of = standing + sum(len(target.missing) for target in targets)
        Console(stderr=True).print(f"{standing} of {of} shards were answered before.", highlight=False)
    by_type = {str(target.schema.field("id").type): target.schema.remove_metadata() for target in targets}
    if len(by_type) > 1:
        raise BadInput(f"The files of {source} have ids of several types ({', '.join(by_type)}); answer them apart.")
    _answer(job, targets, *by_type.values())
    for target in targets:
        target.finish()


def _answer(job: Job, targets: list[Target], schema: Any) -> None:
    asked: deque[tuple[Target, Shard]] = deque()  # results come in the order of the pieces, so this names each

    def pieces() -> Iterator[Batch]:
        for target in targets:
            for shard, batch in target.lines():
                asked.append((target, shard))
                yield batch

    rows = sum(target.rows for target in targets)
    current: tuple[Target, Shard] | None = None
    shelf: Shelf | None = None
    try:
        for answers, _, fault in job.answered(pieces(), partial(encode, schema), rows) if rows else ():
            this = asked.popleft()
            if this != current:
                if shelf is not None:
                    shelf.close()
                current, shelf = this, Shelf(this[0].part(this[1]), schema)
            if fault is not None:
                raise BadInput(fault)
            assert shelf is not None  # noqa: S101 - it was made with the shard
            shelf.put(answers)
    except BaseException:
        if shelf is not None:
            shelf.abandon()
        raise
    if shelf is not None:
        shelf.close()
