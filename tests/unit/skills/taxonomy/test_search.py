"""Search finds a concept by its name, the beginning of it, or a misspelling."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies


def names(taxonomies: Taxonomies, text: str, language: str) -> list[str]:
    return [hit.label for hit in taxonomies.search(text, language)]


def test_every_preferred_label_finds_its_own_concept_with_full_score(starter: Taxonomies) -> None:
    for language in ("en", "fr", "sv", "de", "es"):
        for label, uri, _ in starter.labels(language):
            full = [hit.uri for hit in starter.search(label, language) if hit.score == 1]
            assert uri in full, label


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("softw", "en", "software developer"),
        ("elektrican", "en", "electrician"),
        ("DEVELOPPEUR WEB", "fr", "développeur web/développeuse web"),
        ("snickar", "sv", "snickare"),
        ("python programming", "en", "Python (computer programming)"),
        ("w", "en", "welder"),
    ],
)
def test_beginnings_misspellings_and_missing_accents_still_find(
    starter: Taxonomies, text: str, language: str, expected: str
) -> None:
    assert expected in names(starter, text, language)[:5]


def test_an_exact_name_comes_before_longer_names(starter: Taxonomies) -> None:
    assert names(starter, "cook", "en")[0] == "cook"


def test_kinds_narrow_the_search(starter: Taxonomies) -> None:
    for kinds in ({ConceptKind.OCCUPATION}, SKILL_KINDS):
        hits = starter.search("work", "en", kinds=kinds)
        assert hits
        assert {starter.concept(hit.uri).kind for hit in hits} <= kinds


def test_hits_are_ordered_limited_and_one_a_concept(starter: Taxonomies) -> None:
    hits = starter.search("manage", "en", limit=7)
    assert len(hits) == 7
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.uri for hit in hits}) == 7


def test_nonsense_finds_nothing(starter: Taxonomies) -> None:
    assert names(starter, "zzzzqqxx", "en") == []
    assert starter.search("cook", "xx") == []
    assert starter.search("cook", "en", limit=0) == []


@settings(deadline=None)  # the first run maps files
@given(st.text(max_size=300))
def test_no_text_breaks_the_search(starter: Taxonomies, text: str) -> None:
    for hit in starter.search(text, "sv", scheme=None):
        assert 0 < hit.score <= 1
