"""The starter pack, and an invented one small enough to be gone through by hand, compiled once for these tests."""

from __future__ import annotations

import pytest

from skillspace.skills.taxonomy import Taxonomies, add_pack
from tests.unit.skills.matching.brute import compile_world


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """About 60 occupations and 400 skills of ESCO, as every installation has them."""
    home = tmp_path_factory.mktemp("starter")
    add_pack("starter", home, None)
    return Taxonomies.open(home)


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """The taxonomy of `brute`."""
    return compile_world(tmp_path_factory.mktemp("world"))
