"""One transaction for a request, and work that outlives a crash."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from skillspace.kernel.errors import BadInput, PeerUnreachable, Unavailable
from skillspace.kernel.events import Event
from skillspace.storage import tasks as stored_tasks
from skillspace.storage.database import Database, Work, tasks
from skillspace.storage.tasks import TaskBook, TaskRun, Worker
from tests.conftest import NOON
from tests.patience import PATIENCE_S
from tests.tables import make_tables


class HeldClock:
    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def database(tmp_path: Path, clock: HeldClock) -> Iterator[Database]:
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    yield database
    database.close()


def waiting(database: Database) -> list[str]:
    with database.reading() as work:
        return [row["name"] for row in work.rows(sa.select(tasks.c.name).order_by(tasks.c.id))]


def test_a_failed_request_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(BadInput), database.writing() as work:
        work.enqueue("greet", {})
        raise BadInput
    assert waiting(database) == []


def test_a_task_runs_once_and_is_gone(database: Database) -> None:
    seen: list[object] = []
    book = TaskBook()

    def greet(run: TaskRun) -> None:
        with run.finishing():
            seen.append(run.payload["whom"])

    book.on_task("greet", greet)
    with database.writing() as work:
        work.enqueue("greet", {"whom": "Alva"})
    assert Worker(database, book).run_due() == 1
    assert seen == ["Alva"]
    assert waiting(database) == []


def test_a_second_task_with_a_living_key_is_dropped(database: Database) -> None:
    with database.writing() as work:
        work.enqueue("crawl", {}, key="crawl uni")
        work.enqueue("crawl", {}, key="crawl uni")
    assert waiting(database) == ["crawl"]


def test_an_event_reaches_every_listener_in_the_transaction_that_closes_it(database: Database) -> None:
    heard: list[str] = []
    book = TaskBook()
    book.on_event("consent.granted", lambda _work, event: heard.append(f"one {event['about']}"))
    book.on_event("consent.granted", lambda _work, event: heard.append(f"two {event['about']}"))
    with database.writing() as work:
        work.publish(Event(name="consent.granted", about="grant-1"))
    Worker(database, book).run_due()
    assert heard == ["one grant-1", "two grant-1"]
    assert waiting(database) == []


def test_a_peer_that_is_down_is_asked_again_and_later_until_it_answers(database: Database, clock: HeldClock) -> None:
    book, answers = TaskBook(), iter([PeerUnreachable, PeerUnreachable, None])

    def ask(run: TaskRun) -> None:
        if (fault := next(answers)) is not None:
            raise fault
        with run.finishing():
            pass

    book.on_task("ask", ask)
    worker = Worker(database, book)
    with database.writing() as work:
        work.enqueue("ask", {})
    assert worker.run_due() == 1
    assert worker.run_due() == 0, "not before its time"
    for _ in range(2):
        clock.moment += stored_tasks.LONGEST_WAIT
        worker.run_due()
    assert waiting(database) == []


def test_a_fault_of_our_own_ends_on_the_dead_letter_page_with_its_reason(database: Database, clock: HeldClock) -> None:
    book = TaskBook()

    def break_down(run: TaskRun) -> None:
        raise BadInput("the badge is broken")

    book.on_task("read", break_down)
    worker = Worker(database, book)
    with database.writing() as work:
        work.enqueue("read", {})
    for _ in range(stored_tasks.ATTEMPTS_ON_FAULT):
        worker.run_due()
        clock.moment += stored_tasks.LONGEST_WAIT
    with database.reading() as work:
        row = work.one(sa.select(tasks))
    assert row is not None
    assert (row["state"], row["last_error"]) == ("dead", "BadInput: the badge is broken")


def test_whoever_wants_to_hears_that_a_task_was_given_up_and_only_then(database: Database, clock: HeldClock) -> None:
    book, heard = TaskBook(), list[tuple[object, str]]()

    def unreachable(run: TaskRun) -> None:
        raise Unavailable("nobody answers")

    book.on_task("send", unreachable, given_up=lambda _work, payload, fault: heard.append((payload, str(fault))))
    worker = Worker(database, book)
    with database.writing() as work:
        work.enqueue("send", {"letter": 1})
    for _ in range(3 * stored_tasks.ATTEMPTS_ON_FAULT):
        worker.run_due()
        clock.moment += stored_tasks.LONGEST_WAIT
    assert heard == []
    clock.moment += stored_tasks.PATIENCE
    worker.run_due()
    assert heard == [({"letter": 1}, "nobody answers")]


def test_a_clock_that_died_goes_again_once_it_is_started_again(database: Database, clock: HeldClock) -> None:
    book, ran = TaskBook(), list[object]()
    is_broken = True

    def tick(run: TaskRun) -> None:
        if is_broken:
            raise OSError("the disk was full for a minute")
        with run.finishing(again_after=timedelta(minutes=1)):
            ran.append(run.payload)

    book.on_task("clock", tick)
    worker = Worker(database, book)
    for round in range(3):
        with database.writing() as work:
            work.enqueue("clock", {"round": round}, key="clock")
        for _ in range(stored_tasks.ATTEMPTS_ON_FAULT):
            worker.run_due()
            clock.moment += stored_tasks.LONGEST_WAIT
        is_broken = False
    assert ran[0] == {"round": 1}
    assert all(one == {"round": 1} for one in ran), "a living task is not changed by another of its key"


def test_a_regular_task_comes_again_even_after_weeks(database: Database, clock: HeldClock) -> None:
    ran: list[datetime] = []
    book = TaskBook()

    def look(run: TaskRun) -> None:
        with run.finishing(again_after=timedelta(hours=6)) as work:
            ran.append(work.now)

    book.on_task("look", look)
    worker = Worker(database, book)
    with database.writing() as work:
        work.enqueue("look", {}, key="look")
    for _ in range(100):
        worker.run_due()
        clock.moment += timedelta(hours=6)
    assert len(ran) == 100


def test_what_was_running_when_the_process_died_is_taken_up_at_the_next_start(database: Database) -> None:
    done = threading.Event()
    book = TaskBook()

    def greet(run: TaskRun) -> None:
        with run.finishing():
            done.set()

    book.on_task("greet", greet)
    with database.writing() as work:
        work.enqueue("greet", {})
        work.update(tasks, tasks.c.name == "greet", state="running", attempts=1)
    worker = Worker(database, book)
    worker.start()
    assert done.wait(PATIENCE_S)
    worker.stop()


def test_two_workers_never_do_the_same_task_at_the_same_time(tmp_path: Path) -> None:
    database = Database.in_folder(tmp_path)
    make_tables(database)
    ran: list[object] = []
    book = TaskBook()

    def count(run: TaskRun) -> None:
        ran.append(run.payload["number"])
        with run.finishing():
            pass

    book.on_task("count", count)
    with database.writing() as work:
        for number in range(60):
            work.enqueue("count", {"number": number})
    threads = [threading.Thread(target=Worker(database, book).run_due) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, ran)) == sorted(map(str, range(60)))
    database.close()


def test_an_upsert_overwrites_and_an_insert_new_does_not(database: Database) -> None:
    def row(name: str, work: Work) -> dict[str, object]:
        return {"id": "t1", "name": name, "payload": {}, "state": "waiting", "due": work.now, "made": work.now}

    with database.writing() as work:
        assert work.insert_new(tasks, row("first", work), on="id")
        assert not work.insert_new(tasks, row("second", work), on="id")
    assert waiting(database) == ["first"]
    with database.writing() as work:
        work.upsert(tasks, row("third", work), on=("id",))
    assert waiting(database) == ["third"]


def test_a_task_that_waits_can_be_brought_forward(database: Database) -> None:
    ran: list[str] = []
    book = TaskBook()

    def look(run: TaskRun) -> None:
        with run.finishing():
            ran.append(run.name)

    book.on_task("look", look)
    with database.writing() as work:
        work.enqueue("look", {}, after=timedelta(hours=1))
    worker = Worker(database, book)
    assert worker.run_due() == 0
    with database.writing() as work:
        work.bring_forward("look")
    assert worker.run_due() == 1


def test_what_failed_is_tried_again_when_it_is_due_though_somebody_looked_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_tasks, "LOOK_AGAIN_S", 600.0)
    database = Database.in_folder(tmp_path)
    make_tables(database)
    book, again = TaskBook(), threading.Event()
    worker = Worker(database, book, threads=2)

    def tell(run: TaskRun) -> None:
        if run.attempt == 1:
            until_looked(worker)
            raise PeerUnreachable("nobody answers")
        again.set()
        with run.finishing():
            pass

    book.on_task("tell", tell)
    with database.writing() as work:
        work.enqueue("tell", {})
    worker.start()
    try:
        assert again.wait(PATIENCE_S)
    finally:
        worker.stop()
        database.close()


def until_looked(worker: Worker) -> None:
    """Wait until the other thread looks for something to do, and a moment longer: there is nothing."""
    for _ in range(400):
        if worker._line.looking.locked():
            break
        time.sleep(0.05)
    time.sleep(0.3)


def test_the_first_attempt_at_an_urgent_task_waits_for_no_long_work(tmp_path: Path) -> None:
    database = Database.in_folder(tmp_path)
    make_tables(database)
    book, may_end, told, again = TaskBook(), threading.Event(), threading.Event(), threading.Event()

    def push(run: TaskRun) -> None:
        may_end.wait(PATIENCE_S)
        with run.finishing():
            pass

    def tell(run: TaskRun) -> None:
        told.set()
        if run.attempt == 1:
            raise PeerUnreachable("nobody answers")
        again.set()
        with run.finishing():
            pass

    book.on_task("push", push)
    book.on_task("tell", tell, is_urgent=True)
    worker = Worker(database, book, threads=1, urgent_threads=1)
    with database.writing() as work:
        work.enqueue("push", {})
    worker.start()
    try:
        until_running(database, "push")
        with database.writing() as work:
            work.enqueue("tell", {})
        assert told.wait(PATIENCE_S)
        # Who did not answer waits with everything else, and holds up nobody's first word.
        assert not again.wait(1)
        may_end.set()
        assert again.wait(PATIENCE_S)
    finally:
        may_end.set()
        worker.stop()
        database.close()


def until_running(database: Database, name: str) -> None:
    deadline = datetime.now(UTC) + timedelta(seconds=PATIENCE_S)
    while datetime.now(UTC) < deadline:
        with database.reading() as work:
            if work.where(tasks, name=name, state="running"):
                return
    raise AssertionError(f"{name} does not begin")
