"""Masking, linking and places: from the words of an ad to what may be kept of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.market.linking import LabelLink, common_skills, occupation_named
from skillspace.market.masking import mask_contacts, one_line, plain_text
from skillspace.market.territory import codes_within, is_within, named, place, places, territory_parents
from skillspace.skills.taxonomy import ConceptKind, Taxonomies


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Kontakt Ola Exempelsen for mer", "Kontakt […] for mer"),
        ("Contact person: Jane Q. Sample, office", "Contact person: […], office"),
        ("Skriv till rekrytering@example.org nu", "Skriv till […] nu"),
        ("Tel. +45 12 34 56 78 eller 070-123 45 67.", "Tel. […] eller […]."),
        ("Open 06.00-14.00, from 2026-11-21, pay 31 500", "Open 06.00-14.00, from 2026-11-21, pay 31 500"),
    ],
)
def test_contacts_are_masked_and_other_numbers_stay(text: str, masked: str) -> None:
    assert mask_contacts(text) == masked


def test_a_page_becomes_its_words_and_its_code_is_left_out() -> None:
    page = "<h1>Kock</h1><p>Vi s&ouml;ker<br>dig</p><script>alert(1)</script>\x00"
    assert plain_text(page) == "Kock\nVi söker\ndig"


def test_windows_quotes_read_as_latin_1_become_quotes() -> None:
    assert one_line("\x93Lead\x94\x00 it") == "“Lead” it"


@given(st.text(max_size=300))
def test_cleaning_never_fails_and_leaves_no_control_characters(text: str) -> None:
    assert all(ord(sign) >= 32 for sign in one_line(mask_contacts(plain_text(text))))


def test_labels_are_found_word_for_word_in_the_order_of_the_text(starter: Taxonomies) -> None:
    skills = starter.concepts(kinds={ConceptKind.SKILL})[:2]
    first, second = (starter.label(uri, "sv") for uri in skills)
    text = f"Du behöver {second.upper()} — och {first}."
    assert LabelLink(starter)(text, "sv") == [skills[1], skills[0]]
    assert LabelLink(starter)(text, "xx") == []


def test_an_occupation_is_named_by_its_label_and_not_by_a_beginning(starter: Taxonomies) -> None:
    occupation = starter.concepts(kinds={ConceptKind.OCCUPATION})[0]
    label = starter.label(occupation, "en")
    assert occupation_named(starter, label.title(), "en") == occupation
    assert occupation_named(starter, "Date posted", "en") is None


def test_a_group_needs_what_many_of_its_occupations_need(starter: Taxonomies) -> None:
    occupations = starter.concepts(kinds={ConceptKind.OCCUPATION})
    assert set(common_skills(starter, occupations[:1])) <= {link.uri for link in starter.skills_of(occupations[0])}
    assert common_skills(starter, []) == []


def test_places_nest_and_are_found_by_name() -> None:
    assert len(places("SE")) == 290
    found = named(" stockholm ", "SE")
    assert found is not None
    assert (found.code, found.region_code) == ("SE-0180", "SE110")
    assert place("FR-69123") in places("FR")
    assert is_within("SE-0180", "SE110")
    assert is_within("SE-0180", "SE")
    assert not is_within("FR-69123", "SE")
    assert codes_within("SE110") > {"SE110", "SE-0180"}
    assert named("nowhere", "SE") is None
    assert all(around in territory_parents() for around in territory_parents().values() if around)
