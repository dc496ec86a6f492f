"""A model that understands sentences adds what they imply; scores say how often such mentions are right."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skillspace.skills.enrichment import Enricher, How, Implied
from skillspace.skills.enrichment.calibration import calibration, stepped
from skillspace.skills.taxonomy import ConceptKind, Taxonomies

LEADING = "http://data.europa.eu/esco/skill/made-up-for-this-test"


def implies_leading(sentences: Sequence[str], _language: str) -> list[list[Implied]]:
    implied = Implied(concept=LEADING, label="lead people", kind=ConceptKind.SKILL, score=0.7)
    return [[implied] if "twelve" in sentence else [] for sentence in sentences]


def test_what_a_sentence_implies_is_a_mention_of_the_whole_sentence(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("en",), similar=implies_leading)
    found = enricher.enrich("I was in charge of twelve people. I liked it a lot.", "en")
    (leading,) = [one for one in found.mentions if one.concept == LEADING]
    assert (leading.words, leading.how, leading.confidence) == ("I was in charge of twelve people", How.SIMILAR, 0.7)


def test_no_model_is_asked_about_what_is_set_aside(starter: Taxonomies) -> None:
    asked: list[str] = []

    def remember(sentences: Sequence[str], _language: str) -> list[list[Implied]]:
        asked.extend(sentences)
        return [[] for _ in sentences]

    enricher = Enricher.build(starter, ("en",), similar=remember)
    enricher.enrich(
        "Job benefits:\n\nDental insurance and a company pension.\n\nRequirements:\n\nYou can weld well.", "en"
    )
    assert asked == ["You can weld well"]


def test_a_skill_named_where_something_is_asked_is_surer_than_elsewhere(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("en",))
    asked, told = (
        next(one for one in enricher.enrich(text, "en", candidates=0).mentions if one.label == "accounting")
        for text in ("Requirements:\n- Strong knowledge of accounting", "The accounting was here.")
    )
    assert (asked.confidence or 0) > (told.confidence or 0)


def test_no_chance_is_claimed_for_what_was_not_measured() -> None:
    known = {"score": 1.0, "is_variant": False, "asks": 0.5, "words": 1, "concept": "x"}
    assert calibration().chance("named", kind="occupation", **known) is None


@pytest.mark.parametrize(("value", "chance"), [(-9.0, 0.1), (0.0, 0.1), (1.0, 0.3), (2.0, 0.5), (9.0, 0.5)])
def test_chances_lie_on_a_line_through_what_was_measured(value: float, chance: float) -> None:
    assert stepped(value, (0.0, 2.0), (0.1, 0.5)) == pytest.approx(chance)
