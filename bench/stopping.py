"""How fast a stop reaches everybody who holds a copy: fifty whole nodes that keep them, in several processes or in one.

What was measured first was something else: fifty nodes of one process that had started that moment, and were still
joining, crawling and fetching records; and looking whether all is over took half of what the hub could do.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import sqlalchemy as sa

from bench.figures import ROOT, Figure, Tell, figure
from skillspace.node.composition import Node
from skillspace.node.settings import Settings
from skillspace.storage.database import Work, tasks
from skillspace.trust.consent import Consents, Grant
from skillspace.trust.consent.machine import HolderState
from skillspace.trust.consent.service import DELIVER
from skillspace.trust.consent.store import holders

PROCESSES, ROUNDS = 5, 5
LIMIT_S = 2
WITHIN_S = 240.0
#: Processor seconds a second for the hub and all holders together, below which they are said to be at rest.
AT_REST = 0.25
#: Ask a person in the name of an organisation, and return the ask.
Ask = Callable[[Work, str, Settings], Grant]


class Stops:
    """One hub, one person, and the nodes that get this person's data."""

    def __init__(self, hub: Node, person: str, others: list[Settings], ask: Ask, tell: Tell) -> None:
        self._hub, self._person, self._others, self._ask, self._tell = hub, person, others, ask, tell
        if hub.consent.consents is None:
            raise RuntimeError("the hub keeps people's spaces")
        self._consents: Consents = hub.consent.consents

    def measure(self) -> Figure:
        """Return how long it takes until the last signed receipt of deletion is there."""
        self._tell("holders, in one process, that start this moment")
        with self._running(1) as together:
            at_first = self._seconds(self._polled)
            in_one = statistics.median(self._rounds(together))
        self._tell(f"holders, in {PROCESSES} processes")
        with self._running(PROCESSES) as apart:
            seconds = self._rounds(apart)
        more: dict[str, float | str] = {
            "holders": len(self._others),
            "processes": PROCESSES,
            "of": f"median of {ROUNDS}, at rest",
            "slowest": max(seconds),
            "in_one_process": in_one,
            "as_first_measured": at_first,
        }
        return figure("revocation_last_holder_s", statistics.median(seconds), "s", limit=LIMIT_S, more=more)

    def _rounds(self, processes: list[int]) -> list[float]:
        _rest([os.getpid(), *processes])
        return [self._seconds(self._counted, pause_s=1.0) for _ in range(ROUNDS)]

    def _seconds(self, is_over: Callable[[list[Grant]], bool], pause_s: float = 0.0) -> float:
        """Give one grant to everybody; then stop all of them and wait for the last receipt."""
        with self._hub.database.writing() as work:
            asked = [self._ask(work, self._person, each) for each in self._others]
            given = [self._consents.grant(work, one.id, self._person) for one in asked]
        until(lambda: not self._left(), 0.02)
        time.sleep(pause_s)
        start = time.perf_counter()
        with self._hub.database.writing() as work:
            for grant in given:
                self._consents.revoke(work, grant.id, self._person)
        until(lambda: is_over(given), 0.005)
        return time.perf_counter() - start

    def _polled(self, given: list[Grant]) -> bool:
        with self._hub.database.reading() as work:
            states = [one.state for grant in given for one in self._consents.holders_of(work, grant)]
        return len(states) == len(given) and all(state is HolderState.DELETED for state in states)

    def _counted(self, given: list[Grant]) -> bool:
        """One question for all of them, asked fifty times a second."""
        time.sleep(0.015)
        count = sa.select(sa.func.count().label("deleted")).select_from(holders)
        query = count.where(holders.c.grant.in_([one.id for one in given]), holders.c.state == HolderState.DELETED)
        with self._hub.database.reading() as work:
            row = work.one(query)
        return row is not None and row["deleted"] == len(given)

    def _left(self) -> int:
        with self._hub.database.reading() as work:
            return len(work.rows(sa.select(tasks.c.id).where(tasks.c.name == DELIVER)))

    @contextmanager
    def _running(self, processes: int) -> Iterator[list[int]]:
        """Run the holders, dealt out to so many processes; gives the numbers of these."""
        with ExitStack() as stack:
            running = []
            for dealt in (self._others[start::processes] for start in range(processes)):
                command = [sys.executable, "-m", "bench.holders", *(str(each.folder) for each in dealt)]
                pipes = subprocess.PIPE
                process = subprocess.Popen(command, cwd=ROOT, stdin=pipes, stdout=pipes)  # noqa: S603 - our own program
                stack.callback(_end, process)
                running.append(process)
            for process in running:
                if process.stdout is None or process.stdout.readline().strip() != b"ready":
                    raise RuntimeError("the holders did not start")
            yield [process.pid for process in running]


def until(is_so: Callable[[], bool], every_s: float) -> None:
    """Wait until something is so; raise RuntimeError when it takes too long."""
    deadline = time.monotonic() + WITHIN_S
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {WITHIN_S:.0f} s")
        time.sleep(every_s)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    process.wait(60)


def _rest(processes: list[int]) -> None:
    def is_quiet() -> bool:
        before = _spent(processes)
        time.sleep(1)
        return _spent(processes) - before < AT_REST

    until(is_quiet, 0)


def _spent(processes: list[int]) -> float:
    """Return the processor seconds these have used so far."""
    spent = 0
    for process in processes:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")
