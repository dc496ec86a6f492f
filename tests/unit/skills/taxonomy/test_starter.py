"""The starter pack: small, whole, and enough for a demo without any data folder."""

from __future__ import annotations

import json

from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Need, Taxonomies, starter_folder

LANGUAGES = {"en", "fr", "sv", "de", "es"}


def test_the_starter_pack_is_hand_sized() -> None:
    assert sum(path.stat().st_size for path in starter_folder().iterdir()) <= 400_000


def test_every_occupation_and_skill_is_named_in_english_french_and_swedish(starter: Taxonomies) -> None:
    for uri in starter.concepts():
        assert {"en", "fr", "sv"} <= set(starter.concept(uri).labels), uri


def test_every_occupation_has_essential_skills_and_every_skill_a_theme(starter: Taxonomies) -> None:
    for occupation in starter.concepts(kinds={ConceptKind.OCCUPATION}):
        assert sum(link.need is Need.ESSENTIAL for link in starter.skills_of(occupation)) >= 4, occupation
    for skill in starter.concepts(kinds=SKILL_KINDS):
        assert starter.concept(starter.theme(skill)).kind is ConceptKind.SKILL_GROUP


def test_every_course_teaches_skills_the_pack_knows(starter: Taxonomies) -> None:
    courses = json.loads((starter_folder() / "courses.json").read_text("utf-8"))["courses"]
    assert len(courses) == 12
    for course in courses:
        assert set(course["title"]) == {"en", "fr", "sv"}
        assert course["starts"] < course["ends"]
        assert len(course["skills"]) >= 3
        assert all(starter.concept(uri).kind in SKILL_KINDS for uri in course["skills"])


def test_the_esco_statement_goes_with_the_pack(starter: Taxonomies) -> None:
    (pack,) = starter.schemes
    assert "This service uses the ESCO classification of the European Commission." in pack.statement
    assert set(pack.languages) == LANGUAGES
