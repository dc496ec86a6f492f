"""Negotiations as tests wait for them: what stands, what is left to do, and an hour that is over at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from skillspace.exchange import Negotiation
from skillspace.exchange.outbox import outgoing
from skillspace.storage.database import tasks
from tests.unit.exchange.neighbours import Neighbour, settle

ROGUE = "did:web:rogue.example"
OFFER = {"@id": "urn:offer:1", "@type": "Offer", "permission": [{"action": "use"}]}


# What those we call answer.


@contextmanager
def patience_over(*nodes: Neighbour) -> Iterator[None]:
    """Let so much time pass, again and again, that nobody waits any longer."""
    for _ in range(65):
        settle(*nodes)
        for node in nodes:
            node.later(11)
    yield


def nothing_waits(node: Neighbour) -> bool:
    with node.work() as work:
        dead = work.rows(sa.select(tasks.c.name, tasks.c.last_error).where(tasks.c.name == "exchange.send"))
        return not work.rows(sa.select(outgoing)) and not dead


def negotiation(node: Neighbour, pid: str) -> Negotiation:
    with node.work() as work:
        return node.exchange.negotiations.negotiation(work, pid)
