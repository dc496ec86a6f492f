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
#: When nothing has ended for as long as this, what is still open counts as lost.
SILENCE_S = 20.0


@dataclass(frozen=True, kw_only=True)
class Times:
    """How long each negotiation took (ms, ascending), how many were finalized in a second, and how many were not."""

    each_ms: tuple[float, ...]
    per_second: float
    lost: int

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
        self._ended: dict[str, float | None] = {}
        self._free = threading.Semaphore(0)

    def ended(self, name: str, *, is_good: bool = True) -> None:
        """Take note that a negotiation is over; it may come before the call that opened it has returned."""
        if name not in self._ended:
            self._ended[name] = time.perf_counter() if is_good else None
            self._free.release()

    def run(self, at_once: int, count: int) -> Times:
        """Run `count` negotiations, `at_once` of them under way. Raises Unavailable when none is finalized."""
        self._ended.clear()
        self._free = threading.Semaphore(at_once)
        began = time.perf_counter()
        with ThreadPoolExecutor(min(at_once, OPENERS)) as pool:
            opened = dict(pool.map(lambda _: self._opened(), range(count)))
        while len(self._ended) < count and self._free.acquire(timeout=SILENCE_S):
            pass
        good = {name: at for name in opened if (at := self._ended.get(name)) is not None}
        if not good:
            raise Unavailable("No negotiation was finalized.")
        return Times(
            each_ms=tuple(sorted((at - opened[name]) * 1000 for name, at in good.items())),
            per_second=len(good) / (max(good.values()) - began),
            lost=count - len(good),
        )

    def _opened(self) -> tuple[str, float]:
        # Where one was lost its place stays taken; after a silence the next one goes all the same.
        self._free.acquire(timeout=SILENCE_S)
        started = time.perf_counter()
        return self._open(), started
