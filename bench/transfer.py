"""Transfers: a large file through the data plane beside nginx with the same file, and what it costs in memory.

`curl` fetches from both in turns, so that a busy machine is busy for both. Then whole nodes, each its own process, pull
and push the file with its digest checked, and their memory is read from the system.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from bench.figures import ROOT, Figure, Tell, figure, untold
from skillspace.exchange import Offering, TransferState
from skillspace.exchange.messages import HTTP_PULL, HTTP_PUSH
from skillspace.kernel.errors import Unavailable
from skillspace.node.composition import Node, compose
from skillspace.node.settings import Settings, read_settings
from skillspace.trust.policy import offer_rules
from tests.nodes import acquaint, admit, free_port, make_node, running, until

BYTES = 1024**3
ROUNDS = 7
#: The least share of nginx's speed, and the most memory a transfer may cost a node.
LEAST_SHARE, MOST_MB = 0.8, 100.0
DATASET = "rows"
NGINX = """
worker_processes 1; daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two nodes under contract about one file: who has it, who asks, the file, the agreement, and a started pull."""

    provider: Settings
    consumer: Settings
    file: Path
    agreement: str
    pull: str


def build(folder: Path, size: int = BYTES) -> Pair:
    """Make two nodes, a file of `size` bytes at one of them, an agreement about it, and a started pull."""
    provider = make_node(folder / "provider", "Provider of Rows", "authority", "university")
    consumer = make_node(folder / "consumer", "Consumer of Rows", "employer", authority=provider.did)
    file = provider.folder / "files" / "rows.bin"
    file.parent.mkdir()
    write(file, size)
    with running(provider, consumer) as (giving, asking):
        admit(giving, giving, asking)
        with giving.database.writing() as work:
            giving.exchange.catalog.publish(work, _offering())
            giving.exchange.data_sources.write(work, DATASET, "file", {"path": "rows.bin"})
        acquaint(giving, asking)
        until(lambda: _offered(asking, giving), "the catalog was read")
        with asking.database.writing() as work:
            asking.exchange.negotiations.ensure_agreement(work, giving.trust.did, DATASET)
        until(lambda: _agreement(asking, giving), "both agree")
        agreement = _agreement(asking, giving)
        pull = request(asking, agreement, HTTP_PULL)
        until(lambda: state(asking, pull) is TransferState.STARTED, "the pull was started")
    return Pair(provider=provider, consumer=consumer, file=file, agreement=agreement, pull=pull)


def request(asking: Node, agreement_id: str, kind: str) -> str:
    """Leave the request for a transfer; a running node sends it."""
    with asking.database.writing() as work:
        agreement = asking.exchange.negotiations.agreement(work, agreement_id)
        if agreement is None:
            raise Unavailable("The agreement is gone.")
        return asking.exchange.transfers.request(work, agreement, f"bench-{kind}", format=kind)


def state(node: Node, pid: str) -> TransferState:
    """Return where a transfer stands."""
    with node.database.reading() as work:
        return node.exchange.transfers.transfer(work, pid).state


def write(file: Path, size: int) -> None:
    """Write bytes that do not shrink."""
    block = os.urandom(1024 * 1024)
    with file.open("wb") as target:
        for _ in range(size // len(block)):
            target.write(block)
        target.write(block[: size % len(block)])


def _offering() -> Offering:
    return Offering(
        id=DATASET,
        title={"en": "Rows"},
        description={"en": "Rows of an invented provider."},
        kinds=(),
        personal=False,
        purposes=("statistics",),
        media_type="application/octet-stream",
        policy=offer_rules(purposes=["statistics"]),
        formats=(HTTP_PULL, HTTP_PUSH),
        updated=datetime(2026, 11, 1, tzinfo=UTC),
    )


def _offered(asking: Node, giving: Node) -> bool:
    with asking.database.reading() as work:
        return asking.exchange.crawler.offering(work, giving.trust.did, DATASET) is not None


def _agreement(asking: Node, giving: Node) -> str:
    with asking.database.reading() as work:
        found = asking.exchange.negotiations.agreement_between(work, giving.trust.did, asking.trust.did, DATASET)
    return found.id if found else ""


@contextmanager
def serving(*all_settings: Settings) -> Iterator[list[int]]:
    """Serve nodes, each in a process of its own; give their process numbers, in order."""
    with ExitStack() as stack:
        yield [stack.enter_context(_process(settings)) for settings in all_settings]


@contextmanager
def _process(settings: Settings) -> Iterator[int]:
    command = [sys.executable, "-m", "skillspace.cli", "serve", str(settings.folder)]
    with (settings.folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)  # noqa: S603 - our own program
    try:
        until(lambda: process.poll() is None and _answers(settings.address), "a node answers", 60)
        yield process.pid
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health", timeout=2, trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def memory_mb(process: int, name: str) -> float:
    """Return one line of a process's memory in megabytes: VmHWM is the most it ever had, VmRSS what it has."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1000
    return 0.0


