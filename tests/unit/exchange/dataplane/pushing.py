"""Pushes as tests begin them: what is pushed, where it arrives, and nodes that work on their own meanwhile."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skillspace.exchange.messages import HTTP_PUSH
from tests.unit.exchange.dataplane.asking import open_dataset
from tests.unit.exchange.neighbours import Neighbour, Town, agreed

BODY = bytes(range(256)) * 12_000
DIGEST = hashlib.sha256(BODY).hexdigest()


def begun(town: Town, source: Any, dataset: str | None = None) -> str:
    """Ask for a push and let it be started; the data stay where they are until the school's worker goes on."""
    name = dataset or open_dataset(town)
    town.school.exchange.sources.register(name, source)
    agreement_id = agreed(town.bureau, town.school, name)
    with town.bureau.work() as work:
        agreement = town.bureau.exchange.negotiations.agreement(work, agreement_id)
        assert agreement is not None
        return town.bureau.exchange.transfers.request(work, agreement, f"push-{name}", format=HTTP_PUSH)


def arrived(town: Town, pid: str) -> Path | None:
    with town.bureau.work() as work:
        return town.bureau.exchange.dataplanes.sink.received(work, pid)


@contextmanager
def in_the_background(*nodes: Neighbour) -> Iterator[None]:
    """Let nodes do what is due, each in three threads as a real one does, until the end of the block."""
    end = threading.Event()

    def work(node: Neighbour) -> None:
        while not end.is_set():
            if not node.worker.run_due():
                time.sleep(0.005)

    threads = [threading.Thread(target=work, args=[node], daemon=True) for node in nodes for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join(timeout=60)


def until(is_so: Callable[[], object], within_s: float = 60.0) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def told(town: Town, pid: str) -> list[dict[str, Any]]:
    return [one for one in town.bureau.heard("transfer.received") if one["consumer_pid"] == pid]
