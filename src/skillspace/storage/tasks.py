"""Stored tasks: work that outlives a crash. A handler runs at least once, opens its own short transactions, and closes
the task in the same transaction as its last change. No transaction stays open while another node is asked something."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog

from skillspace.kernel.errors import SkillspaceError, Unavailable
from skillspace.storage.database import Database, Moment, Work, tasks

log = structlog.get_logger()

FIRST_WAIT = timedelta(milliseconds=200)
LONGEST_WAIT = timedelta(seconds=10)
#: A fault of our own is tried this often; a peer that is down is asked again for three days.
ATTEMPTS_ON_FAULT = 8
PATIENCE = timedelta(days=3)
#: Without news, the worker looks again this often.
LOOK_AGAIN_S = 5.0


@dataclass(frozen=True, kw_only=True)
class TaskRun:
    """One attempt at one task: what to do, and the two ways to touch the database."""

    id: str
    name: str
    payload: Mapping[str, Any]
    attempt: int
    database: Database

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """Look things up before the slow part."""
        with self.database.reading() as work:
            yield work

    @contextmanager
    def finishing(self, *, again_after: timedelta | None = None) -> Iterator[Work]:
        """Write the outcome and close the task, together; with `again_after` the same task comes due again then."""
        with self.database.writing() as work:
            yield work
            if again_after is None:
                work.remove(tasks, id=self.id)
            else:
                due = work.now + again_after
                work.update(
                    tasks, tasks.c.id == self.id, state="waiting", due=due, made=work.now, attempts=0, last_error=None
                )


Handler = Callable[[TaskRun], None]
GivenUp = Callable[[Work, Mapping[str, Any], Exception], None]
"""Hears, in the transaction in which a task ends for good, of its payload and of what it failed with."""


@dataclass
class TaskBook:
    """Which handler does which task; each room writes its own lines at composition."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    listeners: dict[str, list[Callable[[Work, Mapping[str, Any]], None]]] = field(default_factory=dict)
    urgent: set[str] = field(default_factory=set)
    given_up: dict[str, GivenUp] = field(default_factory=dict)

    def on_task(self, name: str, handler: Handler, *, is_urgent: bool = False, given_up: GivenUp | None = None) -> None:
        """Let `handler` do every task called `name`; the first attempt at an urgent one has threads of its own.

        `given_up` hears when one has failed for good, so that somebody may be told.
        """
        self.handlers[name] = handler
        if given_up is not None:
            self.given_up[name] = given_up
        if is_urgent:
            self.urgent.add(name)

    def on_event(self, name: str, listener: Callable[[Work, Mapping[str, Any]], None]) -> None:
        """Call `listener` within the closing transaction of every event called `name`."""
        self.listeners.setdefault(name, []).append(listener)

    def handler_of(self, name: str) -> Handler | None:
        """The handler of a task; events go to their listeners."""
        return self._tell if name.startswith("event:") else self.handlers.get(name)

    def _tell(self, run: TaskRun) -> None:
        with run.finishing() as work:
            for listener in self.listeners.get(run.name.removeprefix("event:"), []):
                listener(work, run.payload)


_WAITING = sa.select(tasks).where(tasks.c.state == sa.bindparam("state"))
_WAITING = _WAITING.order_by(tasks.c.due, tasks.c.id).limit(1)


class _Line:
    """Threads before the same tasks, of which one looks at a time; `only` says which tasks, None: all of them."""

    def __init__(self, threads: int, only: sa.ColumnElement[bool] | None = None) -> None:
        self.threads = threads
        self.following = _WAITING if only is None else _WAITING.where(only)
        due = self.following.where(tasks.c.due <= sa.bindparam("now", type_=Moment))
        self.due = due.with_for_update(skip_locked=True)
        self.looking = threading.Lock()
        self.news = threading.Event()