def forget_peak(process: int) -> float:
    """Let the most a process had begin anew, and return what it has now."""
    Path(f"/proc/{process}/clear_refs").write_text("5", encoding="ascii")
    return memory_mb(process, "VmRSS")


@dataclass(frozen=True, kw_only=True)
class Carried:
    """One transfer between processes: seconds, and the megabytes each side held at most beyond what it had before.

    The peaks are all each process held at most, the node itself with its libraries included.
    """

    seconds: float
    provider_mb: float
    consumer_mb: float
    provider_peak_mb: float
    consumer_peak_mb: float
    is_same: bool


def pulled(pair: Pair) -> Carried:
    """Let a process of the consumer download the file, its digest checked."""
    target = pair.consumer.folder / "here.bin"
    with serving(pair.provider) as (provider,):
        before = forget_peak(provider)
        consumer = start_download(pair, target)
        told = json.loads(consumer.communicate()[0].splitlines()[-1])
        peak = memory_mb(provider, "VmHWM")
    is_same = same(pair.file, target)
    target.unlink()
    return Carried(
        seconds=told["seconds"],
        provider_mb=peak - before,
        consumer_mb=told["grown_mb"],
        provider_peak_mb=peak,
        consumer_peak_mb=told["peak_mb"],
        is_same=is_same,
    )


def start_download(pair: Pair, target: Path) -> subprocess.Popen[bytes]:
    """Start the consumer's process."""
    command = [sys.executable, "-m", "bench.transfer", "download", str(pair.consumer.folder), pair.pull, str(target)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)  # noqa: S603 - our own program


def kill(process: int) -> None:
    """End a process of ours at once, as a power cut would."""
    os.kill(process, signal.SIGKILL)


def pushed(pair: Pair) -> Carried:
    """Let the provider push the file to the consumer, both serving."""
    with serving(pair.provider, pair.consumer) as processes:
        before = [forget_peak(process) for process in processes]
        asking = compose(pair.consumer)
        began = time.perf_counter()
        pid = request(asking, pair.agreement, HTTP_PUSH)
        until(lambda: state(asking, pid) is TransferState.COMPLETED, "the push is complete", 300)
        seconds = time.perf_counter() - began
        peaks = [memory_mb(process, "VmHWM") for process in processes]
        with asking.database.writing() as work:
            file = asking.exchange.dataplanes.sink.received(work, pid)
            is_same = file is not None and same(pair.file, file)
            asking.exchange.dataplanes.sink.forget(work, pid)
        asking.stop()
    return Carried(
        seconds=seconds,
        provider_mb=peaks[0] - before[0],
        consumer_mb=peaks[1] - before[1],
        provider_peak_mb=peaks[0],
        consumer_peak_mb=peaks[1],
        is_same=is_same,
    )


def same(one: Path, other: Path) -> bool:
    """Tell whether two files hold the same bytes."""
    return subprocess.run(["/usr/bin/cmp", "--silent", str(one), str(other)], check=False).returncode == 0  # noqa: S603


