"""A model that understands sentences adds what they imply; scores say how often such mentions are right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from skillspace.skills.enrichment import Enricher, How, Implied
from skillspace.skills.enrichment.calibration import calibration, stepped
from skillspace.skills.taxonomy import ConceptKind, Taxonomies

LEADING = "http://data.europa.eu/esco/skill/made-up-for-this-test"


class Model:
    """A model of sentences that says what it was told to say where a word stands, and remembers what it was asked."""

    version = "made-up-1"

    def __init__(self, word: str = "twelve", **where: int) -> None:
        self.word, self.asked = word, list[str]()
        self.implied = Implied(concept=LEADING, label="lead people", kind=ConceptKind.SKILL, score=0.7, **where)

    def warm(self, _language: str) -> None:
        pass

    def __call__(self, sentences: Sequence[str], _language: str) -> list[list[Implied]]:
        self.asked += sentences
        return [[self.implied] if self.word in sentence else [] for sentence in sentences]


def test_what_a_sentence_implies_is_a_mention_of_the_whole_sentence(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("en",), similar=Model())
    found = enricher.enrich("I was in charge of twelve people. I liked it a lot.", "en")
    (leading,) = [one for one in found.mentions if one.concept == LEADING]
    assert (leading.words, leading.how) == ("I was in charge of twelve people", How.SIMILAR)
    assert enricher.version.endswith("+made-up-1")


def test_the_chance_of_an_implied_skill_falls_with_the_chance_that_anything_is_asked(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("en",), similar=Model())
    asked, told = (
        next(one for one in enricher.enrich(text, "en").mentions if one.concept == LEADING)
        for text in ("Requirements:\n- Strong experience in leading twelve people", "You meet twelve people.")
    )
    assert 0.7 > (asked.confidence or 0) > 0.4 > (told.confidence or 0) > 0


def test_a_sentence_that_names_a_skill_more_surely_asks_for_another_one_too(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("sv",), similar=Model("tolv"))
    alone, beside = (
        next(one for one in enricher.enrich(text, "sv").mentions if one.concept == LEADING)
        for text in ("Det handlar om tolv personer", "Det handlar om tolv personer, Python och JavaScript")
    )
    assert (alone.confidence or 0) < (beside.confidence or 0)


def test_what_a_clause_implies_stands_at_that_clause(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("en",), similar=Model(start=13, end=34))
    found = enricher.enrich("You weld and are in charge of twelve people.", "en")
    (leading,) = [one for one in found.mentions if one.concept == LEADING]
    assert leading.words == "are in charge of twel"


def test_what_is_denied_is_not_implied(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("en",), similar=Model("Python"))
    said = enricher.enrich("Requirements:\n- No experience with Python is needed", "en").mentions
    assert not any(one.concept == LEADING for one in said)


def test_no_model_is_asked_about_what_is_set_aside(starter: Taxonomies) -> None:
    model = Model()
    enricher = Enricher.build(starter, ("en",), similar=model)
    enricher.enrich(
        "Job benefits:\n\nDental insurance and a company pension.\n\nRequirements:\n\nYou can weld well.", "en"
    )
    assert model.asked == ["You can weld well"]


def test_a_skill_named_where_something_is_asked_is_surer_than_elsewhere(starter: Taxonomies) -> None:
    enricher = Enricher.build(starter, ("en",))
    asked, told = (
        next(one for one in enricher.enrich(text, "en", candidates=0).mentions if one.label == "accounting")
        for text in ("Requirements:\n- Strong knowledge of accounting", "The accounting was here.")
    )
    assert (asked.confidence or 0) > (told.confidence or 0)


def test_no_chance_is_claimed_for_what_was_not_measured() -> None:
    known = {"score": 1.0, "is_variant": False, "asks": 0.5, "words": 1, "concept": "x"}
    assert replace(calibration(), steps={}).chance("named", kind="skill", **known) is None


def test_a_job_is_surer_where_it_is_the_whole_text_and_where_it_goes_by_its_preferred_name() -> None:
    def chance(score: float, *, is_alone: bool = False) -> float:
        said = calibration().chance(
            "named",
            kind="occupation",
            score=score,
            is_variant=False,
            asks=0.5,
            words=1,
            concept="x",
            is_alone=is_alone,
        )
        assert said is not None
        return said

    assert chance(1.0, is_alone=True) > chance(1.0) > chance(0.95) > 0


def test_a_sort_of_fact_that_was_judged_seldom_is_drawn_to_all_of_them() -> None:
    judged = replace(calibration(), facts={"": (900, 1001), "often": (900, 1000), "seldom": (0, 1)})
    assert judged.fact_chance(["often"]) == pytest.approx(0.9, abs=0.001)
    assert 0.6 < judged.fact_chance(["seldom"]) < judged.fact_chance([])
    assert judged.fact_chance(["never judged"]) == pytest.approx(judged.fact_chance([]))
    assert judged.fact_chance(["often", "seldom"]) == pytest.approx(0.75 * judged.fact_chance(["often"]))


@pytest.mark.parametrize(("value", "chance"), [(-9.0, 0.1), (0.0, 0.1), (1.0, 0.3), (2.0, 0.5), (9.0, 0.5)])
def test_chances_lie_on_a_line_through_what_was_measured(value: float, chance: float) -> None:
    assert stepped(value, (0.0, 2.0), (0.1, 0.5)) == pytest.approx(chance)
