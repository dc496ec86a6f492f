"""The stored task of mandates: a clock that sees birthdays, ends, and grants nobody confirmed."""

from __future__ import annotations

from datetime import timedelta

from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.mandate.appointing import Appointing

CLOCK = "mandate.clock"
TICK = timedelta(minutes=1)


def register(book: TaskBook, appointing: Appointing) -> None:
    """Write the handler into the node's book."""

    def tick(run: TaskRun) -> None:
        # Each batch is a transaction of its own: on a first of January many have their birthday.
        is_busy = True
        while is_busy:
            with run.database.writing() as work:
                is_busy = appointing.tick(work) > 0
        with run.finishing(again_after=TICK):
            pass

    book.on_task(CLOCK, tick)


def start(work: Work) -> None:
    """Start the clock; it goes on by itself, and a second start changes nothing."""
    work.enqueue(CLOCK, {}, key=CLOCK)
