"""Languages are told apart, or it is said that they cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.skills.enrichment.detection import detect
from skillspace.skills.enrichment.languages import readable_languages

READ = readable_languages()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I ran a shop for two years.", "en"),
        ("J'ai tenu une caisse pendant deux ans.", "fr"),
        ("Ich kann gut kochen und backen.", "de"),
        ("Jag har jobbat på ett kafé.", "sv"),
        ("Minulla on kokemusta hoitotyöstä.", "fi"),
        ("Sé cocinar y limpiar la casa.", "es"),
        ("Ik heb drie jaar in een winkel gewerkt.", "nl"),
        ("Jeg har arbejdet som sygeplejerske og kan lide at hjælpe mennesker.", "da"),
        ("Jeg har jobbet som sykepleier og liker å hjelpe mennesker.", "no"),
        ("Ho lavorato come infermiera e mi piace aiutare le persone.", "it"),
        ("Trabalhei como enfermeira e gosto de ajudar pessoas.", "pt"),
        ("Mam doświadczenie w pracy z dziećmi.", "pl"),
    ],
)
def test_twelve_languages_are_told_by_a_sentence(text: str, language: str) -> None:
    assert detect(text, READ).language == language


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no words"),
        ("123 !!!", "no words"),
        ("asdf qwer zxcv uiop", "resembles none"),
        ("ok ja", "could not be told"),
        ("Mám zkušenosti s prací v týmu a s dětmi.", "cannot be read here (cs)"),
        (
            "We are looking for a nurse with experience in elderly care and a driving licence. "
            "Wir suchen eine Krankenschwester mit Erfahrung in der Altenpflege und Führerschein.",
            "mixes languages",
        ),
    ],
)
def test_what_cannot_be_told_is_said_with_a_reason(text: str, reason: str) -> None:
    found = detect(text, READ)
    assert found.language is None
    assert reason in (found.reason or "")


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_a_language_or_a_reason(text: str) -> None:
    found = detect(text, READ)
    assert (found.language is None) == (found.reason is not None)
    assert 0 <= found.chance <= 1
