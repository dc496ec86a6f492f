"""Fixtures of the connector: an invented school that offers diplomas, and an invented bureau that asks for them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.exchange.neighbours import Diplomas, Neighbour, Town, offering


@pytest.fixture
def school(tmp_path: Path) -> Iterator[Neighbour]:
    """A provider that is up and offers diplomas."""
    node = Neighbour(tmp_path, "Invented School of Glass").up()
    with node.work() as work:
        node.exchange.catalog.publish(work, offering())
    node.exchange.sources.register("diplomas", Diplomas())
    yield node
    node.close()


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Neighbour]:
    """A consumer that is up."""
    node = Neighbour(tmp_path, "Invented Bureau of Guidance").up()
    yield node
    node.close()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A provider, a consumer and somebody else, all up."""
    folder = tmp_path_factory.mktemp("town")
    nodes = [Neighbour(folder, name).up() for name in ("School of Glass", "Bureau of Guidance", "Stranger")]
    yield Town(*nodes, numbers=itertools.count())
    for node in nodes:
        node.close()
