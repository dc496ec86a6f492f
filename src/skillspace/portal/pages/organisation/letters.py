"""Dead letters: tasks nobody tries any more, and what each was about; a message names the process it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from skillspace.exchange.outbox import TASK as SEND
from skillspace.exchange.process import Process
from skillspace.kernel.errors import NotFound
from skillspace.portal.pages.frame import Visit
from skillspace.storage.health import DeadTask, dead_task, dead_tasks, drop, retry

#: What the other side is told when a process is ended because our message did not reach it.
UNDELIVERED = "Our messages could not be delivered."


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A task that failed for good; `process` is what its message belongs to, `peer` whom it was for, where known."""

    task: DeadTask
    message: str = ""
    action: str = ""
    process: Process | None = None
    peer: str = ""


def letters(visit: Visit) -> list[Letter]:
    """Return every dead letter, the latest first."""
    return [_letter(task, visit) for task in dead_tasks(visit.work)]


def letters_about(visit: Visit, peer: str) -> list[Letter]:
    """Return the dead letters that were for one peer."""
    return [one for one in letters(visit) if one.peer == peer]


def letter(visit: Visit, task_id: str) -> Letter:
    """Return one dead letter; raise NotFound."""
    return _letter(dead_task(visit.work, task_id), visit)


def send_again(visit: Visit, found: Letter) -> None:
    """Try the task again from its first attempt."""
    retry(visit.work, found.task.id)


def give_up(visit: Visit, found: Letter) -> None:
    """Forget the task; the messages that wait behind its own go on."""
    drop(visit.work, found.task.id)
    if found.message:
        visit.rooms.exchange.outbox.give_up(visit.work, found.message)


def end_process(visit: Visit, found: Letter) -> None:
    """End the process the message belongs to; the other side hears of it when it answers again. Raises NotFound when
    there is no process, MoveNotAllowed when it is over."""
    if found.process is None:
        raise NotFound("This task belongs to no negotiation or transfer.")
    room = visit.rooms.exchange.negotiations if found.process.room == "negotiations" else visit.rooms.exchange.transfers
    room.terminate(visit.work, found.process.pid, UNDELIVERED)
    give_up(visit, found)


def _letter(task: DeadTask, visit: Visit) -> Letter:
    if task.name != SEND:
        peer = task.payload.get("provider") or task.payload.get("peer")
        return Letter(task=task, peer=peer if isinstance(peer, str) else "")
    message = visit.rooms.exchange.outbox.message(visit.work, str(task.payload.get("message")))
    if message is None:
        return Letter(task=task)
    process = _process(message.room, message.process, visit)
    return Letter(
        task=task, message=message.id, action=message.action, process=process, peer=process.peer if process else ""
    )


def _process(room: str, pid: str, visit: Visit) -> Process | None:
    exchange = visit.rooms.exchange
    try:
        if room == "negotiations":
            return exchange.negotiations.negotiation(visit.work, pid)
        return exchange.transfers.transfer(visit.work, pid)
    except NotFound:
        return None
