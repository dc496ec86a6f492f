"""Running the demo: seven processes, joined to one data space, until they are told to stop."""

from __future__ import annotations

import json
import logging
import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

from skillspace.kernel.errors import Conflict, SkillspaceError, Unavailable
from skillspace.node.demo.space import DemoNode, DemoSpace, Progress
from skillspace.wire.outbound import Outbound

START_WITHIN_S = 60.0


@dataclass(frozen=True, kw_only=True)
class Running:
    """The demo's processes by node id."""

    space: DemoSpace
    processes: dict[str, BaseProcess]

    def check(self) -> None:
        """Raise Unavailable naming a node that ended by itself, with the end of its log."""
        for node in self.space.nodes:
            if (code := self.processes[node.id].exitcode) is not None:
                log = self.space.node_folder(node) / "node.log"
                tail = log.read_text(encoding="utf-8", errors="replace")[-800:]
                raise Unavailable(f"{node.name} ended with code {code}. Its log ({log}) ends:\n{tail}")

    def wait(self) -> None:
        """Stay until a process ends or the keyboard says stop."""
        while True:
            self.check()
            time.sleep(1)


@contextmanager
def running(space: DemoSpace, progress: Progress) -> Iterator[Running]:
    """Build the demo unless it is built, start every node, and stop them all at the end.

    A build that was interrupted is begun again; one that was interrupted while the nodes settled goes on from there.
    """
    _check_ports(space)
    is_built = space.built_mark.exists()
    if not is_built and not space.codes_file.exists():
        from skillspace.node.demo.building import build  # noqa: PLC0415 - only a first start reads all of this

        shutil.rmtree(space.folder / "nodes", ignore_errors=True)
        space.codes_file.write_text(json.dumps(build(space, progress)), encoding="utf-8")
    started = Running(space=space, processes={})
    try:
        for node in space.nodes:
            started.processes[node.id] = start_node(space.node_folder(node))
        _until_all_answer(started, progress)
        if not is_built:
            from skillspace.node.demo.settling import join, settle  # noqa: PLC0415 - the same

            join(space, progress)
            settle(space, json.loads(space.codes_file.read_text(encoding="utf-8")), progress, started.check)
            space.built_mark.write_text(json.dumps({"nodes": [node.id for node in space.nodes]}), encoding="utf-8")
            space.codes_file.unlink()
        yield started
    finally:
        stop(started)


def _check_ports(space: DemoSpace) -> None:
    """Say what is in the way before anything is built."""
    for node in space.nodes:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", node.port)) == 0:
                raise Conflict(f"Port {node.port} is in use. Is the demo running already? Else choose --first-port.")


def start_node(folder: Path) -> BaseProcess:
    """Start one node as a process of its own; what it says goes to ``node.log`` in its folder.

    The processes are forked from one that has read the program: seven nodes on one machine then share its pages and do
    not read it seven times.
    """
    process = _nursery().Process(target=_serve, args=(folder,), name=folder.name)
    process.start()
    return process


@cache
def _nursery() -> ForkServerContext:
    # Few memory arenas: none of the seven is busy on many threads. It is read when the first process starts.
    os.environ.setdefault("MALLOC_ARENA_MAX", "2")
    context = get_context("forkserver")
    context.set_forkserver_preload(["skillspace.node.serving"])
    return context


def _serve(folder: Path) -> None:
    os.setsid()
    log = os.open(folder / "node.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    from skillspace.node.serving import configure_log, serve_forever  # noqa: PLC0415 - read before the fork
    from skillspace.node.settings import read_settings  # noqa: PLC0415 - the same

    configure_log(logging.WARNING)
    serve_forever(read_settings(folder))


def stop(started: Running) -> None:
    """End every process of the demo, politely first."""
    for process in started.processes.values():
        process.terminate()
    for process in started.processes.values():
        process.join(timeout=15)
        if process.is_alive():
            process.kill()
            process.join()


def _until_all_answer(started: Running, progress: Progress) -> None:
    outbound = Outbound(loopback=True, timeout_s=5)
    deadline = time.monotonic() + START_WITHIN_S
    waiting = list(started.space.nodes)
    while waiting:
        progress("Starting the nodes", 1 - len(waiting) / len(started.space.nodes))
        started.check()
        if time.monotonic() > deadline:
            raise Unavailable(f"{waiting[0].name} did not start within {START_WITHIN_S:.0f} seconds.")
        waiting = [node for node in waiting if not _answers(outbound, node)]
        time.sleep(0.05)
    outbound.close()


def _answers(outbound: Outbound, node: DemoNode) -> bool:
    try:
        return outbound.send("GET", f"{node.address}/health").status == 200
    except SkillspaceError:
        return False
