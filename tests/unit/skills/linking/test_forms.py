"""Gendered forms: learnt from names that give both, and only from those."""

from __future__ import annotations

import pytest

from skillspace.skills.linking.forms import learn_forms, with_one_form


def test_the_form_named_first_stands_for_both() -> None:
    forms = learn_forms(["négociateur en Bourse/négociatrice en Bourse", "Bäcker/Bäckerin"])
    assert forms == {"negociatrice": "negociateur", "backerin": "backer"}
    assert with_one_form("negociatrice en chef", forms) == "negociateur en chef"


@pytest.mark.parametrize("name", ["cook/baker", "a/b", "painter and/or decorator", "boulanger", "chef / chef", "//"])
def test_two_words_that_are_no_forms_of_one_stay_two(name: str) -> None:
    assert learn_forms([name]) == {}


def test_three_forms_of_a_word_come_to_one_and_never_run_in_a_circle() -> None:
    forms = learn_forms(["Lehrer/Lehrerin", "Lehrerin/Lehrer", "Lehrer/Lehrkraft", "Lehrerin/Lehrende"])
    assert len({with_one_form(word, forms) for word in ("lehrer", "lehrerin", "lehrkraft", "lehrende")}) == 1


def test_a_misspelt_form_does_not_stand_for_the_others() -> None:
    names = ["técnico/técnica", "técnico de som/técnica de som", "técnido/técnica"]
    assert set(learn_forms(names).values()) == {"tecnica"}


@pytest.mark.parametrize(
    ("language", "his", "hers"),
    [
        ("nl", "bedrijfsleider speelgoedwinkel", "bedrijfsleidster speelgoedwinkel"),
        ("nl", "onderzoeker", "onderzoekster"),
        ("pl", "policjant", "policjantka"),
        ("pl", "dyrektor generalny", "dyrektorka generalna"),
    ],
)
def test_forms_that_are_listed_apart_come_to_one(language: str, his: str, hers: str) -> None:
    forms = learn_forms([], [[his, hers, "iets anders"]], language)
    assert with_one_form(his, forms) == with_one_form(hers, forms)


@pytest.mark.parametrize("names", [["boekhouder", "boekhouding"], ["kok", "kookster"], ["manager", "manager ster"]])
def test_two_names_of_a_concept_that_differ_otherwise_stay_two(names: list[str]) -> None:
    assert learn_forms([], [names], "nl") == {}
