"""Texts keep what was done and lose who did it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.records.deidentification import Pseudonyms
from skillspace.records.deidentification.text import PIECE, deidentify_text

KEY = Pseudonyms(b"k" * 32)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("mail", "ada.byron@school.example"),
        ("web", "https://school.example/people/ada?x=1"),
        ("phone", "+46 70 123 45 67"),
        ("phone", "06 12 34 56 78"),
        ("number", "850709-9805"),
        ("number", "2 85 07 75 123 456 78"),
        ("number", "STU20260017"),
        ("iban", "FR76 3000 6000 0112 3456 7890 189"),
        ("ip", "203.0.113.7"),
        ("place", "12 bis rue de la Paix"),
        ("place", "Storgatan 14"),
        ("place", "221 Baker Street"),
    ],
)
def test_what_has_a_shape_is_found_by_it(kind: str, value: str) -> None:
    made, counts = deidentify_text(f"the mill answers at {value} on mondays", KEY)
    assert value not in made
    assert counts == {kind: 1}
    assert made.startswith("the mill answers at ")
    assert made.endswith(" on mondays")


def test_a_name_said_to_be_one_is_a_pseudonym_wherever_it_stands() -> None:
    made, _ = deidentify_text("My name is Ada Byron. I weld. Ada likes grain, and Byron's mill too.", KEY)
    name = KEY.of("person", "ada byron")
    assert "Ada" not in made
    assert made.count(name) == 3
    assert "I weld" in made


def test_values_of_other_columns_are_replaced_in_any_letter_case_and_only_as_whole_words() -> None:
    made, counts = deidentify_text("stu7 helped STU7, not stu77", KEY, [("student", "stu7")])
    assert counts == {"student": 2}
    assert made == f"{KEY.of('student', 'stu7')} helped {KEY.of('student', 'stu7')}, not stu77"


def test_years_amounts_and_words_stay() -> None:
    text = "since 2019 we made 1,200 loaves in 24 hours, at 180 degrees"
    assert deidentify_text(text, KEY) == (text, {})


def test_one_spelling_of_a_phone_is_as_good_as_another() -> None:
    one, other = (deidentify_text(text, KEY)[0] for text in ("+46 70-123 45 67", "+46701234567"))
    assert one == other


@given(st.text(max_size=200), st.lists(st.text(min_size=3, max_size=10), max_size=3))
def test_no_known_value_is_left_as_a_word_and_equal_texts_stay_equal(text: str, values: list[str]) -> None:
    known = [("x", value) for value in values if value.strip()]
    made, counts = deidentify_text(text, KEY, known)
    assert (made, counts) == deidentify_text(text, KEY, known)
    if not counts:
        assert made == text


@given(st.from_regex(r"[a-z]{3,8}\.[a-z]{3,8}@[a-z]{3,8}\.(com|se|fr)", fullmatch=True), st.text(max_size=40))
def test_no_mail_address_survives(mail: str, around: str) -> None:
    assert mail not in deidentify_text(f"{around} {mail} {around}", KEY)[0]


def test_a_name_said_at_the_beginning_of_a_long_text_is_known_at_its_end() -> None:
    filler = "the mill ground wheat and rye all day\n" * (2 * PIECE // 38)
    made, counts = deidentify_text(f"My name is Ada Byron.\n{filler}Then Ada went home.", KEY)
    assert counts == {"person": 2}
    assert "Ada" not in made
    assert made.count(filler) == 1
