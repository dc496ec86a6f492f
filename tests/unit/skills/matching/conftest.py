"""The starter pack, compiled once for these tests."""

from __future__ import annotations

import pytest

from skillspace.skills.taxonomy import Taxonomies, add_pack


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """About 60 occupations and 400 skills of ESCO, as every installation has them."""
    home = tmp_path_factory.mktemp("starter")
    add_pack("starter", home, None)
    return Taxonomies.open(home)
