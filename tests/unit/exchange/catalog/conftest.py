"""Fixtures of the catalog: an invented school that offers, and an invented bureau that asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.exchange.catalog.shops import Shop, Town


@pytest.fixture
def town() -> Town:
    """Where everybody is."""
    return Town()


@pytest.fixture
def school(tmp_path: Path, town: Town) -> Iterator[Shop]:
    """A provider that is up and offers nothing yet."""
    shop = Shop(tmp_path, "school", town)
    shop.server.up()
    yield shop
    shop.close()


@pytest.fixture
def bureau(tmp_path: Path, town: Town) -> Iterator[Shop]:
    """A consumer; nobody calls it."""
    shop = Shop(tmp_path, "bureau", town)
    yield shop
    shop.close()
