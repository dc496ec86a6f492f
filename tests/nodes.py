"""Real nodes for tests: each with its own folder, database, key and port; in this process, or as its own."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from skillspace.node.composition import Node, compose
from skillspace.node.founding import found
from skillspace.node.keys import make_key
from skillspace.node.serving import answering
from skillspace.node.settings import Settings, read_settings, write_settings
from skillspace.trust.identity import Peer, did_of_address
from skillspace.trust.membership import Application
from skillspace.trust.membership.machine import MemberState
from tests.patience import PATIENCE_S
from tests.tables import lay_tables


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_node(
    folder: Path, name: str, *roles: str, authority: str | None = None, address: str | None = None, **more: object
) -> Settings:
    """Make a node's folder with settings and key; the first one of a data space is its authority."""
    folder.mkdir(parents=True, exist_ok=True)
    address = address or f"http://127.0.0.1:{free_port()}"
    did = did_of_address(address)
    content = {"name": name, "address": address, "roles": roles, "authority": authority or did, "loopback": True}
    write_settings(folder, content | {"demo": True} | more)
    make_key(folder, did)
    lay_tables(folder)
    settings = read_settings(folder)
    if authority is None:
        found(settings)
    return settings


@contextmanager
def running(*settings: Settings) -> Iterator[list[Node]]:
    """Run nodes in threads of this process until the end of the block."""
    with ExitStack() as stack:
        nodes = [compose(each) for each in settings]
        for node in nodes:
            stack.enter_context(answering(node, within_s=PATIENCE_S))
        yield nodes


def admit(authority: Node, *others: Node) -> None:
    """Make nodes members at once, by the authority's own hand, without waiting for the delivery over the wire."""
    assert authority.trust.authority is not None
    for node in others:
        application = Application(
            name=node.settings.name, roles=list(node.settings.roles), address=node.settings.address
        )
        with authority.database.writing() as work:
            member = authority.trust.authority.apply(work, node.trust.did, application)
            if member.state is not MemberState.ADMITTED:
                member = authority.trust.authority.move(work, node.trust.did, "admit")
            token = authority.trust.authority.credential(work, member.did)
        with node.database.writing() as work:
            node.trust.wallet.keep(work, authority.trust.did, token)


def acquaint(*nodes: Node) -> None:
    """Let nodes know each other, and read each other's catalogs, without waiting for their regular rounds."""
    peers = [Peer(did=each.trust.did, name=each.settings.name, roles=frozenset(each.settings.roles)) for each in nodes]
    for node in nodes:
        with node.database.writing() as work:
            node.trust.directory.replace(work, peers)
            for peer in peers:
                if peer.did != node.trust.did:
                    node.exchange.crawler.crawl_now(work, peer.did)


def until(is_so: Callable[[], object], what: str, within_s: float = 3 * PATIENCE_S) -> None:
    """Wait for something that stored tasks bring about."""
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline, f"in {within_s:.0f} s it did not come about that {what}"
        time.sleep(0.02)
