"""JSON Lines through commands: many lines answered by several workers, in the order they came."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from skillspace.kernel.errors import BadInput
from skillspace.skills.answering import Answer, Answers, Question

Batch = list[tuple[int, bytes]]
"""Lines with their numbers."""
Encode = Callable[[list[bytes]], Any]
"""Makes of answers what is handed back to the first process; raises BadInput."""
Answered = tuple[Any, int, str | None]
"""(encoded answers up to the first line that cannot be read, how many they are, what is wrong with that line)"""


def line_batches(source: Path | None, size: int) -> Iterator[Batch]:
    """Give the lines of a file, or of standard input, empty ones apart. Raises BadInput where it cannot be read."""
    with nullcontext(sys.stdin.buffer) if source is None else _opened(source) as lines:
        yield from batches(lines, size)


def batches(lines: Iterable[bytes], size: int, first: int = 1) -> Iterator[Batch]:
    """Give lines by ``size`` with their numbers, empty ones apart; ``first`` is the number of the first."""
    numbered = ((number, line) for number, line in enumerate(lines, first) if line.strip())
    while batch := list(islice(numbered, size)):
        yield batch


def begin(home: Path, question: Question, encode: Encode) -> Callable[[Batch], Answered]:
    """Open what a question needs and return what answers its batches: what each worker does first."""
    return partial(answer_batch, Answers(home).to(question), encode)


def answer_batch(answer: Answer, encode: Encode, batch: Batch) -> Answered:
    """Answer lines up to the first that cannot be read."""
    answers: list[bytes] = []
    fault = None
    try:
        for number, line in batch:
            answers.append(answer(line, number))
    except BadInput as found:
        fault = found.message
    return encode(answers), len(answers), fault


def _opened(source: Path) -> BinaryIO:
    try:
        return source.open("rb")
    except OSError as fault:
        raise BadInput(f"{source} cannot be read ({fault.strerror}).") from fault
