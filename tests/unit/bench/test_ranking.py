"""How rankings are judged: against what one reckons by hand."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.ranking import K1, B, Bm25, average_precision, best, judged, shared_rank, words

texts = st.lists(st.sampled_from(["mend", "Mend", "pipe", "roof", "and"]), min_size=1, max_size=6).map(" ".join)


@given(documents=st.lists(texts, min_size=1, max_size=6), question=texts)
def test_bm25_is_what_its_formula_says(documents: list[str], question: str) -> None:
    lists = [words(text) for text in documents]
    usual = sum(map(len, lists)) / len(lists)
    scores = Bm25(documents).scores(question)
    for found, one in zip(scores, lists, strict=True):
        expected = 0.0
        for word, times in Counter(words(question)).items():
            holding = sum(word in other for other in lists)
            rarity = math.log(1 + (len(lists) - holding + 0.5) / (holding + 0.5))
            limit = K1 * (1 - B + B * len(one) / usual)
            expected += times * rarity * one.count(word) * (K1 + 1) / (one.count(word) + limit)
        assert found == pytest.approx(expected)


def test_a_question_of_unknown_words_finds_nothing() -> None:
    assert best(Bm25(["mend pipes", "mend roofs"]).scores("sing"), 5) == []


@pytest.mark.parametrize(
    ("found", "relevant", "expected"),
    [
        (["a", "b"], {"a", "b"}, 1),
        (["x", "a"], {"a"}, 1 / 2),
        (["a", "x", "b"], {"a", "b"}, (1 + 2 / 3) / 2),
        (["a"], {"a", "b"}, 1 / 2),
        (["x"], {"a"}, 0),
    ],
)
def test_average_precision_counts_what_is_not_found_as_nothing(
    found: list[str], relevant: set[str], expected: float
) -> None:
    assert average_precision(found, relevant) == pytest.approx(expected)


@given(scores=st.lists(st.integers(0, 3), min_size=1, max_size=8), data=st.data())
def test_those_that_are_level_share_their_ranks(scores: list[int], data: st.DataObject) -> None:
    right = data.draw(st.integers(0, len(scores) - 1))
    own = scores[right]
    ranks = [rank for rank, one in enumerate(sorted(scores, reverse=True), 1) if one == own]
    assert shared_rank(np.array(scores, dtype=np.float64), right) == pytest.approx(sum(ranks) / len(ranks))


@given(own=st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_an_interval_lies_among_the_values_and_nothing_is_gained_over_oneself(own: list[float]) -> None:
    figure = judged("some", own, "itself", own)
    assert figure["more"]["gain_low"] == figure["more"]["gain_high"] == 0
    low, high = float(figure["more"]["low"]), float(figure["more"]["high"])
    assert min(own) - 1e-3 <= low <= high <= max(own) + 1e-3
