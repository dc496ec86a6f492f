"""How the stored tasks of a node are doing, and what an operator may do with those that failed for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from skillspace.kernel.errors import NotFound
from skillspace.storage.database import Work, tasks

GONE = "There is no such task among those that failed; somebody may have dealt with it already."


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Tasks that should have run by now or failed before, since when, and how many failed for good."""

    waiting: int
    oldest: datetime | None
    dead: int


@dataclass(frozen=True, kw_only=True)
class DeadTask:
    """A task nobody tries any more: `failed` is when it was last tried, `error` why that failed."""

    id: str
    name: str
    payload: Mapping[str, Any]
    failed: datetime
    attempts: int
    error: str


def queue(work: Work) -> Queue:
    """Count the tasks; regular ones that only wait for their time are not in the way and not counted."""
    late = tasks.c.state.in_(("waiting", "running")) & ((tasks.c.due <= work.now) | (tasks.c.attempts > 0))
    waiting = work.one(sa.select(sa.func.count().label("count")).select_from(tasks).where(late))
    oldest = work.one(sa.select(tasks.c.made).where(late).order_by(tasks.c.made).limit(1))
    dead = work.one(sa.select(sa.func.count().label("count")).select_from(tasks).where(tasks.c.state == "dead"))
    return Queue(
        waiting=int(waiting["count"]) if waiting else 0,
        oldest=oldest["made"] if oldest else None,
        dead=int(dead["count"]) if dead else 0,
    )


def dead_tasks(work: Work, *, limit: int = 200) -> list[DeadTask]:
    """Return the tasks that failed for good, the latest first."""
    return _dead(work, sa.select(tasks).order_by(tasks.c.due.desc(), tasks.c.id).limit(limit))


def dead_task(work: Work, task_id: str) -> DeadTask:
    """Return one task that failed for good; raise NotFound."""
    found = next((one for one in _dead(work, sa.select(tasks).where(tasks.c.id == task_id))), None)
    if found is None:
        raise NotFound(GONE)
    return found


def retry(work: Work, task_id: str) -> str:
    """Let a task that failed for good run again from its first attempt, and return its name; raise NotFound."""
    name = _name(work, task_id)
    work.update(tasks, tasks.c.id == task_id, state="waiting", due=work.now, made=work.now, attempts=0)
    work.has_new_tasks = True
    return name


def drop(work: Work, task_id: str) -> str:
    """Forget a task that failed for good, and return its name; raise NotFound."""
    name = _name(work, task_id)
    work.delete(tasks, tasks.c.id == task_id)
    return name


def _name(work: Work, task_id: str) -> str:
    row = work.one(sa.select(tasks.c.name).where(tasks.c.id == task_id, tasks.c.state == "dead"))
    if row is None:
        raise NotFound(GONE)
    return str(row["name"])


def _dead(work: Work, query: sa.Select[Any]) -> list[DeadTask]:
    return [
        DeadTask(
            id=row["id"],
            name=row["name"],
            payload=row["payload"],
            failed=min(row["due"], work.now),
            attempts=row["attempts"],
            error=row["last_error"] or "",
        )
        for row in work.rows(query.where(tasks.c.state == "dead"))
    ]
