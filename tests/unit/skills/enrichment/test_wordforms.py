"""Titles have genders and numbers, nouns have cases, and compounds have a first part."""

from __future__ import annotations

import pytest

from skillspace.skills.enrichment.languages import grammars
from skillspace.skills.enrichment.wordforms import finnish_cases, first_part, is_form, other_forms


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("en", "nurse", "nurses"),
        ("en", "fireman", "firewoman"),
        ("fr", "infirmier", "infirmières"),
        ("fr", "directeur", "directrice"),
        ("de", "Verkäufer", "Verkäuferinnen"),
        ("de", "Kaufmann", "Kauffrau"),
        ("es", "enfermero", "enfermeras"),
        ("it", "direttore", "direttrice"),
        ("pt", "professor", "professora"),
        ("pl", "bibliotekarka", "bibliotekarce"),
        ("sv", "lärare", "lärarna"),
        ("da", "pædagog", "pædagoger"),
        ("no", "snekker", "snekkeren"),
        ("nl", "verkoper", "verkopster"),
    ],
)
def test_another_form_of_a_title_is_the_title(language: str, name: str, said: str) -> None:
    assert is_form(said, name, grammars()[language].forms)


@pytest.mark.parametrize(
    ("language", "name", "said"),
    [
        ("en", "accountant", "accounts"),
        ("en", "publisher", "publishing"),
        ("fr", "photographe", "photographie"),
        ("sv", "matematiker", "matematik"),
        ("pl", "psycholog", "psychologii"),
        ("it", "fotografo", "fotografia"),
        ("es", "matemático", "matemâticos"),
    ],
)
def test_a_word_of_the_same_root_is_no_form(language: str, name: str, said: str) -> None:
    assert not is_form(said, name, grammars()[language].forms)


@pytest.mark.parametrize(
    ("word", "cases"),
    [
        ("matematiikka", {"matematiikan", "matematiikkaa", "matematiikasta", "matematiikkaan"}),
        ("kirjanpito", {"kirjanpidon", "kirjanpitoa", "kirjanpidosta"}),
        ("nainen", {"naisen", "naista", "naiselle"}),
        ("kirvesmies", {"kirvesmiehen", "kirvesmiestä"}),
        ("turvallisuus", {"turvallisuuden", "turvallisuutta"}),
        ("historia", {"historian", "historiaa"}),
    ],
)
def test_finnish_nouns_are_found_in_their_cases(word: str, cases: set[str]) -> None:
    assert cases <= set(finnish_cases(word))


def test_a_finnish_noun_without_a_vowel_at_its_end_is_left_alone() -> None:
    assert list(finnish_cases("Python")) == []


@pytest.mark.parametrize(
    ("language", "word", "part"),
    [
        ("de", "Mathematikkenntnisse", "Mathematik"),
        ("de", "Teamleitungserfahrung", "Teamleitung"),
        ("sv", "matematikkunskaper", "matematik"),
        ("nl", "boekhoudkennis", "boekhoud"),
        ("da", "regnskabserfaring", "regnskab"),
        ("no", "regnskapserfaring", "regnskap"),
        ("fi", "kirjanpitotaidot", "kirjanpito"),
    ],
)
def test_what_stands_before_a_general_word_in_a_compound_is_given(language: str, word: str, part: str) -> None:
    grammar = grammars()[language]
    assert part in first_part(word, grammar.heads, grammar.joints)


def test_other_forms_hold_every_form_that_is_one() -> None:
    forms = grammars()["fr"].forms
    assert {"vendeuse", "vendeurs"} <= set(other_forms("vendeur", forms))
    assert all(is_form(form, "vendeur", forms) for form in other_forms("vendeur", forms))
