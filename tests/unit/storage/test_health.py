"""How the queue is doing: what is late, what failed for good, and what may be done about it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from skillspace.kernel.errors import NotFound, SkillspaceError
from skillspace.storage.database import Database
from skillspace.storage.health import dead_tasks, drop, queue, retry
from skillspace.storage.tasks import ATTEMPTS_ON_FAULT, TaskBook, TaskRun, Worker
from tests.conftest import NOON
from tests.tables import make_tables


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database.in_folder(tmp_path, clock=lambda: NOON)
    make_tables(database)
    return database


def test_regular_tasks_that_wait_for_their_time_are_not_in_the_queue(database: Database) -> None:
    with database.writing() as work:
        work.enqueue("regular", {}, after=timedelta(minutes=5))
        work.enqueue("now", {})
    with database.reading() as work:
        found = queue(work)
    assert (found.waiting, found.oldest, found.dead) == (1, NOON, 0)


def test_a_task_that_failed_for_good_is_seen_tried_again_and_given_up(tmp_path: Path) -> None:
    at = [NOON]
    database = Database.in_folder(tmp_path / "moving", clock=lambda: at[0])
    make_tables(database)
    runs: list[int] = []

    def fail(run: TaskRun) -> None:
        runs.append(run.attempt)
        raise SkillspaceError("It broke.")

    book = TaskBook()
    book.on_task("broken", fail)
    with database.writing() as work:
        work.enqueue("broken", {})
    worker = Worker(database, book)

    def exhaust() -> None:
        for _ in range(ATTEMPTS_ON_FAULT):
            at[0] += timedelta(minutes=1)
            worker.run_due()

    exhaust()
    with database.writing() as work:
        assert queue(work).dead == 1
        [dead] = dead_tasks(work)
        assert (dead.name, dead.attempts, dead.error) == ("broken", ATTEMPTS_ON_FAULT, "SkillspaceError: It broke.")
        assert retry(work, dead.id) == "broken"
        assert (queue(work).dead, queue(work).waiting) == (0, 1)
    exhaust()
    assert runs == [*range(1, ATTEMPTS_ON_FAULT + 1)] * 2
    with database.writing() as work:
        assert drop(work, dead.id) == "broken"
        assert dead_tasks(work) == []
        with pytest.raises(NotFound):
            retry(work, dead.id)
        with pytest.raises(NotFound):
            drop(work, dead.id)
