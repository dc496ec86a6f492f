"""Stored tasks of links: telling an organisation to forget, and keeping up with what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from skillspace.kernel.errors import NotFound
from skillspace.people.links.service import LEAVE_TASK, REFRESH_TASK, Links
from skillspace.storage.database import Work
from skillspace.storage.tasks import TaskBook, TaskRun


def register(book: TaskBook, links: Links) -> None:
    """Let links do their tasks, and look again after an organisation's catalogue was read."""

    def leave(run: TaskRun) -> None:
        links.leave(run.payload["organisation"], run.payload["subject"])
        with run.finishing():
            pass

    def refresh(run: TaskRun) -> None:
        with suppress(NotFound):  # the person let go in the meantime
            links.refresh(run.payload["person"], run.payload["organisation"])
        with run.finishing():
            pass

    def crawled(work: Work, event: Mapping[str, Any]) -> None:
        links.refresh_stale(work, event["content"]["provider"])

    book.on_task(LEAVE_TASK, leave)
    book.on_task(REFRESH_TASK, refresh)
    book.on_event("catalog.crawled", crawled)
