"""Negotiations timed as they end: so many under way at once, from the moment each is opened until it is finalized."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from skillspace.kernel.errors import Unavailable

OPENERS = 8
WITHIN_S = 20.0


@dataclass(frozen=True, kw_only=True)
class Times:
    """How long each negotiation took, in milliseconds and ascending, and how many ended in a second."""

    each_ms: tuple[float, ...]
    per_second: float

    @property
    def p50(self) -> float:
        """The median."""
        return statistics.median(self.each_ms)

    @property
    def p95(self) -> float:
        """What nineteen of twenty stayed under."""
        return self.each_ms[int(len(self.each_ms) * 0.95)]


class Race:
    """Opens negotiations and is told when each is over; `open_one` returns the name it will be told by."""

    def __init__(self, open_one: Callable[[], str]) -> None:
        self._open = open_one
        self._ended: dict[str, float] = {}
        self._free = threading.Semaphore(0)

    def finished(self, name: str) -> None:
        """Take note that a negotiation is over; it may come before the call that opened it has returned."""
        if name not in self._ended:
            self._ended[name] = time.perf_counter()
            self._free.release()

    def run(self, at_once: int, count: int) -> Times:
        """Run `count` negotiations, `at_once` of them under way. Raises Unavailable when they do not end in time."""
        self._ended.clear()
        self._free = threading.Semaphore(at_once)
        began = time.perf_counter()
        with ThreadPoolExecutor(min(at_once, OPENERS)) as pool:
            opened = dict(pool.map(lambda _: self._opened(), range(count)))
        deadline = time.monotonic() + WITHIN_S
        while len(self._ended) < count:
            if time.monotonic() > deadline:
                raise Unavailable(f"{count - len(self._ended)} of {count} negotiations did not end.")
            time.sleep(0.002)
        last = max(self._ended.values())
        each = sorted((self._ended[name] - started) * 1000 for name, started in opened.items())
        return Times(each_ms=tuple(each), per_second=count / (last - began))

    def _opened(self) -> tuple[str, float]:
        if not self._free.acquire(timeout=WITHIN_S):
            raise Unavailable("Negotiations that were opened do not end.")
        started = time.perf_counter()
        return self._open(), started
