"""Tokens remember where they stood."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.skills.enrichment.languages import grammars, readable_languages
from skillspace.skills.enrichment.phrases import Phrases
from skillspace.skills.enrichment.text import END, fold_word, sentences, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("C++, C# and .NET; Node.js!", ["c++", "c#", "and", ".net", "node.js"]),
        ("L’équipe d'été", ["l", "equipe", "d", "ete"]),
        ("e\u0301quipe", ["equipe"]),
        ("Straße Œuvre", ["strasse", "oeuvre"]),
        ("problem-solving/under_stress", ["problem", "solving", "under", "stress"]),
    ],
)
def test_words_are_folded_and_keep_their_signs(text: str, words: list[str]) -> None:
    assert [token.folded for token in tokens(text) if token.is_word] == words


@given(st.text())
def test_every_token_is_where_it_says(text: str) -> None:
    found = list(tokens(text))
    assert all(text[token.start : token.end] == token.surface for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    for first, past in sentences(found):
        assert all(token.folded != END for token in found[first:past])


def test_lines_of_a_list_are_sentences_of_their_own() -> None:
    found = list(tokens("We want\n- you to weld\n- and to\npaint."))
    assert [[token.surface for token in found[a:b]] for a, b in sentences(found)] == [
        ["We", "want"],
        ["you", "to", "weld"],
        ["and", "to", "paint"],
    ]


@given(
    st.lists(st.lists(st.sampled_from("abcdé"), min_size=1, max_size=3), min_size=1, max_size=9),
    st.lists(st.sampled_from("abcdé."), max_size=12),
)
def test_the_longest_phrase_is_found_at_the_leftmost_word(phrases: list[list[str]], words: list[str]) -> None:
    known = Phrases(**Phrases.arrange([(" ".join(phrase), at) for at, phrase in enumerate(phrases)]))
    expected = []
    at = 0
    while at < len(words):
        lengths = [len(phrase) for phrase in phrases if words[at : at + len(phrase)] == phrase]
        if lengths:
            longest = words[at : at + max(lengths)]
            expected.append((at, at + max(lengths), [n for n, phrase in enumerate(phrases) if phrase == longest]))
        at += max(lengths, default=1)
    assert [(first, past, known.entries(one)) for first, past, one in known.find_apart(words)] == expected


@given(
    st.lists(st.lists(st.sampled_from(["a", "ab", "c+", "é"]), min_size=1, max_size=3), max_size=9),
    st.lists(st.sampled_from(["a", "ab", "c+", "é", "."]), max_size=9),
)
def test_every_phrase_is_found_wherever_its_words_stand(phrases: list[list[str]], words: list[str]) -> None:
    known = Phrases(**Phrases.arrange([(" ".join(phrase), at) for at, phrase in enumerate(phrases)]))
    found = {(first, past, entry) for first, past, one in known.find(words) for entry in known.entries(one)}
    assert found == {
        (at, at + len(phrase), number)
        for number, phrase in enumerate(phrases)
        for at in range(len(words))
        if words[at : at + len(phrase)] == phrase
    }


def test_every_readable_language_has_small_words_negations_and_turns() -> None:
    assert readable_languages() == {"en", "fr", "de", "sv", "fi", "es", "nl", "da", "no", "it", "pt", "pl"}
    for tag in readable_languages():
        grammar = grammars()[tag]
        assert grammar.negation
        assert grammar.turn
        assert not grammar.function & (grammar.negation.keys() | grammar.turn)
        assert all(fold_word(word) == word for word in grammar.function)
