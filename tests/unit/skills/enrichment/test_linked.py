"""Whole sentences read by the linker: skills they do not name, with the words that say so; and reading without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import pytest

from skillspace.skills.answering import Answers, Enrich
from skillspace.skills.encoder import Encoder, encoder, write_encoder
from skillspace.skills.enrichment import Enricher, How, Mention
from skillspace.skills.enrichment.linked import LinkedSkills, clauses
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import Taxonomies

ASKING = "Requirements:\n\nThe budgets of our projects, which you have to manage with experience and great care."
LINE = orjson.dumps({"id": 1, "text": ASKING})


@pytest.fixture(scope="module")
def untaught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights that nothing was learnt into: texts made of the same pieces lie close together by them too."""
    file = tmp_path_factory.mktemp("untaught") / "weights.safetensors"
    write_encoder(file, np.random.default_rng(11).standard_normal((1 << 14, 64), np.float32), "untaught")
    return file


@pytest.fixture(scope="module")
def enricher(starter: Taxonomies, untaught: Path) -> Enricher:
    pieces = Encoder.open(untaught)
    return Enricher.build(starter, similar=LinkedSkills(starter, Linker(starter, encoder=pieces), pieces))


def implied(enricher: Enricher, text: str, language: str = "en") -> list[Mention]:
    found = enricher.enrich(text, language).mentions
    return [one for one in found if one.how is How.SIMILAR]


def test_a_sentence_gets_skills_that_it_does_not_name(enricher: Enricher) -> None:
    found = implied(enricher, ASKING)
    assert "manage budgets" in [one.label for one in found]
    assert all(0 < (one.confidence or 0) < 1 and ASKING[one.start : one.end] == one.words for one in found)
    assert enricher.version.endswith("+untaught")


def test_the_same_sentence_gets_the_same_skills_alone_and_among_others(enricher: Enricher, starter: Taxonomies) -> None:
    once = enricher.enrich(ASKING, "en")
    assert once == enricher.enrich(ASKING, "en")
    among = implied(enricher, ASKING + "\n\nYou can also weld pieces of metal, with our new tools and machines.")
    said = {(one.start, one.concept): one.score for one in implied(enricher, ASKING)}
    assert said.items() <= {(one.start, one.concept): one.score for one in among}.items()
    assert all(one.label in {starter.label(one.concept, "en"), *names(starter, one.concept)} for one in among)


def names(taxonomies: Taxonomies, concept: str) -> tuple[str, ...]:
    return tuple(taxonomies.concept(concept).alternatives.get("en", ()))


def test_every_language_is_read(enricher: Enricher) -> None:
    for language in ("fi", "pl", "it"):
        assert enricher.enrich(ASKING, language).language == language


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("You lead a team, plan budgets and report.", ["You lead a team", "plan budgets and report"]),
        ("plan, build and run", ["plan, build and run"]),
        ("- C++ (and C#), Node.js too", ["C++ (and C#", "Node.js too"]),
        ("  \n", ["  \n"]),
        ("a," * 20_000, ["a,a"] * 10_000),
    ],
)
def test_clauses_lie_between_pauses_and_have_two_words(sentence: str, parts: list[str]) -> None:
    assert [sentence[start:end] for start, end in clauses(sentence)] == parts


def test_without_weights_texts_are_read_by_names_alone(
    starter_taxonomies: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "WEIGHTS", tmp_path / "absent.safetensors")
    answer = Answers(tmp_path, Taxonomies.open(starter_taxonomies)).to(Enrich(language="en"))
    (version,) = {one["version"] for one in orjson.loads(answer(LINE, 1))["mentions"]}
    assert "link" not in version


def test_with_weights_every_mention_names_them(
    starter_taxonomies: Path, untaught: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "WEIGHTS", untaught)
    answer = Answers(tmp_path, Taxonomies.open(starter_taxonomies)).to(Enrich(language="en", least=0))
    mentions = orjson.loads(answer(LINE, 1))["mentions"]
    assert {"relation": "related", "label": "manage budgets"}.items() <= next(
        one.items() for one in mentions if one["label"] == "manage budgets"
    )
    assert all(one["version"].endswith("+untaught") for one in mentions)
