"""Cutting texts into pieces: alone or among others, the same; case, accents and punctuation do not count."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.skills.encoder import pieces, words
from skillspace.skills.taxonomy.folding import fold

BITS = 16


@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_a_text_has_the_same_pieces_alone_and_among_others(texts: list[str]) -> None:
    together = pieces(texts, BITS)
    for place, text in enumerate(texts):
        among = together.buckets[together.starts[place] : together.starts[place + 1]]
        assert sorted(among.tolist()) == sorted(pieces([text], BITS).buckets.tolist())


@given(st.text(max_size=200))
def test_every_piece_lies_within_the_table(text: str) -> None:
    buckets = pieces([text], BITS).buckets
    assert ((buckets >= 0) & (buckets < 1 << BITS)).all()


@pytest.mark.parametrize(
    ("one", "other"),
    [("Infirmière", "infirmiere"), ("C++ developer", "c++ DEVELOPER"), ("chef, cuisine", "Chef – cuisine")],
)
def test_case_accents_and_punctuation_do_not_count(one: str, other: str) -> None:
    assert np.array_equal(pieces([one], BITS).buckets, pieces([other], BITS).buckets)


def test_a_text_without_a_letter_has_no_pieces() -> None:
    assert pieces(["", "  ", "…"], BITS).buckets.size == 0


def test_the_order_of_words_is_seen_through_pairs_of_them() -> None:
    one, other = (pieces([text], BITS).buckets.tolist() for text in ("data base", "base data"))
    assert sorted(one) != sorted(other)


def test_a_word_of_three_letters_is_itself_and_its_parts() -> None:
    # the word; " ab", "abc", "bc "; " abc", "abc "; " abc "
    assert len(pieces(["abc"], BITS).buckets) == 1 + 3 + 2 + 1


def test_the_words_of_a_text_are_among_its_pieces() -> None:
    text = fold("Chef de cuisine")
    whole = words(text, BITS).tolist()
    assert len(whole) == 3
    assert set(whole) <= set(pieces([text], BITS).buckets.tolist())
