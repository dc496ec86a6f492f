"""Linking: the concept of that name comes first, nothing is made up for nothing, and two forms of a title are one."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput
from skillspace.skills.encoder import Encoder
from skillspace.skills.encoder.encoder import WEIGHTS
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, Taxonomies, add_pack

OCCUPATIONS = {ConceptKind.OCCUPATION}


@pytest.mark.parametrize(("language", "scheme"), [("fr", "esco-occupation"), ("en", "esco-skill"), ("sv", "esco")])
def test_a_name_as_it_stands_finds_its_concept(
    linker: Linker, starter_taxonomies: Path, language: str, scheme: str
) -> None:
    kinds = SKILL_KINDS if scheme == "esco-skill" else OCCUPATIONS
    names: dict[str, set[str]] = {}
    for label, uri, _ in Taxonomies.open(starter_taxonomies).labels(language, kinds=kinds):
        names.setdefault(label, set()).add(uri)
    asked = sorted(names)[:40]
    found = linker.link_all(asked, scheme, language=language, k=1)
    right = [answers[0].concept in names[label] for label, answers in zip(asked, found, strict=True)]
    assert sum(right) >= 38


def test_two_gendered_forms_of_a_title_give_the_same_answer(linker: Linker) -> None:
    for one, other in (("boulanger", "boulangère"), ("développeur web", "développeuse web"), ("coiffeur", "Coiffeuse")):
        assert linker.link(one, "esco-occupation", language="fr") == linker.link(
            other, "esco-occupation", language="fr"
        )


def test_answers_come_best_first_with_chances_and_no_concept_twice(linker: Linker) -> None:
    found = linker.link("baker of bread and cakes", "esco-occupation", k=8)
    scores = [one.score for one in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({one.concept for one in found}) == len(found) <= 8


def test_what_is_less_likely_than_asked_for_is_left_out(linker: Linker) -> None:
    found = linker.link("baker of bread and cakes", "esco-occupation")
    bar = found[2].score
    assert linker.link("baker of bread and cakes", "esco-occupation", least=bar) == [
        one for one in found if one.score >= bar
    ]
    assert linker.link("xyzzy", "esco-occupation", least=0.99) == []


@pytest.mark.parametrize("text", ["", "  \n", "…!?"])
def test_a_text_without_a_letter_means_nothing(linker: Linker, text: str) -> None:
    assert linker.link(text, "esco-skill") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_an_answer_and_always_the_same(linker: Linker, text: str) -> None:
    assert linker.link(text, "esco-skill") == linker.link(text, "esco-skill")


def test_a_text_is_answered_alone_as_among_others(linker: Linker) -> None:
    texts = ["cook", "", "plan the work of a team and answer for its budget", "web developer"]
    assert linker.link_all(texts, "esco-skill") == [linker.link(text, "esco-skill") for text in texts]


def test_what_was_prepared_is_kept_and_answers_alike(
    starter_taxonomies: Path, untaught: Path, tmp_path: Path, linker: Linker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def again() -> Linker:
        return Linker(Taxonomies.open(starter_taxonomies), folder=tmp_path, encoder=Encoder.open(untaught))

    expected = linker.link("software developer", "esco-occupation")
    assert again().link("software developer", "esco-occupation") == expected
    monkeypatch.setattr("skillspace.skills.linking.preparing.prepare", lambda *_: pytest.fail("prepared once more"))
    assert again().link("software developer", "esco-occupation") == expected


def test_of_a_scheme_apart_nothing_is_kept_and_it_answers_alike(
    starter_taxonomies: Path, untaught: Path, tmp_path: Path, linker: Linker
) -> None:
    alone = Linker(Taxonomies.open(starter_taxonomies), folder=tmp_path, encoder=Encoder.open(untaught), apart=["esco"])
    assert alone.link("software developer", "esco-occupation") == linker.link("software developer", "esco-occupation")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("scheme", "why"), [("rome", "rome"), ("esco-colour", "esco-colour"), ("", "esco")])
def test_a_scheme_that_is_not_there_is_named_with_those_that_are(linker: Linker, scheme: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        linker.link("cook", scheme)


@pytest.mark.parametrize("language", ["", "e", "../x", "english"])
def test_what_is_no_language_is_refused(linker: Linker, language: str) -> None:
    with pytest.raises(BadInput, match="language"):
        linker.link("cook", "esco-skill", language=language)


def test_a_language_without_names_is_answered_from_those_there_are(linker: Linker) -> None:
    assert linker.link("web developer", "esco-occupation", language="et")[0].score > 0


@pytest.mark.data
@pytest.mark.skipif(not WEIGHTS.exists(), reason="the package's weights are not here")
def test_titles_of_other_languages_find_their_occupation(real_data: Path, tmp_path: Path) -> None:
    add_pack("esco", tmp_path, real_data)
    linker = Linker(Taxonomies.open(tmp_path))
    nurse = "http://data.europa.eu/esco/occupation/8d3e8aaa-791b-4c75-a465-f3f827028f50"
    for language, title in (("fr", "infirmier en soins généraux"), ("fr", "infirmière en soins généraux")):
        assert nurse in [one.concept for one in linker.link(title, "esco-occupation", language=language, k=3)]
    assert nurse in [one.concept for one in linker.link("Krankenschwester", "esco-occupation", language="en", k=10)]


def test_by_meaning_alone_a_sentence_has_answers_and_an_occupation_the_same_as_ever(linker: Linker) -> None:
    sentences = ["We look for somebody who writes programs and keeps databases in order", "programs"]
    found = linker.link_all(sentences, "esco-skill", letters=False)
    assert all(found)
    assert all(0 <= one.score <= 1 for several in found for one in several)
    titles = ["software developer"]
    assert linker.link_all(titles, "esco-occupation", letters=False) == linker.link_all(titles, "esco-occupation")
