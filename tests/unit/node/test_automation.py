"""What a node negotiates for by itself: what its roles want, nothing else, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from skillspace.exchange import CrawledOffering
from skillspace.exchange.catalog.store import replace_crawled
from skillspace.kernel.events import Event
from skillspace.node.automation import WANTED_DATASETS, WANTED_PURPOSES
from skillspace.node.composition import Node, compose
from skillspace.storage.database import Work
from skillspace.trust.membership.model import ROLES
from tests.nodes import make_node

OTHER = "did:web:other.example"


@contextmanager
def node_of(folder: Path, taxonomies: Path, *roles: str) -> Iterator[Node]:
    settings = make_node(folder / "n", "Invented", *roles, authority="did:web:a.example", taxonomies=str(taxonomies))
    node = compose(settings)
    yield node
    node.stop()


def offering(work: Work, name: str) -> CrawledOffering:
    return CrawledOffering(
        provider=OTHER,
        id=name,
        title={"en": name},
        description={},
        kinds=("x",),
        personal=True,
        purposes=("gather",),
        media_type="application/json",
        formats=("HttpData-PULL",),
        offer={"@id": f"urn:offer:{name}", "@type": "Offer", "permission": [{"action": "use"}]},
        retention_days=None,
        updated=work.now,
        seen_at=work.now,
    )


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        ("intermediary", {"diplomas"}),
        ("employer", {"skills-profile"}),
        ("training", {"skills-profile"}),
        ("agency", {"skills-profile", "territory-statistics"}),
        ("university", set()),
        ("school", set()),
        ("edtech", set()),
    ],
)
def test_each_role_negotiates_for_what_it_wants_and_once(
    tmp_path: Path, starter_taxonomies: Path, role: str, wanted: set[str]
) -> None:
    with node_of(tmp_path, starter_taxonomies, role) as node:
        with node.database.writing() as work:
            profiles = replace(offering(work, "skills-profile"), purposes=("recruitment",))
            statistics = replace(offering(work, "territory-statistics"), personal=False, purposes=("statistics",))
            feed = replace(offering(work, "open-data"), personal=False)
            research = replace(offering(work, "research"), purposes=("statistics",))
            replace_crawled(work, OTHER, [offering(work, "diplomas"), profiles, statistics, feed, research])
        for _ in range(2):
            with node.database.writing() as work:
                work.publish(Event(name="catalog.crawled", about=OTHER, content={"provider": OTHER}))
            _tell(node)
        with node.database.reading() as work:
            opened = [each.dataset for each in node.exchange.negotiations.negotiations(work)]
        assert sorted(opened) == sorted(wanted)


def _tell(node: Node) -> None:
    """Hand the event to its listeners, and do nothing else that is due: the other side does not exist."""
    with node.database.writing() as work:
        for listener in node.book.listeners["catalog.crawled"]:
            listener(work, {"content": {"provider": OTHER}})


def test_the_table_speaks_of_roles_that_exist() -> None:
    assert set(WANTED_PURPOSES) | set(WANTED_DATASETS) <= ROLES
