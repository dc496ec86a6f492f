"""The stored task of policy: decisions are forgotten once nobody may still ask about them."""

from __future__ import annotations

from datetime import timedelta

from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun
from skillspace.trust.policy.decisions import DecisionLog

RETENTION = "policy.retention"
#: A yearly audit, and a month to ask about it.
KEEP_FOR = timedelta(days=396)
EVERY = timedelta(days=1)


class Retention:
    """Forgets old decisions once a day."""

    def __init__(self, log: DecisionLog, *, keep_for: timedelta = KEEP_FOR) -> None:
        self._log = log
        self._keep_for = keep_for

    def register(self, book: TaskBook) -> None:
        """Write the handler into the node's book."""
        book.on_task(RETENTION, self._forget)

    def start(self, work: Work) -> None:
        """Start the daily task; it goes on by itself, and a second start changes nothing."""
        work.enqueue(RETENTION, {}, key=RETENTION)

    def _forget(self, run: TaskRun) -> None:
        with run.finishing(again_after=EVERY) as work:
            self._log.forget(work, older_than=self._keep_for)
