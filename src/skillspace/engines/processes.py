"""The engine that is always there: processes forked from this one, which share what it has opened."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from skillspace.engines.engine import AHEAD, Piece, Result, in_order
from skillspace.kernel.errors import Unavailable

_work: Callable[[Any], Any] | None = None


def answers(
    begin: Callable[[], Callable[[Piece], Result]], pieces: Iterable[Piece], *, workers: int
) -> Iterator[Result]:
    """Give the result of each piece in order (see `Engine`); one worker is this process itself.

    Raises Unavailable when a worker is ended from outside, as happens where memory is short.
    """
    global _work  # noqa: PLW0603 - processes forked from this one find it there, with all it has in memory
    work = _work = begin()
    if workers == 1:
        yield from map(work, pieces)
        return
    forked = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(workers, mp_context=forked, initializer=_leave_interrupts_to_the_first_process)

    def submit(piece: Piece) -> Future[Result]:
        return pool.submit(_answer, piece)

    try:
        yield from in_order(pieces, submit, Future.done, Future.result, most=AHEAD * workers)
    except BrokenProcessPool as fault:
        raise Unavailable(
            "One of the processes at work was ended from outside; if memory is short, ask for fewer --workers."
        ) from fault
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts_to_the_first_process() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _answer(piece: Any) -> Any:
    if _work is None:
        raise RuntimeError("a worker was asked before its work had begun")
    return _work(piece)
