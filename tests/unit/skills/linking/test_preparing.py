"""What is prepared of a scope: where its concepts stand, and what they are called first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillspace.skills.encoder import Encoder
from skillspace.skills.linking.model import scope_of
from skillspace.skills.linking.preparing import prepare, prepare_middles
from skillspace.skills.taxonomy import Taxonomies


@pytest.fixture
def packs(starter_taxonomies: Path) -> Taxonomies:
    return Taxonomies.open(starter_taxonomies)


@pytest.fixture
def encoder(untaught: Path) -> Encoder:
    return Encoder.open(untaught)


def test_a_concept_stands_in_the_middle_of_its_names_of_all_languages(packs: Taxonomies, encoder: Encoder) -> None:
    scope = scope_of("esco-occupation", packs)
    uris = packs.concepts(kinds=scope.kinds, scheme="esco")
    middles = prepare_middles(scope, packs, encoder)["middles"]
    spoken = next(pack.languages for pack in packs.schemes if pack.scheme == "esco")
    names = [
        label
        for language in spoken
        for label, uri, _ in packs.labels(language, kinds=scope.kinds, scheme="esco")
        if uri == uris[0]
    ]
    assert len(names) >= len(spoken) >= 2
    middle = encoder.encode(names).sum(axis=0)
    assert np.allclose(middles[0], middle / np.linalg.norm(middle), atol=1e-4)
    assert np.allclose(np.linalg.norm(middles, axis=1), 1, atol=1e-5)


def test_the_preferred_name_of_a_concept_stands_in_its_row_in_the_language_asked_for(
    packs: Taxonomies, encoder: Encoder
) -> None:
    scope = scope_of("esco-skill", packs)
    uris = packs.concepts(kinds=scope.kinds, scheme="esco")
    rows = prepare(scope, "fr", packs, encoder)["preferred"]
    wanted = encoder.encode([packs.label(uri, "fr") for uri in uris])
    assert np.allclose((rows * wanted).sum(axis=1), 1, atol=1e-4)


def test_a_skill_that_more_occupations_ask_for_is_wanted_more(packs: Taxonomies, encoder: Encoder) -> None:
    scope = scope_of("esco-skill", packs)
    uris = packs.concepts(kinds=scope.kinds, scheme="esco")
    wanted = prepare_middles(scope, packs, encoder)["wanted"]
    counts = np.array([len(packs.occupations_of(uri)) for uri in uris])
    assert counts.max() > 1
    assert (np.argsort(counts, kind="stable") == np.argsort(wanted, kind="stable")).all()
