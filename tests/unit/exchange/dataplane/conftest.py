"""A file that is served, for the tests of pushes and of sinks."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.exchange.dataplane.files import FileSource
from tests.unit.exchange.dataplane.pushing import BODY
from tests.unit.exchange.neighbours import Town


@pytest.fixture
def served(tmp_path: Path) -> FileSource:
    file = tmp_path / "served.csv"
    file.write_bytes(BODY)
    return FileSource(file, "text/csv")


@pytest.fixture(scope="module")
def listening(town: Town) -> None:
    town.bureau.book.on_event("transfer.received", town.bureau._hear)
