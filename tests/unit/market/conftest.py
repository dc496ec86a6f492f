"""What the market's tests share: taxonomies small and large, and an empty market."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.skills.taxonomy import Taxonomies, add_pack
from skillspace.storage.database import Database
from tests.conftest import NOON
from tests.tables import make_tables


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """The starter pack, compiled and opened."""
    home: Path = tmp_path_factory.mktemp("market-starter")
    add_pack("starter", home, None)
    return Taxonomies.open(home)


@pytest.fixture(scope="session")
def official(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Taxonomies:
    """ESCO, ROME, JobTech and the crosswalks between them, compiled and opened."""
    home: Path = tmp_path_factory.mktemp("market-official")
    for pack in ("esco", "rome", "jobtech", "crosswalks"):
        add_pack(pack, home, real_data)
    return Taxonomies.open(home)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """An empty database whose clock stands at noon."""
    made = Database.in_folder(tmp_path / "node", clock=lambda: NOON)
    make_tables(made)
    return made
