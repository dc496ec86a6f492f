"""The starter pack, and small catalogues whose concepts no taxonomy links: what a training brings is plain to see."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from skillspace.skills.matching import HolderIndex, holder
from skillspace.skills.planning import Catalogue, Training
from skillspace.skills.taxonomy import Taxonomies, add_pack

CONCEPTS = tuple(f"urn:example:{letter}" for letter in "abcdef")
Stock = Callable[[Sequence[Training]], Catalogue]


@pytest.fixture(scope="session")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """About 60 occupations and 400 skills of ESCO, as every installation has them."""
    home = tmp_path_factory.mktemp("starter")
    add_pack("starter", home, None)
    return Taxonomies.open(home)


@pytest.fixture(scope="session")
def stock(starter: Taxonomies) -> Stock:
    """Makes a catalogue of trainings over the concepts a to f."""
    concepts = HolderIndex.build([holder(uri, [uri]) for uri in CONCEPTS], starter)
    return lambda trainings: Catalogue(sorted(trainings, key=lambda one: one.id), concepts)
