"""Languages, certificates, seniority and places mean the same in every language."""

from __future__ import annotations

import pytest

from skillspace.skills.enrichment import Enricher, Fact, FactKind
from skillspace.skills.enrichment.calibration import calibration, fact_keys
from skillspace.skills.taxonomy import Taxonomies


@pytest.fixture(scope="module")
def enricher(starter: Taxonomies) -> Enricher:
    return Enricher.build(starter)


def facts(enricher: Enricher, text: str, language: str, kind: FactKind) -> list[Fact]:
    return [one for one in enricher.enrich(text, language, candidates=0).facts if one.kind is kind]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Fluent English (C1) and basic German.", {("en", "C1"), ("de", "basic")}),
        ("fr", "Anglais courant exigé, notions d'allemand.", {("en", "fluent"), ("de", "basic")}),
        ("de", "Sehr gute Deutschkenntnisse, Englisch B2.", {("de", "fluent"), ("en", "B2")}),
        ("sv", "Du talar flytande svenska och god engelska.", {("sv", "fluent"), ("en", "good")}),
        ("fi", "Sujuva suomen kielen taito.", {("fi", "fluent")}),
        ("es", "Nivel alto de inglés y francés B1.", {("en", "fluent"), ("fr", "B1")}),
        ("nl", "Je spreekt vloeiend Nederlands en goed Engels.", {("nl", "fluent"), ("en", "good")}),
        ("da", "Du taler flydende dansk.", {("da", "fluent")}),
        ("no", "Du snakker flytende norsk.", {("no", "fluent")}),
        ("it", "Conoscenza della lingua inglese (C1).", {("en", "C1")}),
        ("pt", "Inglês fluente.", {("en", "fluent")}),
        ("pl", "Znajomość języka angielskiego na poziomie B2.", {("en", "B2")}),
    ],
)
def test_languages_are_found_with_their_levels(
    enricher: Enricher, language: str, text: str, expected: set[tuple[str, str]]
) -> None:
    found = facts(enricher, text, language, FactKind.LANGUAGE)
    assert {(one.value.removeprefix("language:"), one.level) for one in found} == expected


def test_an_english_breakfast_is_no_language(enricher: Enricher) -> None:
    assert facts(enricher, "We serve English breakfast to French guests.", "en", FactKind.LANGUAGE) == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "La pratique de ce métier en France.", []),
        ("fr", "La pratique du français.", ["language:fr"]),
        ("fi", "Osaat puhua: suomi.", ["language:fi"]),
    ],
)
def test_a_country_is_no_language_unless_its_name_is_both(
    enricher: Enricher, language: str, text: str, expected: list[str]
) -> None:
    assert [one.value for one in facts(enricher, text, language, FactKind.LANGUAGE)] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Category B driving licence and a forklift licence.", {"driving-licence:B", "forklift-licence"}),
        ("fr", "Permis B et CACES R489.", {"driving-licence:B", "forklift-licence"}),
        ("fr", "CACES pour grues.", {"certificate:caces"}),
        ("de", "Führerschein Klasse CE, Staplerschein.", {"driving-licence:CE", "forklift-licence"}),
        ("sv", "B-körkort och truckkort.", {"driving-licence:B", "forklift-licence"}),
        ("fi", "B-ajokortti ja trukkikortti.", {"driving-licence:B", "forklift-licence"}),
        ("es", "Carnet de conducir B.", {"driving-licence:B"}),
        ("nl", "Rijbewijs B.", {"driving-licence:B"}),
        ("da", "Kørekort B.", {"driving-licence:B"}),
        ("no", "Førerkort klasse B.", {"driving-licence:B"}),
        ("it", "Patente B.", {"driving-licence:B"}),
        ("pt", "Carta de condução B.", {"driving-licence:B"}),
        ("pl", "Prawo jazdy kat. B.", {"driving-licence:B"}),
        ("en", "TOEFL or IELTS.", {"certificate:toefl", "certificate:ielts"}),
        ("en", "You hold a driving licence.", {"driving-licence"}),
    ],
)
def test_licences_and_certificates_are_found_with_their_category(
    enricher: Enricher, language: str, text: str, expected: set[str]
) -> None:
    assert {one.value for one in facts(enricher, text, language, FactKind.CERTIFICATE)} == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "At least 3-5 years of experience.", ["experience-years:3-5"]),
        ("fr", "Expérience de deux ans.", ["experience-years:2"]),
        ("pl", "Minimum 3 lata doświadczenia.", ["experience-years:3"]),
        ("en", "You are at least 18 years old.", []),
        ("en", "A senior engineer, or a junior one.", ["seniority:senior", "seniority:junior"]),
        ("pl", "Młodszy specjalista.", ["seniority:junior"]),
    ],
)
def test_seniority_is_years_of_experience_or_a_word(
    enricher: Enricher, language: str, text: str, expected: list[str]
) -> None:
    assert [one.value for one in facts(enricher, text, language, FactKind.SENIORITY)] == expected


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("sv", "Tjänsten finns i Göteborg.", ["place:SE-1480"]),
        ("fr", "Poste basé à Lyon.", ["place:FR-69123"]),
        ("en", "The office is in Munich, Germany.", ["place:DE212", "place:DE"]),
        ("en", "Nice to have: Orange shoes.", []),
    ],
)
def test_places_are_found_where_a_word_leads_to_them(
    enricher: Enricher, language: str, text: str, expected: list[str]
) -> None:
    assert [one.value for one in facts(enricher, text, language, FactKind.PLACE)] == expected


def test_what_is_not_needed_is_denied(enricher: Enricher) -> None:
    (licence,) = facts(enricher, "No driving licence needed.", "en", FactKind.CERTIFICATE)
    assert licence.is_denied
    assert licence.is_aside


def test_a_language_is_escos_concept_where_esco_has_it(starter: Taxonomies, enricher: Enricher) -> None:
    (said,) = facts(enricher, "Fluent Basque.", "en", FactKind.LANGUAGE)
    assert enricher.concept_of(said) in {"language:eu", *starter.concepts()}


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Fluent English.", FactKind.LANGUAGE, ["language with level", "language with level, en: english"]),
        ("You speak English.", FactKind.LANGUAGE, ["language", "language, en: english"]),
        ("Senior engineer.", FactKind.SENIORITY, ["seniority in a title", "seniority in a title, en"]),
        ("You lead senior engineers.", FactKind.SENIORITY, ["seniority", "seniority, en"]),
        ("Three years of experience.", FactKind.SENIORITY, ["experience-years"]),
        ("Category B driving licence.", FactKind.CERTIFICATE, ["certificate"]),
        ("The office is in Munich.", FactKind.PLACE, []),
    ],
)
def test_how_sure_a_fact_is_goes_by_its_sort_and_what_tells_more(
    enricher: Enricher, text: str, kind: FactKind, expected: list[str]
) -> None:
    (said,) = facts(enricher, text, "en", kind)
    assert list(fact_keys(said, "en")) == expected
    assert 0 < calibration().fact_chance(expected) < 1
