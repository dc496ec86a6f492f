"""Headings say what stands below them, and a CV is told from an advertisement by its own."""

from __future__ import annotations

import pytest

from skillspace.skills.enrichment import Section
from skillspace.skills.enrichment.headings import OF_A_CV, heading_of, is_cv, phrases_of
from skillspace.skills.enrichment.languages import readable_languages
from skillspace.skills.enrichment.sections import divide
from skillspace.skills.enrichment.text import fold_word, sentences, tokens


def sections(text: str, language: str) -> list[Section]:
    found = list(tokens(text))
    return [one.section for one in divide(found, list(sentences(found)), language)]


@pytest.mark.parametrize(
    ("language", "line", "section"),
    [
        ("en", "What we offer you", Section.BENEFITS),
        ("fr", "Vos missions au quotidien", Section.TASK),
        ("de", "Das bringen Sie mit", Section.REQUIREMENT),
        ("es", "Quiénes somos", Section.COMPANY),
        ("sv", "Så ansöker du", Section.CONTACT),
        ("fi", "Työkokemus", Section.EXPERIENCE),
        ("nl", "Hobby's", Section.HOBBIES),
        ("da", "Sprogkundskaber", Section.SKILLS),
        ("no", "Utdanning", Section.EDUCATION),
        ("it", "Cosa offriamo", Section.BENEFITS),
        ("pt", "Habilitações literárias", Section.EDUCATION),
        ("pl", "Zakres obowiązków", Section.TASK),
        ("en", "A day in the life of a bee", None),
    ],
)
def test_a_heading_is_known_by_its_phrase(language: str, line: str, section: Section | None) -> None:
    words = [token.folded for token in tokens(line) if token.is_word]
    assert heading_of(words, language) is section


@pytest.mark.parametrize("language", sorted(readable_languages()))
def test_every_language_has_headings_of_advertisements_and_of_cvs(language: str) -> None:
    known = phrases_of(language)
    assert set(known.values()) == set(Section) - {Section.OTHER}
    assert all(word == fold_word(word) for phrase in known for word in phrase)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Work experience\nNurse in a clinic.\nEducation\nDiploma in nursing.\nHobbies\nYoga."),
        ("fr", "Expérience professionnelle\nInfirmière.\nFormation\nDiplôme d'État.\nCentres d'intérêt\nYoga."),
        ("de", "Beruflicher Werdegang\nPflegerin.\nAusbildung\nExamen.\nHobbys\nYoga."),
        ("sv", "Arbetslivserfarenhet\nSjuksköterska.\nUtbildning\nExamen.\nIntressen\nYoga."),
        ("pl", "Doświadczenie zawodowe\nPielęgniarka.\nWykształcenie\nDyplom.\nZainteresowania\nJoga."),
    ],
)
def test_nothing_in_a_cv_is_asked_or_set_aside(language: str, text: str) -> None:
    said = sections(text, language)
    assert said[1::2] == [Section.EXPERIENCE, Section.EDUCATION, Section.HOBBIES]


def test_education_in_an_advertisement_is_what_is_asked() -> None:
    text = "Your tasks\nYou care for people.\nEducation\nA diploma in nursing.\nBenefits\nA pension."
    assert sections(text, "en")[3] is Section.REQUIREMENT


def test_one_heading_of_a_cv_alone_makes_none() -> None:
    assert not is_cv([Section.EXPERIENCE, None, Section.EXPERIENCE])
    assert not is_cv([*OF_A_CV, Section.BENEFITS])
    assert is_cv(sorted(OF_A_CV))
