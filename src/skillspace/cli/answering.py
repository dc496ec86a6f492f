"""What `enrich`, `link` and `translate` share: where questions come from, where answers go, and who works on them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from skillspace.cli.json_lines import Answered, Batch, Encode, begin, line_batches
from skillspace.cli.match_shards import answered_by_shards
from skillspace.engines.engine import EngineName, engine
from skillspace.kernel.errors import BadInput
from skillspace.kernel.home import home_folder
from skillspace.skills.answering import Answers, MatchPeople, Question, Translate

Out = Annotated[
    Path | None,
    typer.Option(help="Where answers go, Parquet if its name ends in .parquet; without it, standard output."),
]
Corrections = Annotated[
    list[Path] | None, typer.Option(help="What people said of links, as JSON Lines; it changes the ranking at once.")
]
Workers = Annotated[int, typer.Option(min=1, max=256, help="How many workers answer at once.")]
Engine = Annotated[EngineName, typer.Option(help="Who works: processes of this machine, or Ray.")]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One question to many texts or concepts: ``batch`` of them a piece of work, ``name`` what they are called.

    With ``by_shard`` each worker answers everybody from its share of an index, rather than some from all of it.
    """

    question: Question
    workers: int
    engine: EngineName
    batch: int
    name: str
    by_shard: bool = False

    def answered(self, batches: Iterable[Batch], encode: Encode, total: int | None = None) -> Iterator[Answered]:
        """Give each batch's answers in order, encoded by the workers; progress goes to standard error."""
        run, home = engine(self.engine), home_folder()
        if self.by_shard:
            assert isinstance(self.question, MatchPeople)  # noqa: S101 - no other question has shares
            found = answered_by_shards(run, home, self.question, encode, batches, workers=self.workers)
        else:
            found = run(partial(begin, home, self.question, encode), batches, workers=self.workers)
        columns = SpinnerColumn(), TextColumn(self.name), MofNCompleteColumn(), TimeElapsedColumn()
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            bar = bars.add_task(self.name, total=total)
            for answered in found:
                bars.advance(bar, answered[1])
                yield answered


def answer_all(job: Job, source: Path | None, out: Path | None) -> None:
    """Answer every line of JSON Lines, or every row of Parquet, in order.

    Raises BadInput at the first line that cannot be read, after everything before it was answered.
    """
    if not _is_parquet(source) and not _is_parquet(out):
        answer_lines(job, line_batches(source, job.batch), out)
        return
    if isinstance(job.question, Translate) and job.question.as_sssom:
        raise BadInput("A table in SSSOM is text: give JSON Lines, and an --out that does not end in .parquet.")
    from skillspace.cli.parquet import rows, write_parquet  # pyarrow is an extra
    from skillspace.cli.parquet_shards import answer_shards

    if source is None or not _is_parquet(source):
        assert out is not None  # noqa: S101 - one of the two is Parquet
        write_parquet(job, line_batches(source, job.batch), out)
    elif out is None or not (_is_parquet(out) or (source.is_dir() and not out.suffix)):
        answer_lines(job, rows(source, job.question, job.batch), out)
    else:
        answer_shards(job, source, out)


def answer_lines(job: Job, batches: Iterable[Batch], out: Path | None) -> None:
    """Write answers as JSON Lines."""
    head = Answers(home_folder()).head(job.question)
    output = sys.stdout.buffer if out is None else out.open("wb")
    try:
        output.write(head)
        for answers, _, fault in job.answered(batches, b"".join):
            output.write(answers)
            output.flush()  # who reads along need not wait for more
            if fault is not None:
                raise BadInput(fault)
    finally:
        if out is not None:
            output.close()


def _is_parquet(place: Path | None) -> bool:
    return place is not None and (place.suffix == ".parquet" or place.is_dir())


def weight_of(said: str) -> tuple[str, float]:
    """Return the weight and its number that somebody wrote as ``name=number``. Raises BadInput."""
    name, _, number = said.partition("=")
    try:
        return name, float(number)
    except ValueError as fault:
        raise BadInput(f"{said!r} is no weight; write a name and a number, such as optional=0.2.") from fault
