"""Engines: work is begun once a worker, results come in order, and a fault reaches who asked."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count, islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.engines.engine import AHEAD, EngineName, engine, in_order
from skillspace.engines.processes import answers
from skillspace.kernel.errors import BadInput, Unavailable


def begin(*, told: list[str] | None = None) -> Callable[[int], tuple[int, int]]:
    if told is not None:
        told.append("begun")
    return work


def work(piece: int) -> tuple[int, int]:
    if piece < 0:
        raise BadInput(f"{piece} is less than nothing")
    if piece == 666:
        os.kill(os.getpid(), signal.SIGKILL)
    return piece * piece, os.getpid()


@pytest.mark.parametrize("workers", [1, 3])
def test_results_come_in_the_order_of_the_pieces(workers: int) -> None:
    results = list(answers(begin, range(200), workers=workers))
    assert [square for square, _ in results] == [at * at for at in range(200)]
    assert (os.getpid() in {process for _, process in results}) == (workers == 1)


@pytest.mark.parametrize("workers", [1, 2])
def test_work_is_begun_once_before_the_workers_part(workers: int) -> None:
    told: list[str] = []
    assert len(list(answers(partial(begin, told=told), range(9), workers=workers))) == 9
    assert told == ["begun"]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_is_raised_where_its_piece_would_have_been_answered(workers: int) -> None:
    running = answers(begin, [1, 2, -3, 4], workers=workers)
    assert [square for square, _ in islice(running, 2)] == [1, 4]
    with pytest.raises(BadInput, match="-3 is less than nothing"):
        next(running)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_beginning_comes_though_there_is_nothing_to_answer(workers: int) -> None:
    def fail() -> Callable[[int], int]:
        raise BadInput("no such thing")

    with pytest.raises(BadInput, match="no such thing"):
        list(answers(fail, [], workers=workers))


def test_input_without_an_end_is_taken_as_workers_become_free() -> None:
    taken: list[int] = []

    def pieces() -> Iterator[int]:
        for at in count():
            taken.append(at)
            yield at

    running = answers(begin, pieces(), workers=2)
    assert len(list(islice(running, 5))) == 5
    running.close()  # type: ignore[attr-defined]
    assert len(taken) <= 5 + 2 * AHEAD


def test_a_worker_that_is_killed_ends_the_work_and_says_so() -> None:
    with pytest.raises(Unavailable, match="ended from outside"):
        list(answers(begin, [1, 666, 2], workers=2))


@settings(max_examples=50)
@given(st.lists(st.integers()), st.integers(1, 9), st.sets(st.integers(0, 20)))
def test_order_is_kept_whoever_is_ready_first(pieces: list[int], most: int, early: set[int]) -> None:
    waiting: list[int] = []

    def submit(piece: int) -> int:
        waiting.append(piece)
        assert len(waiting) <= most
        return piece

    def result(piece: int) -> int:
        waiting.remove(piece)
        return piece

    assert list(in_order(pieces, submit, lambda piece: piece in early, result, most=most)) == pieces


def test_each_engine_that_has_a_name_has_a_module() -> None:
    for name in EngineName:
        assert callable(engine(name))
