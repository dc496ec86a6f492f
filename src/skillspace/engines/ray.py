"""The engine for more than one machine: Ray. Without a cluster of yours it starts one here, on loopback alone."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle
from tempfile import TemporaryDirectory
from typing import Any

from skillspace.engines.engine import AHEAD, Piece, Result, in_order
from skillspace.kernel.errors import SkillspaceError, Unavailable

OBJECTS = 128 * 1024 * 1024  # bytes for pieces on their way; packs are mapped from files, not sent
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # else Ray reports to its makers
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",  # else its servers listen on every address of the machine
    "RAY_AUTH_MODE": "token",  # and even on loopback they answer only us
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # it may leave variables as they are, and need not warn of it
}


def answers(
    begin: Callable[[], Callable[[Piece], Result]], pieces: Iterable[Piece], *, workers: int
) -> Iterator[Result]:
    """Give the result of each piece in order (see `Engine`), answered by as many actors as there are workers.

    Each actor begins once: packs must lie at the same place on every machine of a cluster. A cluster is used where
    RAY_ADDRESS names one; where none is named, a Ray is started on this machine and ended with the work. Raises
    Unavailable where Ray is missing, or lost a worker.
    """
    ray = _ray()
    with _started(ray, workers):
        actor = ray.remote(num_cpus=1, max_restarts=0)(_Worker)
        hired = [actor.remote(begin) for _ in range(workers)]
        turn = cycle(hired)

        def submit(piece: Piece) -> Any:
            return next(turn).answer.remote(piece)

        def is_done(waiting: Any) -> bool:
            return bool(ray.wait([waiting], timeout=0)[0])

        def result(waiting: Any) -> Result:
            found: Result = _of(ray, waiting)
            return found

        yield from in_order(pieces, submit, is_done, result, most=AHEAD * workers)


class _Worker:
    """Begins when its first piece comes, so that a fault in beginning is one of answering and reaches the caller."""

    def __init__(self, begin: Callable[[], Callable[[Any], Any]]) -> None:
        self._begin = begin
        self._work: Callable[[Any], Any] | None = None

    def answer(self, piece: Any) -> tuple[Any, SkillspaceError | None]:
        """Return (result, None), or (None, the fault of ours): Ray would wrap a raised one beyond recognition."""
        try:
            self._work = self._work or self._begin()
            return self._work(piece), None
        except SkillspaceError as fault:
            return None, fault


def _ray() -> Any:
    if "RAY_ADDRESS" not in os.environ:
        os.environ.update(QUIET)  # before it is imported: it reads them then
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    try:
        import ray  # noqa: PLC0415 - an extra, and seconds to read
    except ImportError as fault:
        raise Unavailable("Ray is not installed here: install it with “pip install skillspace[ray]”.") from fault
    return ray


@contextmanager
def _started(ray: Any, workers: int) -> Iterator[None]:
    """Have a Ray to work with: one that runs here already, the cluster that is named, or one of our own for a while."""
    if ray.is_initialized():
        yield
        return
    with TemporaryDirectory(prefix="ray-", ignore_cleanup_errors=True) as place:  # its sockets and logs: ours to read
        if "RAY_ADDRESS" in os.environ:
            ray.init(log_to_driver=False, logging_level="ERROR")
        else:
            ray.init(
                address="local",
                num_cpus=workers,
                include_dashboard=False,
                object_store_memory=OBJECTS,
                log_to_driver=False,
                logging_level="ERROR",
                _temp_dir=place,
            )
        try:
            yield
        finally:
            ray.shutdown()


def _of(ray: Any, waiting: Any) -> Any:
    try:
        result, fault = ray.get(waiting)
    except ray.exceptions.RayActorError as lost:
        raise Unavailable("Ray lost a worker; if memory is short, ask for fewer --workers.") from lost
    if fault is not None:
        raise fault
    return result
