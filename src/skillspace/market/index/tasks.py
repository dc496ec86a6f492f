"""Stored tasks of the market: build an index after a feed came, and look once a day which offers have closed."""

from __future__ import annotations

from datetime import timedelta

from skillspace.market.index.indexes import MatchIndexes
from skillspace.market.index.model import MarketKind
from skillspace.market.index.service import INDEX_TASK
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun

DAILY_TASK = "market.daily"
DAY = timedelta(days=1)


def register(book: TaskBook, indexes: MatchIndexes) -> None:
    """Let this node build indexes."""

    def build(run: TaskRun) -> None:
        with run.reading() as work:
            indexes.build(work, MarketKind(run.payload["kind"]))
        with run.finishing():
            pass

    def look_daily(run: TaskRun) -> None:
        with run.finishing() as work:
            indexes.catch_up(work)
            _tomorrow(work)

    book.on_task(INDEX_TASK, build)
    book.on_task(DAILY_TASK, look_daily)


def begin(work: Work, indexes: MatchIndexes) -> None:
    """At the node's start: ask for what is missing, and for the daily look; harmless when asked twice."""
    indexes.catch_up(work)
    _tomorrow(work)


def _tomorrow(work: Work) -> None:
    day = (work.now + DAY).date()
    work.enqueue(DAILY_TASK, {}, key=f"{DAILY_TASK}:{day}", after=DAY)
