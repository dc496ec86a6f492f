"""What every engine does: work is begun once in each worker, pieces go in, results come out in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from importlib import import_module
from typing import Protocol, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")
Waiting = TypeVar("Waiting")

AHEAD = 4  # pieces a worker may have waiting: enough to keep it busy, few enough to keep memory small


class Engine(Protocol):
    """Maps pieces to results. ``begin`` opens what a worker needs, once in each, and returns what answers a piece.

    Results come in the order of the pieces, which are taken as workers become free: input without an end is fine.
    What ``begin`` raises, or answering does, is raised here. ``begin``, pieces and results must be picklable.
    """

    def __call__(
        self, begin: Callable[[], Callable[[Piece], Result]], pieces: Iterable[Piece], *, workers: int
    ) -> Iterator[Result]:
        """Give the result of each piece."""
        ...


class EngineName(StrEnum):
    """The engines there are; each lives in the module of its name and is read when it is asked for."""

    PROCESSES = "processes"
    RAY = "ray"


def engine(name: EngineName) -> Engine:
    """Return an engine. Raises Unavailable, saying what to install, where its library is missing."""
    found: Engine = import_module(f"skillspace.engines.{name.value}").answers
    return found


def in_order(
    pieces: Iterable[Piece],
    submit: Callable[[Piece], Waiting],
    is_done: Callable[[Waiting], bool],
    result: Callable[[Waiting], Result],
    *,
    most: int,
) -> Iterator[Result]:
    """Submit pieces, at most ``most`` ahead of what was taken, and give their results in order, early where ready."""
    waiting: deque[Waiting] = deque()
    for piece in pieces:
        waiting.append(submit(piece))
        while waiting and (len(waiting) >= most or is_done(waiting[0])):
            yield result(waiting.popleft())
    while waiting:
        yield result(waiting.popleft())
