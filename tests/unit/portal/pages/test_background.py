"""What takes long is made once, whoever asks; what failed is tried again; only the latest answers are kept."""

from __future__ import annotations

import threading

from skillspace.portal.pages.background import Slow, Worked
from tests.patience import PATIENCE_S


def test_who_asks_too_early_is_told_nothing_and_later_gets_it() -> None:
    free, made = threading.Event(), list[int]()

    def make() -> str:
        free.wait(PATIENCE_S)
        made.append(1)
        return "it"

    slow = Slow("it", make)
    assert slow.get(0.01) is None
    assert slow.get(0.01) is None
    free.set()
    assert slow.get(10) == "it"
    assert slow.get(0) == "it"
    assert made == [1]


def test_what_failed_is_tried_again_by_who_asks_next() -> None:
    tries = list[int]()

    def make() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("not yet")
        return "it"

    slow = Slow("it", make)
    assert slow.get(10) is None
    assert slow.get(10) == "it"


def test_equal_questions_are_worked_out_once_and_old_answers_go() -> None:
    made = list[int]()
    worked: Worked[int] = Worked("numbers", kept=2)

    def ask(number: int) -> int | None:
        def make() -> int:
            made.append(number)
            return number

        return worked.get(number, make, 10)

    assert [ask(number) for number in (1, 2, 1, 3, 1, 2)] == [1, 2, 1, 3, 1, 2]
    assert made == [1, 2, 3, 2]


def test_only_so_many_are_worked_out_at_once() -> None:
    free, running, most = threading.Event(), list[int](), list[int]()
    worked: Worked[int] = Worked("numbers", at_once=2)

    def make() -> int:
        running.append(1)
        most.append(len(running))
        free.wait(PATIENCE_S)
        running.pop()
        return 1

    assert [worked.get(number, make, 0.05) for number in range(5)] == [None] * 5
    free.set()
    assert [worked.get(number, make, 10) for number in range(5)] == [1] * 5
    assert max(most) <= 2
