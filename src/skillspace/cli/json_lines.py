"""JSON Lines through commands: many lines answered by several processes, in the order they came."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from skillspace.kernel.errors import BadInput

Answer = Callable[[bytes, int], bytes]
"""(line, its number) → its answer with a line break; raises BadInput, naming the line."""

_Batch = list[tuple[int, bytes]]
_answer: Answer | None = None


def answer_lines(source: Path | None, output: BinaryIO, answer: Answer, *, workers: int, batch: int, name: str) -> None:
    """Answer every line of a file, or of standard input, empty ones apart; progress goes to standard error.

    Raises BadInput at the first line that cannot be read, after everything before it was answered.
    """
    with nullcontext(sys.stdin.buffer) if source is None else _opened(source) as lines:
        batches = _batches(lines, batch)
        with Progress(
            SpinnerColumn(),
            TextColumn(name),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        ) as bars:
            bar = bars.add_task(name, total=None)
            for answered, count, fault in _answered(batches, answer, workers):
                output.write(answered)
                bars.advance(bar, count)
                if fault is not None:
                    output.flush()
                    raise BadInput(fault)
    output.flush()


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as fault:
        raise BadInput(f"{source} cannot be read ({fault.strerror}).") from fault


def _batches(lines: Iterable[bytes], size: int) -> Iterator[_Batch]:
    numbered = ((number, line) for number, line in enumerate(lines, 1) if line.strip())
    while batch := list(islice(numbered, size)):
        yield batch


def _answered(batches: Iterable[_Batch], answer: Answer, workers: int) -> Iterator[tuple[bytes, int, str | None]]:
    global _answer  # noqa: PLW0603 - processes forked from this one find it there, with all it has in memory
    _answer = answer
    if workers == 1:
        yield from map(_answer_batch, batches)
        return
    context = multiprocessing.get_context("fork")
    ahead = context.Semaphore(4 * workers)  # a pool would read the whole input before the first answer

    def held() -> Iterator[_Batch]:
        for batch in batches:
            ahead.acquire()
            yield batch

    with context.Pool(workers) as pool:
        for answered in pool.imap(_answer_batch, held()):
            ahead.release()
            yield answered


def _answer_batch(batch: _Batch) -> tuple[bytes, int, str | None]:
    """Return the answers up to the first line that cannot be read, how many they are, and what is wrong with it."""
    if _answer is None:
        raise RuntimeError("answering began without an answer")
    answers: list[bytes] = []
    try:
        for number, line in batch:
            answers.append(_answer(line, number))
    except BadInput as fault:
        return b"".join(answers), len(answers), fault.message
    return b"".join(answers), len(answers), None
