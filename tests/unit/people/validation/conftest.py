"""Two nodes for a file of tests, and somebody new in them for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from skillspace.node.composition import Node
from skillspace.storage import tasks
from tests.unit.people.validation.town import Town, made, meeting, with_somebody


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory, starter_taxonomies: Path) -> Iterator[tuple[Node, Node]]:
    with meeting(*made(tmp_path_factory.mktemp("town"), starter_taxonomies)) as both:
        yield both


@pytest.fixture
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not answered gives up after a few tries that follow each other at once, not after days."""
    monkeypatch.setattr(tasks, "PATIENCE", timedelta(0))
    monkeypatch.setattr(tasks, "LONGEST_WAIT", timedelta(milliseconds=20))


@pytest.fixture
def town(nodes: tuple[Node, Node]) -> Town:
    return with_somebody(*nodes)