class Worker:
    """Takes due tasks one by one; wakes at once when a transaction leaves a new one.

    Several threads may run, of which one looks at a time; each claims its task by a guarded update, so none is done
    twice at the same time. What was running when the process died is taken up again at the next start. Beside them
    `urgent_threads` do nothing but make the first attempt at urgent tasks: neither long work nor peers that stay silent
    hold these up.
    """

    def __init__(self, database: Database, book: TaskBook, *, threads: int = 2, urgent_threads: int = 0) -> None:
        self._database = database
        self._book = book
        self._line = _Line(threads)
        self._urgent_threads = urgent_threads
        self._lines = [self._line]
        self._stopping = False
        self._running: list[threading.Thread] = []

    def start(self) -> None:
        """Take up what a crash left, then begin."""
        with self._database.writing() as work:
            work.update(tasks, tasks.c.state == "running", state="waiting", due=work.now)
        if self._urgent_threads and self._book.urgent:
            is_named = sa.or_(*(tasks.c.name == name for name in sorted(self._book.urgent)))
            self._lines.append(_Line(self._urgent_threads, is_named & (tasks.c.attempts == 0)))
        self._database.on_new_tasks.append(self.wake)
        for line in self._lines:
            for _ in range(line.threads):
                name = f"worker-{len(self._running)}"
                thread = threading.Thread(target=self._loop, args=(line,), name=name, daemon=True)
                thread.start()
                self._running.append(thread)

    def wake(self) -> None:
        """Look for work now."""
        for line in self._lines:
            line.news.set()

    def stop(self) -> None:
        """Finish the task in hand and end."""
        self._stopping = True
        self.wake()
        for thread in self._running:
            thread.join(timeout=15)

    def run_due(self) -> int:
        """Do everything that is due, in this thread, and return how many tasks ran: for tests and commands."""
        count = 0
        while (claimed := self.next_due()) is not None:
            self.perform(claimed)
            count += 1
        return count

    def next_due(self) -> TaskRun | None:
        """Claim the task that is due first, to be run with `perform`; None when none is."""
        return self._claim(self._line) if self._until_due(self._line) <= 0 else None

    def _loop(self, line: _Line) -> None:
        while not self._stopping:
            with line.looking:
                claimed = self._wait_for_one(line)
            if claimed is not None:
                self.perform(claimed)

    def _wait_for_one(self, line: _Line) -> TaskRun | None:
        """Return the next task once it is due, None when the worker is to stop. One thread at a time is in here."""
        while not self._stopping:
            # Cleared before looking: what is left from now on wakes us again.
            line.news.clear()
            wait = self._until_due(line)
            if wait <= 0:
                claimed = self._claim(line)
                if claimed is not None:
                    return claimed
            else:
                line.news.wait(timeout=wait)
        return None

    def _until_due(self, line: _Line) -> float:
        """Return the seconds until a task is due, zero or less when one is, five at most."""
        with self._database.reading() as work:
            row = work.one(line.following, state="waiting")
            return min((row["due"] - work.now).total_seconds(), LOOK_AGAIN_S) if row else LOOK_AGAIN_S

    def _claim(self, line: _Line) -> TaskRun | None:
        with self._database.writing() as work:
            row = work.one(line.due, state="waiting", now=work.now)
            if row is None:
                return None
            work.change(tasks, {"id": row["id"]}, state="running", attempts=row["attempts"] + 1)
        return TaskRun(
            id=row["id"],
            name=row["name"],
            payload=row["payload"],
            attempt=row["attempts"] + 1,
            database=self._database,
        )

    def perform(self, run: TaskRun) -> None:
        """Run a claimed task; when it fails it is put back, or is dead after its last attempt."""
        handler = self._book.handler_of(run.name)
        try:
            if handler is None:
                raise SkillspaceError(f"No room of this node does the task “{run.name}”.")
            handler(run)
        except Exception as fault:
            self._put_back(run, fault)

    def _put_back(self, run: TaskRun, fault: Exception) -> None:
        expected = isinstance(fault, SkillspaceError)
        log.warning("task.failed", task=run.name, attempt=run.attempt, fault=str(fault), exc_info=not expected)
        with self._database.writing() as work:
            row = work.one(sa.select(tasks.c.made).where(tasks.c.id == run.id))
            if row is None:
                return
            patient = isinstance(fault, Unavailable) and work.now - row["made"] < PATIENCE
            dead = not patient and run.attempt >= ATTEMPTS_ON_FAULT
            wait = min(FIRST_WAIT * 2 ** min(run.attempt - 1, 10), LONGEST_WAIT)
            work.update(
                tasks,
                tasks.c.id == run.id,
                state="dead" if dead else "waiting",
                due=work.now + wait,
                last_error=f"{type(fault).__name__}: {fault}"[:500],
            )
            if dead and (hear := self._book.given_up.get(run.name)) is not None:
                hear(work, run.payload, fault)
        # Whoever looks meanwhile saw nothing due for long: this is, soon.
        self.wake()
