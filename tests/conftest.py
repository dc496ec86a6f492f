"""What every test shares: where the real data lies, and a held clock."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from skillspace.skills.taxonomy import add_pack
from tests.patience import be_patient
from tests.postgres import own_server

# Machines are shared: how long an example takes tells of them, not of the program.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")
be_patient()
be_patient()

ROOT = Path(__file__).resolve().parents[1]
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def data_folder() -> Path | None:
    """The folder of real data, or None where this machine has none."""
    folder = Path(os.environ.get("SKILLSPACE_DATA", ROOT / ".." / "shared" / "data"))
    return folder.resolve() if folder.is_dir() else None


class TogetherOnOneWorker(LoadScopeScheduling):  # type: ignore[misc]
    """Keeps a file's tests on one worker, and all of a folder's where they share one running data space."""

    def _split_scope(self, nodeid: str) -> str:
        """Return what must stay together with this test."""
        file = str(nodeid).partition("::")[0]
        folder = file.split("/")[1]
        return folder if folder in ("journeys", "processes") else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> TogetherOnOneWorker:
    """Let xdist share out tests as above, whatever it was told."""
    return TogetherOnOneWorker(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs the real data, with the reason, where there is none."""
    if data_folder() is None:
        skip = pytest.mark.skip(reason="needs the folder of real data; set SKILLSPACE_DATA to it")
        for item in items:
            if "data" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; tests that ask for it carry the marker `data`."""
    folder = data_folder()
    if folder is None:
        pytest.skip("needs the folder of real data; set SKILLSPACE_DATA to it")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of this worker's own; who uses it leaves the schema empty."""
    with own_server() as address:
        yield address


@pytest.fixture(scope="session")
def starter_taxonomies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled starter pack: what a node's setting `taxonomies` points at."""
    home = tmp_path_factory.mktemp("starter-pack")
    add_pack("starter", home, None)
    return home / "taxonomies"
