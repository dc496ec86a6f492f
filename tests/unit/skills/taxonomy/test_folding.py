"""Folding makes spellings of one name equal, whatever the script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.skills.taxonomy.folding import fold, label_grams, query_grams


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Sjuksköterska, ny", "sjukskoterska ny"),
        ("développeur/développeuse", "developpeur developpeuse"),
        ("Straße", "strasse"),
        ("Smørrebrød", "smorrebrod"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("  snake_case  ", "snake case"),
        ("Готвач", "готвач"),
        ("!!!", ""),
    ],
)
def test_case_accents_and_punctuation_do_not_count(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(st.text(max_size=20), max_size=8))
def test_every_label_holds_the_trigrams_of_its_own_name(texts: list[str]) -> None:
    folded = [fold(text) for text in texts]
    grams, positions = label_grams(folded)
    for position, text in enumerate(folded):
        if len(text) > 1:
            assert set(query_grams(text).tolist()) <= set(grams[positions == position].tolist())


def test_trigrams_never_run_from_one_label_into_the_next() -> None:
    together, _ = label_grams(["ab", "cd"])
    apart = {gram for text in ("ab", "cd") for gram in label_grams([text])[0].tolist()}
    assert set(together.tolist()) == apart
