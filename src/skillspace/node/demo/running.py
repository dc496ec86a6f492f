"""Running the demo: seven processes, joined to one data space, until they are told to stop."""

from __future__ import annotations

import json
import logging
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import sqlalchemy as sa

from skillspace.kernel.errors import SkillspaceError, Unavailable
from skillspace.market.index import MarketKind
from skillspace.node.composition import Node, compose
from skillspace.node.demo.building import Progress, build
from skillspace.node.demo.space import DemoNode, DemoSpace
from skillspace.node.founding import ask_to_join, invitation
from skillspace.node.serving import configure_log, serve_forever
from skillspace.node.settings import read_settings
from skillspace.storage.database import tasks
from skillspace.wire.outbound import Outbound

START_WITHIN_S = 60.0
SETTLE_WITHIN_S = 240.0


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
    if not space.built_mark.exists() and not space.codes_file.exists():
        shutil.rmtree(space.folder / "nodes", ignore_errors=True)
        space.codes_file.write_text(json.dumps(build(space, progress)), encoding="utf-8")
    started = Running(space=space, processes={})
    try:
        for node in space.nodes:
            started.processes[node.id] = start_node(space.node_folder(node))
        _until_all_answer(started, progress)
        if not space.built_mark.exists():
            _join(started, progress)
            _settle(started, json.loads(space.codes_file.read_text(encoding="utf-8")), progress)
            space.built_mark.write_text(json.dumps({"nodes": [node.id for node in space.nodes]}), encoding="utf-8")
            space.codes_file.unlink()
        yield started
    finally:
        stop(started)


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


def _join(started: Running, progress: Progress) -> None:
    """Let each organisation join as it would by hand: with an invitation, over the wire."""
    space = started.space
    authority = space.settings(space.orchestrator)
    members = space.nodes[1:]
    for number, node in enumerate(members):
        progress("Joining the data space", number / len(members))
        code = invitation(authority, node.name, frozenset(node.roles))
        ask_to_join(space.node_folder(node), space.orchestrator.address, code)


def _settle(started: Running, codes: dict[str, dict[str, str]], progress: Progress) -> None:
    """Wait until catalogs are read, contracts made and offers here; then connect the invented people."""
    space = started.space
    hub = compose(space.settings(space.orchestrator))
    try:
        for what, is_done in (
            ("Reading catalogs and making contracts", lambda: _contracts_made(space, hub)),
            ("Fetching vacancies and courses", lambda: _market_is_there(space, hub)),
            ("Counting for the statistics", lambda: _statistics_are_there(hub)),
        ):
            _wait_for(started, progress, what, is_done)
        for number, (person, given) in enumerate(codes.items()):
            progress("Connecting people", number / len(codes))
            _connect(hub, f"person-{person}", given)
    finally:
        hub.stop()


def _wait_for(started: Running, progress: Progress, what: str, share: Callable[[], float]) -> None:
    deadline = time.monotonic() + SETTLE_WITHIN_S
    while (done := share()) < 1.0:
        progress(what, done)
        started.check()
        if time.monotonic() > deadline:
            raise Unavailable(f"{what} did not end within {SETTLE_WITHIN_S:.0f} seconds; see the nodes' logs.")
        time.sleep(0.2)


def _contracts_made(space: DemoSpace, hub: Node) -> float:
    """Every organisation's personal offering has an agreement with the hub, and the hub's profiles with three roles."""
    wanted = [(node, plan["id"]) for node in space.nodes[1:] for plan in node.offerings if plan["personal"]]
    with hub.database.reading() as work:
        agreements = hub.exchange.negotiations.agreements(work)
        provided = {agreement.dataset for agreement in agreements if agreement.consumer == hub.trust.did}
        consumers = {agreement.consumer for agreement in agreements if agreement.dataset == "skills-profile"}
    made = sum(dataset in provided for _, dataset in wanted) + len(consumers)
    return made / (len(wanted) + 3)


def _market_is_there(space: DemoSpace, hub: Node) -> float:
    spaces = hub.rooms.spaces
    assert spaces is not None  # noqa: S101 - the hub is an intermediary
    feeds = sum(plan["id"] in ("vacancies", "courses") for node in space.nodes[1:] for plan in node.offerings)
    with hub.database.reading() as work:
        arrived = sum(row["arrived"] is not None for row in spaces.feeds.status(work))
        waiting = work.one(sa.select(tasks.c.id).where(tasks.c.name.in_(["market.index", "market.fetch"])).limit(1))
        fresh = all(spaces.market.count(work, kind) for kind in MarketKind) and waiting is None
    ready = spaces.indexes.jobs is not None and spaces.indexes.trainings is not None
    return (arrived + (fresh and ready)) / (feeds + 1)


def _statistics_are_there(hub: Node) -> float:
    with hub.database.reading() as work:
        return 1.0 if hub.rooms.insight.latest(work) is not None else 0.0


def _connect(hub: Node, person: str, codes: dict[str, str]) -> None:
    spaces = hub.rooms.spaces
    assert spaces is not None  # noqa: S101 - the hub is an intermediary
    for organisation, code in codes.items():
        with hub.database.reading() as work:
            account = hub.rooms.accounts.get(work, person)
            name = hub.rooms.directory.name(work, organisation)
        link = spaces.links.connect(account, organisation, name, code)
        with hub.database.writing() as work:
            spaces.asks.propose(work, link)
