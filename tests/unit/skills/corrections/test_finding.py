"""Words people confirmed are found in texts as they stand there, in their language, and nothing else is."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from skillspace.skills.corrections import Correction, Corrections
from skillspace.skills.corrections.finding import ConfirmedWords
from skillspace.skills.taxonomy.folding import fold

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
WORDS = st.lists(
    st.sampled_from(["snake", "charming", "Café", "C++", "node.js", "åka", "skidor"]), min_size=1, max_size=3
)
GAPS = st.sampled_from([" ", ", ", "\n", " – ", "  "])


def correction(text: str, *, is_right: bool = True, language: str = "en", who: str = "reviewer-1") -> Correction:
    return Correction(
        text=text, language=language, scheme="esco-skill", concept="urn:x:1", is_right=is_right, who=who, when=NOW
    )


def found(text: str, *spoken: Correction, language: str = "en", known: tuple[tuple[int, int], ...] = ()) -> list[str]:
    words = ConfirmedWords(Corrections.of(spoken), "esco")
    return [text[start:end] for (start, end), _ in words.find(text, language, known)]


def test_confirmed_words_are_found_however_they_are_written_and_whole_words_only() -> None:
    text = "Snake-charming, SNAKE CHARMING and snake charmings; cafe. Café!"
    assert sorted(found(text, correction("snake charming"), correction("Café"))) == [
        "Café",
        "SNAKE CHARMING",
        "Snake-charming",
        "cafe",
    ]


def test_what_more_people_refuse_or_say_of_another_language_is_not_found() -> None:
    both = correction("snake charming"), correction("snake charming", is_right=False, who="reviewer-2")
    assert found("snake charming", *both) == []
    assert found("snake charming", correction("snake charming", language="sv")) == []
    assert found("snake charming", correction("snake charming", language="sv"), language="sv") == ["snake charming"]
    assert found("snake charming") == []


def test_of_words_within_words_the_longest_are_told_and_none_within_known_ones() -> None:
    text = "You like charming snakes, and snake charming."
    both = correction("charming"), correction("snake charming")
    assert sorted(found(text, *both)) == ["charming", "snake charming"]
    assert found(text, *both, known=((30, 44),)) == ["charming"]
    assert found(text, *both, known=((0, len(text)),)) == []


@given(texts=st.lists(WORDS, min_size=1, max_size=4), confirmed=st.lists(WORDS, max_size=4), gap=GAPS)
def test_whatever_is_found_is_what_was_confirmed_and_nothing_found_lies_within_another(
    texts: list[list[str]], confirmed: list[list[str]], gap: str
) -> None:
    text = gap.join(word for words in texts for word in words)
    spoken = [correction(" ".join(words)) for words in confirmed]
    words = ConfirmedWords(Corrections.of(spoken), "esco")
    spans = list(words.find(text, "en", ()))
    allowed = {one.folded for one in spoken}
    for (start, end), said in spans:
        assert fold(text[start:end]) == fold(said)
        assert fold(said) in allowed
    places = [span for span, _ in spans]
    assert len(set(places)) == len(places)
    assert not any(a != b and a[0] <= b[0] and b[1] <= a[1] for a in places for b in places)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    for shown in found(text, correction("snake"), correction("C++"), correction("node.js")):
        assert fold(shown) in {"snake", "c++", "node js"}
