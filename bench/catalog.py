"""How fast a node answers for its catalog at 10,000 and 100,000 datasets, and how fast another reads all of it.

The provider is a node in a process of its own; the one that asks proves its membership as any member does, follows the
pages by Link and reads each answer to its end. What was read is kept as a node keeps it.
"""

from __future__ import annotations

import logging
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx2

from bench.figures import Figure, Tell, figure, untold
from skillspace.exchange import Offering
from skillspace.exchange.catalog.links import next_page
from skillspace.exchange.messages import message
from skillspace.kernel.errors import Unavailable
from skillspace.node.composition import Node, compose
from skillspace.node.serving import configure_log, server
from skillspace.node.settings import Settings
from skillspace.skills.taxonomy import add_pack
from tests.nodes import admit, make_node

SIZES = {"10k": 10_000, "100k": 100_000}
PAGES, LOOKS, BATCH = 200, 200, 1000
WITHIN_S = 30.0
POLICY = {
    "permission": [
        {
            "action": "use",
            "constraint": [
                {"leftOperand": "urn:skillspace:term:purpose", "operator": "isAnyOf", "rightOperand": ["guidance"]}
            ],
        }
    ]
}


def run(tell: Tell = untold) -> list[Figure]:
    """Return the figures of both sizes. Raises SkillspaceError when a node does not start or answer."""
    figures: list[Figure] = []
    configure_log(logging.ERROR)
    with TemporaryDirectory(prefix="skillspace-bench-") as place:
        home = Path(place)
        add_pack("starter", home / "taxonomies", None)
        for label, size in SIZES.items():
            figures += _measured(home / label, home / "taxonomies", label, size, tell)
    return figures


def _measured(home: Path, taxonomies: Path, label: str, size: int, tell: Tell) -> list[Figure]:
    more: dict[str, Any] = {"taxonomies": str(taxonomies), "crawl_seconds": 3600.0}
    provider = make_node(home / "provider", "Invented Authority", "authority", "agency", **more)
    asker = make_node(home / "asker", "Invented Employer", "employer", authority=provider.did, **more)
    tell(f"publishing {size} datasets")
    began = time.perf_counter()
    node, ours = compose(provider), compose(asker)
    _publish(node, size)
    published = time.perf_counter() - began
    with _as_a_process(provider), _answering(ours):
        admit(node, ours)
        node.stop()
        tell(f"asking for pages of {size}")
        pages = _pages(ours, provider.did)
        looks = _looks(ours, provider.did, size)
        tell(f"reading all {size}")
        crawl, again = _crawl(ours, provider.did, size), _crawl(ours, provider.did, size)
    by_page = {"p50_ms": statistics.median(pages), "datasets_a_page": 100, "pages": len(pages)}
    by_look = {"p50_ms": statistics.median(looks)}
    return [
        figure(f"catalog_page_p95_ms_{label}", _p95(pages), "ms", limit=100, more=by_page),
        figure(f"catalog_dataset_p95_ms_{label}", _p95(looks), "ms", limit=100, more=by_look),
        figure(f"catalog_crawl_s_{label}", crawl, "s", more={"datasets": size}),
        figure(f"catalog_recrawl_unchanged_ms_{label}", again * 1000, "ms"),
        figure(f"catalog_publish_s_{label}", published, "s", more={"datasets": size}),
    ]


def _pages(ours: Node, provider: str) -> list[float]:
    """Return the milliseconds of each page, walked from the first on: request, proof, answer, all of it read."""
    address = ours.exchange.addresses.find(provider)
    path, times = "/catalog/request", []
    for number in range(-1, PAGES):
        began = time.perf_counter()
        answer, headers = ours.exchange.channel.exchange(
            "POST", provider, address, path, message("CatalogRequestMessage")
        )
        # The first one also asks for the membership credential, which is then believed for a while.
        if number >= 0:
            times.append((time.perf_counter() - began) * 1000)
        if len(answer["dataset"]) != 100:
            raise Unavailable(f"A page held {len(answer['dataset'])} datasets.")
        following = next_page(headers.get("link"), address.base + path)
        path = following.removeprefix(address.base) if following else "/catalog/request"
    return times


def _looks(ours: Node, provider: str, size: int) -> list[float]:
    times = []
    for number in range(LOOKS):
        began = time.perf_counter()
        ours.exchange.crawler.look_up(provider, _name(number * size // LOOKS))
        times.append((time.perf_counter() - began) * 1000)
    return times


def _crawl(ours: Node, provider: str, size: int) -> float:
    """Return the seconds in which one worker reads and keeps the whole catalog."""
    began = time.perf_counter()
    with ours.database.writing() as work:
        ours.exchange.crawler.crawl_now(work, provider)
    while ours.worker.run_due():
        pass
    seconds = time.perf_counter() - began
    with ours.database.reading() as work:
        if ours.exchange.crawler.offering(work, provider, _name(size - 1)) is None:
            raise Unavailable("The catalog was not read to its end.")
    return seconds


def _publish(node: Node, size: int) -> None:
    for first in range(0, size, BATCH):
        with node.database.writing() as work:
            node.exchange.catalog.publish_many(
                work, (_offering(number, work.now) for number in range(first, first + BATCH))
            )


def _offering(number: int, at: datetime) -> Offering:
    return Offering(
        id=_name(number),
        title={"en": f"Courses of Invented School {number}", "sv": f"Kurser vid Påhittade skolan {number}"},
        description={"en": "Open courses with their times, places and the skills they lead to, as one line each."},
        kinds=("course",),
        personal=number % 10 == 0,
        purposes=("guidance", "statistics"),
        media_type="application/x-ndjson",
        policy=POLICY,
        retention_days=365,
        updated=at,
    )


def _name(number: int) -> str:
    # Spread, so that what lies together was not published together.
    return f"courses-{number * 7919 % 1_000_003:07d}"


@contextmanager
def _as_a_process(settings: Settings) -> Iterator[None]:
    command = [sys.executable, "-m", "skillspace.cli", "serve", str(settings.folder), "--log-level", "error"]
    process = subprocess.Popen(command)  # noqa: S603 - our own program
    try:
        _until(lambda: process.poll() is not None or _answers(settings.address), settings.name)
        yield
    finally:
        process.terminate()
        process.wait(timeout=WITHIN_S)


@contextmanager
def _answering(node: Node) -> Iterator[None]:
    """Let a node answer who asks for its credential, while none of its own tasks run."""
    running = server(node)
    running.config.lifespan = "off"
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        _until(lambda: _answers(node.settings.address), node.settings.name)
        yield
    finally:
        running.should_exit = True
        thread.join(timeout=WITHIN_S)
        node.stop()


def _until(is_so: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + WITHIN_S
    while not is_so():
        if time.monotonic() > deadline:
            raise Unavailable(f"{name} did not start.")
        time.sleep(0.05)


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health", timeout=2, trust_env=False).status_code == 200
    except httpx2.TransportError:
        return False


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]
