"""Fixtures of the connector: an invented school that offers diplomas, and an invented bureau that asks for them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.unit.exchange.neighbours import Diplomas, Neighbour, crawled, offering


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


@dataclass(frozen=True)
class Town:
    """Three nodes that stay up for a whole file, and the next free name for a dataset."""

    school: Neighbour
    bureau: Neighbour
    stranger: Neighbour
    numbers: Iterator[int]

    def dataset(self, **changes: Any) -> str:
        """Publish a fresh dataset at the school, let the bureau see it, and return its id."""
        name = f"diplomas-{next(self.numbers)}"
        with self.school.work() as work:
            self.school.exchange.catalog.publish(work, offering(name, **changes))
        self.school.exchange.sources.register(name, Diplomas())
        crawled(self.bureau, self.school)
        return name


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A provider, a consumer and somebody else, all up."""
    folder = tmp_path_factory.mktemp("town")
    nodes = [Neighbour(folder, name).up() for name in ("School of Glass", "Bureau of Guidance", "Stranger")]
    yield Town(*nodes, numbers=itertools.count())
    for node in nodes:
        node.close()
