"""What takes seconds to read or to work out: done once in the background, and kept for whoever asks next."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger()

#: How long a page waits before it asks for patience.
PATIENCE_SECONDS = 2.5
Thing = TypeVar("Thing")


class Slow(Generic[Thing]):
    """One such thing; nothing begins before somebody asks, and what failed is tried again by who asks next."""

    def __init__(self, name: str, make: Callable[[], Thing]) -> None:
        """``make`` runs in a thread of its own; ``name`` stands in the log where it fails."""
        self._name = name
        self._make = make
        self._lock = threading.Lock()
        self._making: threading.Thread | None = None
        self._thing: Thing | None = None

    def get(self, patience: float | None = PATIENCE_SECONDS) -> Thing | None:
        """Return the thing, or None while it is being made, after waiting `patience` seconds (None: as it takes)."""
        if self._thing is not None:
            return self._thing
        with self._lock:
            if self._making is None:
                self._making = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._making.start()
            making = self._making
        making.join(patience)
        return self._thing

    def _run(self) -> None:
        try:
            self._thing = self._make()
        except Exception:
            log.exception("background.failed", name=self._name)
            with self._lock:
                self._making = None


class Worked(Generic[Thing]):
    """Answers that take seconds, by their question: each worked out once, few at a time, the latest ones kept."""

    def __init__(self, name: str, *, kept: int = 64, at_once: int = 2) -> None:
        self._name = name
        self._most = kept
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(at_once)
        self._known: OrderedDict[Hashable, Slow[Thing]] = OrderedDict()

    def get(self, question: Hashable, make: Callable[[], Thing], patience: float = PATIENCE_SECONDS) -> Thing | None:
        """Return the answer, or None while it is worked out. ``question`` holds all that the answer depends on."""

        def in_turn() -> Thing:
            with self._turns:
                return make()

        with self._lock:
            slow = self._known.setdefault(question, Slow(self._name, in_turn))
            self._known.move_to_end(question)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return slow.get(patience)
