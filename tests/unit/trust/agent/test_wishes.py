"""Reading plain words: three languages, sentences that must be read, and sentences that must not.

`tuned` sentences were used to write the lexicon; `held_out` ones were written before it and only measured, and `traps`
after it, before they were first read. A wrong reading is worse than none, so precision must be whole.
"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skillspace.trust.agent import Understood, Wish, not_understood, read_wish, told
from skillspace.trust.agent.model import checked
from skillspace.trust.agent.words import _wording
from skillspace.trust.consent.conditions import ALL_DAYS
from tests.conftest import NOON

LANGUAGES = ("en", "sv", "fr")
NAMES = {"Invented Works": "did:web:works.example", "Invented University": "did:web:school.example"}
SENTENCES = {
    language: json.loads((Path(__file__).parent / "wishes" / f"{language}.json").read_text(encoding="utf-8"))
    for language in LANGUAGES
}
EVERY = [
    (language, part, text, expected)
    for language, parts in SENTENCES.items()
    for part, rows in parts.items()
    for text, expected in rows
]


def read(text: str, language: str) -> Understood:
    return read_wish(text, language, at=NOON, organisations=NAMES)


def flat(wish: Wish) -> dict[str, Any]:
    """A wish as the sentences' files write it, without what it does not say."""
    held = wish.conditions
    found: dict[str, Any] = {
        "effect": wish.effect.value,
        "direction": wish.direction.value if wish.direction.value != "share" else None,
        "kinds": set(wish.kinds),
        "to": set(wish.organisations),
        "purposes": set(wish.purposes),
        "days": set(held.days) if held and held.days != ALL_DAYS else None,
        "hours": [f"{held.start:%H:%M}", f"{held.end:%H:%M}"] if held and held.start != held.end else None,
        "countries": set(held.countries) if held else None,
        "most_days": wish.most_days,
        "most_uses": wish.most_uses,
        "until": wish.until.date().isoformat() if wish.until else None,
    }
    return {name: value for name, value in found.items() if value}


def meant(expected: dict[str, Any]) -> dict[str, Any]:
    return {
        name: set(value) if isinstance(value, list) and name != "hours" else value for name, value in expected.items()
    }


@pytest.mark.parametrize(("language", "part", "text", "expected"), EVERY)
def test_a_sentence_is_read_as_it_is_meant_or_not_at_all(
    language: str, part: str, text: str, expected: dict[str, Any] | None
) -> None:
    found = read(text, language)
    if found.wish is not None:
        assert expected is not None
        assert flat(found.wish) == meant(expected)
    else:
        assert not_understood(found, language)
        assert expected is None or part == "held_out"


@pytest.mark.parametrize("language", LANGUAGES)
def test_sixty_sentences_a_language_of_which_a_third_is_not_to_be_understood(language: str) -> None:
    rows = [row for part in SENTENCES[language].values() for row in part]
    assert len(rows) >= 60
    assert 3 * sum(expected is None for _, expected in rows) >= len(rows)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_the_held_out_sentences_nine_in_ten_that_can_be_understood_are(language: str) -> None:
    rows = [row for row in SENTENCES[language]["held_out"] if row[1] is not None]
    understood = [text for text, _ in rows if read(text, language).wish is not None]
    assert 10 * len(understood) >= 9 * len(rows)


WORDS = sorted({word for _, _, text, _ in EVERY for word in text.split()})


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join), st.sampled_from(LANGUAGES))
@settings(max_examples=300, deadline=None)
def test_words_in_any_order_never_become_a_wish_that_cannot_be_kept(text: str, language: str) -> None:
    found = read(text, language)
    if found.wish is not None:
        assert checked(found.wish, NOON) == found.wish
        assert told(found.wish, language)
    else:
        assert not_understood(found, language)


@given(st.text(max_size=600), st.sampled_from([*LANGUAGES, "xx"]))
@example("9999-99-99 99:99 999999999 ٣ days", "en")
@example("never share my badges until 9999999999999 june", "en")
@example("Never share my badges until 31 december 9999", "en")
@example("Always share my badges with schools for 999999 years", "en")
@settings(max_examples=200, deadline=None)
def test_garbage_is_never_a_fault(text: str, language: str) -> None:
    found = read(text, language)
    assert (found.wish is None) == bool(found.code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_too_many_is_named(language: str) -> None:
    text = SENTENCES[language]["tuned"][1][0].rstrip(".") + " florbwick."
    assert read(text, language) == Understood(wish=None, code="words", missed=("florbwick",))


@pytest.mark.parametrize("name", ["my badges", "Never", "badges", "with"])
def test_no_organisation_changes_what_people_say_by_what_it_calls_itself(name: str) -> None:
    text = "Never share my badges with employers."
    plain = read_wish(text, "en", at=NOON)
    assert read_wish(text, "en", at=NOON, organisations={name: "did:web:mallory.example"}) == plain


def test_hours_and_days_are_those_where_the_person_lives() -> None:
    text = "Always show my skills to agencies on weekdays between 8 and 17 until 30 June 2027."
    wish = read_wish(text, "en", at=NOON, zone="Europe/Stockholm").wish
    assert wish is not None
    assert wish.conditions is not None
    assert wish.conditions.zone == "Europe/Stockholm"
    assert wish.until is not None
    assert wish.until.isoformat() == "2027-06-30T22:00:00+00:00"


def test_what_is_said_back_names_everything_that_was_wished() -> None:
    wish = read("Always let Invented Works see my badges, at most 3 times.", "en").wish
    assert wish is not None
    names = {did: name for name, did in NAMES.items()}
    assert told(wish, "en", names=names) == "Always show your badges to Invented Works, 3 times at most."
    never = read("Never share my name.", "en").wish
    assert never is not None
    assert told(never, "en") == "Never show your name to anybody."
    until = read("Skolor får alltid se mina märken till sommaren.", "sv").wish
    assert until is not None
    assert told(until, "sv") == "Alltid visa dina märken för skolor, till 31 maj 2027."


def test_every_language_has_every_sentence() -> None:
    wording = _wording()
    for part in ("reasons", "not_understood", "effects", "roles", "parts"):
        assert wording["en"][part].keys() == wording["sv"][part].keys() == wording["fr"][part].keys()


def test_a_day_that_is_over_is_not_understood_and_a_day_without_a_year_is_the_next_one() -> None:
    assert read("Never share my name until 20 November 2026.", "en").code == "time"
    found = read("Never share my name until 20 November.", "en").wish
    assert found is not None
    assert found.until == (NOON + timedelta(days=365)).replace(hour=0)
