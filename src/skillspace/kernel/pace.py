"""Pace: how often each of many may do something that costs others, counted in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from skillspace.kernel.clock import Clock, now

#: So many names are remembered; of more those that were counted longest ago are let go.
MOST_NAMES = 10_000


class Pace:
    """At most `most` times within any span of `within`, for each name apart; forgotten when the program ends."""

    def __init__(self, most: int, within: timedelta, clock: Clock = now) -> None:
        self._most = most
        self._within = within
        self._clock = clock
        self._moments: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, name: str) -> bool:
        """Tell whether `name` may once more, and count it if so."""
        at = self._clock()
        with self._lock:
            if self._spent(name, at):
                return False
            self._moments.setdefault(name, deque()).append(at)
            self._moments.move_to_end(name)
            while len(self._moments) > MOST_NAMES:
                self._moments.popitem(last=False)
            return True

    def is_spent(self, name: str) -> bool:
        """Tell whether `name` may not once more now, and count nothing."""
        with self._lock:
            return self._spent(name, self._clock())

    def forget(self, name: str) -> None:
        """Let `name` begin anew."""
        with self._lock:
            self._moments.pop(name, None)

    def _spent(self, name: str, at: datetime) -> bool:
        past = self._moments.get(name, deque())
        while past and at - past[0] >= self._within:
            past.popleft()
        return len(past) >= self._most
