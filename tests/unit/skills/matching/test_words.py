"""Words of texts: what counts as one, and what is told apart."""

from __future__ import annotations

import unicodedata
from collections import Counter as Times

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.skills.matching.words import ASKED, COMMON, Counted, Counter, Vocabulary, Words
from tests.unit.skills.matching.brute import texts

plain_words = st.text("abcdefgh", min_size=2, max_size=7)
plain_texts = st.lists(st.lists(plain_words, max_size=8).map(" ".join), max_size=8)


def counts(counted: Counted, names: list[str]) -> list[dict[str, int]]:
    """Read counts back, text by text."""
    return [
        {names[word]: int(times) for word, times in zip(counted.words[a:b], counted.times[a:b], strict=True)}
        for a, b in zip(counted.starts[:-1], counted.starts[1:], strict=True)
    ]


def vocabulary(*all_of: str) -> tuple[Vocabulary, Counted]:
    counter = Counter()
    return counter.vocabulary([counter.count(all_of)])


@given(read=plain_texts)
@settings(deadline=None)
def test_words_are_counted_as_by_hand(read: list[str]) -> None:
    counter = Counter()
    assert counts(counter.count(read), counter.stems) == [dict(Times(text.split())) for text in read]


@given(read=plain_texts, cut=st.integers(0, 8))
@settings(deadline=None)
def test_texts_counted_in_pieces_are_those_counted_at_once(read: list[str], cut: int) -> None:
    once, pieces = Counter(), Counter()
    joined = Counted.joined([pieces.count(read[:cut]), pieces.count(read[cut:])])
    assert counts(joined, pieces.stems) == counts(once.count(read), once.stems)
    some = np.array([at for at in range(len(read)) if at % 2], dtype=np.int64)
    assert counts(joined.taken(some), pieces.stems) == counts(joined, pieces.stems)[1::2]


@given(read=plain_texts, later=plain_texts)
@settings(deadline=None)
def test_a_text_read_later_is_counted_by_the_words_that_are_known(read: list[str], later: list[str]) -> None:
    known, first = vocabulary(*read)
    names = [bytes(word).decode() for word in known.words]
    again = known.counted([*read, *later])
    assert counts(again, names)[: len(read)] == counts(first, names)
    seen = {word for text in read for word in text.split()}
    expected = [{word: times for word, times in Times(text.split()).items() if word in seen} for text in later]
    assert counts(again, names)[len(read) :] == expected


@given(read=st.lists(st.text(max_size=30), max_size=6), asked=st.text(max_size=30))
@settings(deadline=None)
def test_any_text_can_be_read_and_asked_and_is_never_more_than_alike(read: list[str], asked: str) -> None:
    known, counted = vocabulary(*read)
    alike = Words.of(counted, known).alike(*known.question(asked))
    assert len(alike) == len(read)
    assert ((alike >= 0) & (alike <= 1 + 1e-5)).all()


@given(read=st.lists(texts, min_size=1, max_size=6))
@settings(deadline=None)
def test_a_text_is_most_alike_to_itself(read: list[str]) -> None:
    known, counted = vocabulary(*read)
    words = Words.of(counted, known)
    for at, text in enumerate(read):
        alike = words.alike(*known.question(text))
        assert alike[at] >= alike.max() - 1e-6
        assert abs(alike[at] - 1) < 1e-5 or not text.strip(" of")


def test_case_accents_endings_numbers_and_marks_make_no_difference() -> None:
    known, _ = vocabulary("Sjuksköterskan, 100 % (natt); a")
    for asked in ("SJUKSKÖTERSKOR", unicodedata.normalize("NFD", "sjuksköterska"), "sjukskoterska 42 b"):
        assert len(known.question(asked)[0]) == 1
    assert len(known.words) == 2


def test_a_common_word_tells_nothing() -> None:
    many = [f"the {'nurse' if number % 20 == 0 else ''}" for number in range(1000)]
    known, _ = vocabulary(*many)
    assert COMMON * len(many) < len(many)
    assert [bytes(word) for word in known.words] == [b"nurse"]


def test_the_most_telling_words_of_a_long_question_are_looked_at() -> None:
    common = " ".join(f"word{number:02d}" for number in range(ASKED))
    known, counted = vocabulary(common, common, "rare1", "rare2")
    words, weights = known.question(f"{common} rare1 rare2")
    asked = {bytes(known.words[word]) for word in words}
    assert len(words) == ASKED
    assert {b"rare1", b"rare2"} <= asked
    assert float(np.linalg.norm(weights)) < 1 + 1e-5
    assert Words.of(counted, known).alike(words, weights).argmax() in (0, 1, 2, 3)


def test_no_text_has_no_words() -> None:
    for known, counted in (vocabulary(), vocabulary("", " \n", "1 2 3")):
        assert not counted.starts.any()
        assert len(known.question("nurse")[0]) == 0
        assert not Words.of(counted, known).alike(*known.question("nurse")).any()


def test_a_text_of_a_million_letters_is_one_word_or_many() -> None:
    known, counted = vocabulary("x" * 10**6, "nurse " * 10**5, "\x00\x1b[31m \u202enurse\u202c")
    alike = Words.of(counted, known).alike(*known.question("nurse"))
    assert alike[1] > 0.99
    assert alike[2] > 0
    assert alike[0] == 0
