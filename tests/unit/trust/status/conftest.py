"""A clock and a database that goes by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillspace.storage.database import Database
from tests.tables import make_tables
from tests.unit.trust.status.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    database = Database.in_folder(tmp_path, clock=clock)
    make_tables(database)
    yield database
    database.close()
