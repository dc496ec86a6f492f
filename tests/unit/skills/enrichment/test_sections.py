"""What is asked is told from what an employer says of itself."""

from __future__ import annotations

import pytest

from skillspace.skills.enrichment import Enricher, Enrichment, Insistence, Section
from skillspace.skills.enrichment.headings import OF_A_CV
from skillspace.skills.enrichment.sections import cues_of, divide
from skillspace.skills.enrichment.text import sentences, tokens
from skillspace.skills.taxonomy import Taxonomies

READ = ("en", "fr", "de", "sv", "fi", "es", "nl", "da", "no", "it", "pt", "pl")


@pytest.fixture(scope="module")
def enricher(starter: Taxonomies) -> Enricher:
    return Enricher.build(starter, READ)


def sections(text: str, language: str) -> list[Section]:
    found = list(tokens(text))
    return [one.section for one in divide(found, list(sentences(found)), language)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "What we offer:\n- Dental plan\n- Gym", Section.BENEFITS),
        ("fr", "Nous vous offrons une mutuelle et des tickets restaurant.", Section.BENEFITS),
        ("de", "Wir bieten 30 Tage Urlaub und ein Jobticket.", Section.BENEFITS),
        ("sv", "Vi värdesätter mångfald och motverkar diskriminering.", Section.EQUALITY),
        ("fi", "Tarjoamme lounasedun ja joustavan työajan.", Section.BENEFITS),
        ("es", "Somos una empresa líder fundada en 1980.", Section.COMPANY),
        ("nl", "Wij bieden een goed salaris en 25 vakantiedagen.", Section.BENEFITS),
        ("da", "Vi tilbyder pension og frokostordning.", Section.BENEFITS),
        ("no", "Vi tilbyr god lønn og pensjon.", Section.BENEFITS),
        ("it", "Offriamo buoni pasto e tredicesima.", Section.BENEFITS),
        ("pt", "Oferecemos seguro de saúde e férias.", Section.BENEFITS),
        ("pl", "Oferujemy prywatną opiekę medyczną i premie.", Section.BENEFITS),
    ],
)
def test_every_language_tells_what_is_offered_from_what_is_asked(language: str, text: str, expected: Section) -> None:
    assert sections(text, language)[-1] is expected


def test_a_heading_counts_for_the_lines_below_it() -> None:
    text = "Krav\n- Redovisning\n- Körkort\n\nOm oss\nEtt bolag i Umeå."
    assert sections(text, "sv") == [Section.REQUIREMENT] * 3 + [Section.COMPANY] * 2


def test_what_an_employer_says_of_itself_is_set_aside(starter: Taxonomies, enricher: Enricher) -> None:
    found = enricher.enrich("Job benefits:\n\nAccounting of your hours and dental insurance.", "en", candidates=0)
    assert labels(starter, found) == []
    assert [starter.label(one.concept, "en") for one in found.aside] == ["accounting"]


def test_a_person_speaking_of_themselves_is_never_set_aside(starter: Taxonomies, enricher: Enricher) -> None:
    found = enricher.enrich("I kept the accounting of benefits and pensions in my club, and I liked it.", "en")
    assert "accounting" in labels(starter, found)
    assert found.aside == ()


def test_needed_is_told_from_nice_to_have_clause_by_clause(starter: Taxonomies, enricher: Enricher) -> None:
    found = enricher.enrich("Requirements:\n- Accounting is required, Python is a plus", "en", candidates=0)
    needs = {starter.label(one.concept, "en"): one.insistence for one in found.mentions}
    assert needs["accounting"] is Insistence.NEEDED
    assert needs["Python (computer programming)"] is Insistence.NICE


def test_a_plus_at_the_end_counts_for_the_whole_list(starter: Taxonomies, enricher: Enricher) -> None:
    found = enricher.enrich("Accounting, Python and SQL are a plus.", "en", candidates=0)
    assert {one.insistence for one in found.mentions} == {Insistence.NICE}


@pytest.mark.parametrize("language", READ)
def test_every_language_has_cues_of_every_kind(language: str) -> None:
    cues = cues_of(language)
    of_an_ad = {section.value for section in Section} - {section.value for section in OF_A_CV} - {"other"}
    assert cues.kinds >= {*of_an_ad, "nice", "needed"}
    assert cues.told


def labels(starter: Taxonomies, found: Enrichment) -> list[str]:
    return [starter.label(one.concept, "en") for one in found.mentions]
