"""A home folder with the invented schemes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.questions import make_home


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_home(tmp_path_factory.mktemp("home"))
