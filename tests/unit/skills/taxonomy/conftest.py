"""Packs for the taxonomy tests: the starter pack, and three invented schemes."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.skills.taxonomy import Taxonomies, add_pack
from skillspace.skills.taxonomy.compile import compile_pack
from tests.unit.skills.taxonomy.small import small_crosswalk, small_esco, small_rome


@pytest.fixture(scope="session")
def three_schemes(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """The invented ESCO, ROME and crosswalk, compiled and opened."""
    home = tmp_path_factory.mktemp("three")
    for made in (small_esco(), small_rome(), small_crosswalk()):
        compile_pack(made, home)
    return Taxonomies.open(home)


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """The starter pack, compiled and opened."""
    home: Path = tmp_path_factory.mktemp("starter")
    add_pack("starter", home, None)
    return Taxonomies.open(home)
