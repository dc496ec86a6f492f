"""The demo as anybody starts it: the command as a process of its own, timed until everything answers, and ended."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx2

from skillspace.kernel.errors import Conflict, Unavailable
from skillspace.node.demo.space import DemoSpace

START_WITHIN_S, STOP_WITHIN_S = 90.0, 40.0


class RunningDemo:
    """A built demo while it runs; to be used as a context. `seconds` is how long its start took."""

    def __init__(self, space: DemoSpace) -> None:
        self._space = space
        self.seconds = 0.0

    def __enter__(self) -> RunningDemo:
        """Start it. Raises Conflict where its ports are in use, Unavailable when it ends or stays silent."""
        if taken := [node.port for node in self._space.nodes if _is_taken(node.port)]:
            raise Conflict(f"Ports {', '.join(map(str, taken))} are in use; what would be measured is something else.")
        # A shell that starts us in the background has us ignore Ctrl-C, and the demo would inherit that.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        ports = ["--first-port", str(self._space.nodes[0].port)]
        command = [sys.executable, "-m", "skillspace.cli", "demo", "--folder", str(self._space.folder), *ports]
        began = time.perf_counter()
        with (self._space.folder / "demo.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)  # noqa: S603 - our own program
        try:
            self._until_all_answer()
        except BaseException:
            self._stop()
            raise
        self.seconds = time.perf_counter() - began
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def memory_mb(self) -> dict[str, float]:
        """Return the memory of the command and every process under it: shared pages once (pss), or each time (rss)."""
        sums = {"pss": 0.0, "rss": 0.0, "processes": 0.0}
        for process in _family(self._process.pid):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines():
                name, _, rest = line.partition(":")
                if name in ("Pss", "Rss"):
                    sums[name.lower()] += int(rest.split()[0]) / 1000
            sums["processes"] += 1
        return sums

    def _until_all_answer(self) -> None:
        paths = [*(f"{node.address}/health" for node in self._space.nodes), f"{self._space.nodes[0].address}/sign-in"]
        deadline = time.monotonic() + START_WITHIN_S
        with httpx2.Client(timeout=10) as client:
            while paths:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    log = (self._space.folder / "demo.log").read_text(encoding="utf-8", errors="replace")[-800:]
                    raise Unavailable(f"The demo did not start: {paths[0]} does not answer. It said last:\n{log}")
                try:
                    if client.get(paths[0]).status_code == 200:
                        paths.pop(0)
                        continue
                except httpx2.TransportError:
                    pass
                time.sleep(0.02)

    def _stop(self) -> None:
        """End it as Ctrl-C does; what does not end by itself is ended by its number."""
        family = _family(self._process.pid)
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(timeout=STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            for process in family:
                subprocess.run(["kill", "-KILL", str(process)], check=False)  # noqa: S603, S607 - processes we started
            self._process.wait()


def _family(parent: int) -> list[int]:
    """Return a process and all its descendants, by their numbers."""
    found = [parent]
    for process in found:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            found += [int(child) for child in task.read_text(encoding="ascii").split()]
    return found


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