def download(folder: str, pid: str, target: str) -> None:
    """Download as the consumer in `folder`, in this process, and print what it took."""
    node = compose(read_settings(Path(folder)))
    mine = os.getpid()
    before, began = forget_peak(mine), time.perf_counter()
    node.exchange.dataplanes.downloads.download(pid, Path(target))
    seconds = time.perf_counter() - began
    peak = memory_mb(mine, "VmHWM")
    sys.stdout.write(json.dumps({"seconds": seconds, "grown_mb": peak - before, "peak_mb": peak}) + "\n")
    node.stop()


@contextmanager
def nginx(folder: Path, root: Path) -> Iterator[str]:
    """Serve `root` with nginx; give its address. Raises Unavailable where it is not installed."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if program is None:
        raise Unavailable("nginx is not installed here (Debian: nginx-light).")
    folder.mkdir()
    port = free_port()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port, root=root), encoding="utf-8")
    for parent in (root, *root.parents):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o001)
    command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603 - Debian's program, our own settings
    try:
        until(lambda: _listens(port), "nginx answers", 10)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def curl(address: str, token: str = "") -> float:
    """Return the megabytes a second with which curl fetched an address."""
    headers = ["-H", f"Authorization: Bearer {token}"] if token else []
    asked = ["curl", "-s", "--fail", "-o", "/dev/null", "-w", "%{size_download} %{time_total}", *headers, address]
    told = subprocess.run(asked, check=True, capture_output=True, text=True)  # noqa: S603 - fixed words and our own addresses
    size, seconds = told.stdout.split()
    if float(size) < BYTES / 100:
        raise Unavailable(f"{size} bytes came only.")
    return float(size) / float(seconds) / 1e6


def raced(pair: Pair, folder: Path) -> tuple[list[float], list[float]]:
    """Return the speeds of node and nginx, fetched in turns after one round that does not count."""
    asking = compose(pair.consumer)
    with asking.database.reading() as work:
        address = asking.exchange.transfers.transfer(work, pair.pull).address or {}
    asking.stop()
    ours, theirs = [], []
    with serving(pair.provider), nginx(folder / "nginx", pair.file.parent) as peer:
        for _ in range(ROUNDS + 1):
            ours.append(curl(address["endpoint"], address["token"]))
            theirs.append(curl(f"{peer}/{pair.file.name}"))
    return ours[1:], theirs[1:]


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures. Raises SkillspaceError when a node does not start or answer."""
    with tempfile.TemporaryDirectory(prefix="skillspace-bench-") as place:
        folder = Path(place)
        tell("making two nodes and a gigabyte")
        pair = build(folder)
        figures = []
        try:
            tell("beside nginx")
            ours, theirs = map(statistics.median, raced(pair, folder))
        except Unavailable as fault:
            tell(fault.message)
        else:
            more = {"mb_per_s": ours, "rounds": ROUNDS, "bytes": BYTES}
            figures.append(figure("transfer_ratio_to_nginx", ours / theirs, "share", "nginx", 1.0, LEAST_SHARE, more))
            figures.append(figure("transfer_mb_per_s", ours, "MB/s", "nginx", theirs))
        for name, carry in (("pull", pulled), ("push", pushed)):
            tell(f"{name} from process to process")
            figures += _carried(name, carry(pair))
    return figures


def _carried(name: str, carried: Carried) -> list[Figure]:
    if not carried.is_same:
        raise Unavailable(f"What came by {name} is not what was sent.")
    peaks = [{"whole_process_mb": peak} for peak in (carried.provider_peak_mb, carried.consumer_peak_mb)]
    return [
        figure(f"transfer_{name}_s_per_gb", carried.seconds, "s", more={"bytes": BYTES, "digest": "checked"}),
        figure(f"transfer_{name}_provider_mb", carried.provider_mb, "MB", limit=MOST_MB, more=peaks[0]),
        figure(f"transfer_{name}_consumer_mb", carried.consumer_mb, "MB", limit=MOST_MB, more=peaks[1]),
    ]


if __name__ == "__main__" and sys.argv[1:2] == ["download"]:
    download(*sys.argv[2:])
