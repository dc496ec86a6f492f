"""The invented taxonomy of matching's tests: small enough for everything to be counted again by hand."""

from __future__ import annotations

import pytest

from skillspace.skills.matching import Proximity
from skillspace.skills.taxonomy import Taxonomies
from tests.unit.skills.matching.brute import compile_world


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    return compile_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def near(world: Taxonomies) -> Proximity:
    """Which skills of it come close to which."""
    return Proximity.build(world)
