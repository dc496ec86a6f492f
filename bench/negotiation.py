"""Negotiations between two nodes, and the same between two Eclipse EDC connectors, in one run.

Both sides believe who calls (mock identities) and speak DSP 2025-1 over HTTP on this machine. Our nodes keep everything
in SQLite; EDC keeps everything in memory. EDC looks for work at intervals: it is measured at its default of a second,
and at the shortest at which it still brings nearly all negotiations to their end.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import ROOT, Figure, Tell, figure, untold
from bench.racing import Race, Times
from skillspace.kernel.errors import Unavailable
from tests.conformance.edc.peer import DEFAULT_WAIT_MS, Edc
from tests.conformance.edc.place import Place, serving
from tests.conformance.programs import jars, stop
from tests.nodes import make_node

VERSION, EDC_VERSION = "2025-1", "0.15.1"
FAST_WAIT_MS = 50
DATASET = "edc-records"
#: How many are under way at once → how many in all; at its default interval EDC needs two seconds for each.
OURS: Mapping[int, int] = {1: 200, 8: 400, 32: 800}
THEIRS: Mapping[int, int] = {1: 60, 8: 200, 32: 400}
THEIRS_SLOW: Mapping[int, int] = {1: 10, 8: 40, 32: 160}
WARM_UP = 60


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One pair of connectors: the times for each number at once, and the memory of one of them afterwards (MB)."""

    times: Mapping[int, Times]
    memory_mb: float

    @property
    def lost(self) -> int:
        """How many negotiations did not end as they should."""
        return sum(each.lost for each in self.times.values())


def run(tell: Tell = untold) -> list[Figure]:
    """Measure our nodes and, where Java and its modules are at hand, EDC. Raises Unavailable when a side fails."""
    ours = _ours(tell)
    fast = slow = None
    if shutil.which("java") and shutil.which("mvn"):
        fast = _theirs(tell, FAST_WAIT_MS, THEIRS, WARM_UP)
        slow = _theirs(tell, DEFAULT_WAIT_MS, THEIRS_SLOW, 3)
    peer = f"Eclipse EDC {EDC_VERSION}, looking for work every {FAST_WAIT_MS} ms" if fast else None

    def one(name: str, unit: str, value: Callable[[Measured], float], limit: float | None = None) -> Figure:
        more: dict[str, float | str] = {"edc_at_its_default": value(slow)} if slow else {}
        return figure(name, value(ours), unit, peer, value(fast) if fast else None, limit, more)

    figures = [
        one("negotiation_p50_ms", "ms", lambda each: each.times[1].p50, limit=60),
        one("negotiation_p95_ms", "ms", lambda each: each.times[1].p95),
        one("negotiations_per_s_1", "1/s", lambda each: each.times[1].per_second),
        one("negotiations_per_s_8", "1/s", lambda each: each.times[8].per_second),
        one("negotiations_per_s_32", "1/s", lambda each: each.times[32].per_second, limit=100),
        one("negotiation_p95_ms_32", "ms", lambda each: each.times[32].p95),
        one("node_memory_mb", "MB", lambda each: each.memory_mb),
        one("negotiations_lost", "of all", lambda each: each.lost),
    ]
    figures[0].setdefault("more", {})["negotiations"] = sum(OURS.values())
    return figures


def _ours(tell: Tell) -> Measured:
    with tempfile.TemporaryDirectory(prefix="skillspace-bench-") as place, ExitStack() as stack:
        folder = Path(place)
        provider_id, consumer_id = "did:web:provider.example", "did:web:consumer.example"
        scheme: dict[str, Any] = {"authentication": "mock"}
        provider = make_node(
            folder / "provider", "Invented provider", "authority", participant_id=provider_id, **scheme
        )
        known = {"id": provider_id, "address": f"{provider.address}/dsp"}
        more = {"participant_id": consumer_id, "authority": provider.did, "peers": [known], **scheme}
        make_node(folder / "consumer", "Invented consumer", "employer", **more)
        giving = stack.enter_context(_party(folder / "provider"))
        asking = stack.enter_context(_party(folder / "consumer", provider_id))

        def race(at_once: int, count: int) -> Times:
            tell(f"our nodes, {at_once} at once")
            answer = _told(asking, json.dumps({"at_once": at_once, "count": count}))
            return Times(**json.loads(answer))

        race(8, WARM_UP)
        times = {number: race(number, count) for number, count in OURS.items()}
        return Measured(times=times, memory_mb=(_pss_mb(giving.pid) + _pss_mb(asking.pid)) / 2)


def _theirs(tell: Tell, wait_ms: int, plan: Mapping[int, int], warm_up: int) -> Measured:
    tell("fetching EDC")
    modules = jars("edc")
    with tempfile.TemporaryDirectory(prefix="skillspace-bench-") as place, ExitStack() as stack:
        web = stack.enter_context(serving(b""))
        giving = stack.enter_context(Edc(modules, Path(place), "provider", wait_ms=wait_ms))
        asking = stack.enter_context(Edc(modules, Path(place), "consumer", wait_ms=wait_ms))
        giving.offer(DATASET, f"{web.address}/file")
        race = _edc_race(giving, asking, web)
        race.run(8, warm_up)
        times = {}
        for number, count in plan.items():
            tell(f"EDC every {wait_ms} ms, {number} at once")
            times[number] = race.run(number, count)
        return Measured(times=times, memory_mb=(_pss_mb(giving.process.pid) + _pss_mb(asking.process.pid)) / 2)


def _edc_race(giving: Edc, asking: Edc, web: Place) -> Race:
    found = asking.catalog(giving.did, giving.base(VERSION), VERSION)[0]
    names = ("finalized", "terminated")
    events = [f"contract.negotiation.{name}" for name in names]
    told = {"@type": "CallbackAddress", "uri": f"{web.address}/told", "events": events, "transactional": False}

    def open_one() -> str:
        return asking.negotiate(giving.did, giving.base(VERSION), VERSION, found, callbackAddresses=[told])

    race = Race(open_one)

    def tell(content: bytes) -> None:
        event = json.loads(content)
        race.ended(event["payload"]["contractNegotiationId"], is_good=event["type"].endswith("Finalized"))

    web.listener = tell
    return race


@contextmanager
def _party(folder: Path, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "bench.party", str(folder), *more]
    with (folder / "node.log").open("wb") as log:
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=log)  # noqa: S603 - our own program
    try:
        _told(process)
        yield process
    finally:
        stop(process)
        for end in (process.stdin, process.stdout):
            if end:
                end.close()


def _told(process: subprocess.Popen[bytes], command: str = "") -> bytes:
    """Give a party a command, if any, and return the line it answers."""
    if process.stdin is None or process.stdout is None:
        raise Unavailable("A node cannot be talked to.")
    if command:
        process.stdin.write(command.encode() + b"\n")
        process.stdin.flush()
    line = process.stdout.readline()
    if not line:
        raise Unavailable("A node ended in the middle of the race.")
    return line


def _pss_mb(process: int) -> float:
    """Return the memory of a process, shared pages shared out."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1000
    raise Unavailable("The memory of a process cannot be read here.")
