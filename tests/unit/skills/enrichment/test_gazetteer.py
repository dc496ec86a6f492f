"""Labels are found in one pass, where they stand, and not across marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.skills.enrichment.gazetteer import Automaton, find_labels, fold_labels, fold_text
from skillspace.skills.enrichment.phrases import Phrases

LABELS = ["lead a team", "Node.js", ".NET", "C++", "café", "infirmière", "Python (computer programming)"]


@pytest.fixture(scope="module")
def labels() -> Phrases:
    return Phrases(**Phrases.arrange([(label, at) for at, label in enumerate(fold_labels(LABELS))]))


def found(labels: Phrases, text: str) -> list[str]:
    return [text[start:end] for start, end, _ in find_labels(labels, fold_text(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We LEAD a Team.", ["LEAD a Team"]),
        ("Node.js, .NET; C++", ["Node.js", ".NET", "C++"]),
        ("at the cafe\u0301 INFIRMIERE", ["cafe\u0301", "INFIRMIERE"]),
        ("lead, a team", []),
        ("plead a team", []),
        ("they lead\na team...", ["lead\na team"]),
    ],
)
def test_labels_are_found_as_written_whatever_their_case_and_accents(
    labels: Phrases, text: str, expected: list[str]
) -> None:
    assert found(labels, text) == expected


@given(st.text(), st.text())
def test_a_label_between_spaces_is_found_in_any_text(labels: Phrases, before: str, after: str) -> None:
    text = f"{before}; lead a team {after}"
    assert any(text[start:end] == "lead a team" for start, end, _ in find_labels(labels, fold_text(text)))


@given(st.lists(st.sampled_from([*LABELS, "team", "cafe\u0301", "lead", ", ", ". ", " ", "\u0301", "a"])))
def test_the_automaton_finds_what_is_found_word_by_word(labels: Phrases, parts: list[str]) -> None:
    folded = fold_text(" ".join(parts))
    automaton = Automaton(Phrases.arrange([(label, at) for at, label in enumerate(fold_labels(LABELS))])["phrases"])
    assert sorted(automaton.find(folded)) == sorted(find_labels(labels, folded))


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    folded = fold_text(text)
    if folded.places is None:
        assert len(folded.text) == len(text) + 2
    else:
        assert len(folded.text) == len(folded.places)
        assert max(folded.places) <= len(text)
