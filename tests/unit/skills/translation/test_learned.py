"""Learned mappings: a relation with its chance where names and the linker agree, nothing where they do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skillspace.skills.encoder import Encoder, write_encoder
from skillspace.skills.linking import Linker
from skillspace.skills.taxonomy import ConceptKind, MatchKind, Taxonomies
from skillspace.skills.taxonomy.compile import compile_pack
from skillspace.skills.taxonomy.draft import LinkKind
from skillspace.skills.translation import LinkedMappings, Translator, Way
from skillspace.skills.translation.likeness import FEATURES, Likeness
from skillspace.skills.translation.relating import NONE, OUTCOMES, fit, fit_trusted, learnt, read_model
from tests.unit.skills.taxonomy.small import CHEF, FRYING, HYGIENE, draft, small_esco

OURS = "urn:acme:{}"
NAMES = {"1": "fry food", "2": "steer ships by the stars", "3": "food hygiene in kitchens", "4": "food hygiene"}


@pytest.fixture(scope="module")
def taxonomies(tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """The invented ESCO, and a company's own skills, which nobody mapped."""
    home = tmp_path_factory.mktemp("acme")
    own = draft("acme")
    for code, name in NAMES.items():
        own.concept(OURS.format(code), ConceptKind.SKILL, code=code)
        own.label(OURS.format(code), "en", name, preferred=True)
    own.link(LinkKind.BROADER, OURS.format("3"), OURS.format("4"))
    for made in (small_esco(), own):
        compile_pack(made, home)
    return Taxonomies.open(home)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """Weights that nothing was learnt into: they go by the pieces of words alone."""
    file = tmp_path_factory.mktemp("untaught") / "weights.safetensors"
    write_encoder(file, np.random.default_rng(11).standard_normal((1 << 14, 64), np.float32), "untaught")
    return Encoder.open(file)


@pytest.fixture(scope="module")
def linker(taxonomies: Taxonomies, encoder: Encoder) -> Linker:
    return Linker(taxonomies, encoder=encoder)


@pytest.fixture(scope="module")
def translator(taxonomies: Taxonomies, linker: Linker) -> Translator:
    return Translator(taxonomies, learned=LinkedMappings(taxonomies, linker))


def test_a_skill_of_the_same_name_is_found_with_relation_chance_and_the_model_that_says_so(
    translator: Translator, linker: Linker
) -> None:
    best = translator.translate("1", "esco", frm="acme").mappings[0]
    assert (best.target, best.relation, best.way) == (FRYING, MatchKind.EXACT, Way.LEARNED)
    assert 0.3 < best.confidence < 1
    (step,) = best.path
    assert step.author == f"learned-1+{linker.version}"
    assert (step.source_version, step.target_version) == ("acme 1.0", "esco 1.1.1")


def test_it_is_found_the_other_way_as_well(translator: Translator) -> None:
    best = translator.translate(FRYING, "acme").mappings[0]
    assert (best.target, best.relation) == (OURS.format("1"), MatchKind.EXACT)


def test_what_has_nothing_like_it_has_no_mapping_and_a_reason(translator: Translator) -> None:
    found = translator.translate("2", "esco", frm="acme")
    assert found.mappings == ()
    assert "acme:2" in (found.note or "")


def test_who_looks_at_each_proposal_may_ask_for_less_sure_ones_as_well(taxonomies: Taxonomies, linker: Linker) -> None:
    strict, wide = LinkedMappings(taxonomies, linker), LinkedMappings(taxonomies, linker, near=0.0, sure=0.0)
    more = 0
    for code in NAMES:
        told, all_told = strict(OURS.format(code), "esco"), wide(OURS.format(code), "esco")
        assert [one for one in all_told if one in told] == told
        assert all_told == sorted(all_told, key=lambda one: (-one[2], one[0]))
        more += len(all_told) - len(told)
    assert more > 0


def test_a_job_is_not_looked_for_among_skills(translator: Translator) -> None:
    assert translator.translate(CHEF, "acme").mappings == ()


def test_a_name_inside_another_is_seen_from_either_side(taxonomies: Taxonomies, linker: Linker) -> None:
    likeness = Likeness(taxonomies, linker)
    held, holds = FEATURES.index("held by target"), FEATURES.index("holds target")
    targets, rows = likeness.beside(OURS.format("3"), "esco")
    seen = rows[targets.index(HYGIENE)]
    assert seen[holds] > 0.7 > seen[held]
    targets, rows = likeness.beside(HYGIENE, "acme")
    seen = rows[targets.index(OURS.format("3"))]
    assert seen[held] > 0.7 > seen[holds]
    assert rows.shape == (len(targets), len(FEATURES))


def test_the_model_in_the_program_weighs_what_is_seen() -> None:
    for model in learnt().values():
        assert model.features == FEATURES
        chances = model.chances(np.zeros((3, len(FEATURES))))
        assert chances.sum(axis=1) == pytest.approx(1)
    assert set(learnt()) == {"occupation", "skill"}


def test_a_model_learns_which_feature_means_which_relation_and_reads_back_the_same() -> None:
    rng = np.random.default_rng(5)
    outcomes = rng.integers(0, len(OUTCOMES), 600)
    rows = np.eye(len(OUTCOMES))[outcomes] + rng.normal(0, 0.2, (600, len(OUTCOMES)))
    model = fit(OUTCOMES, rows, outcomes, pull=0.1)
    assert read_model(model.as_json()) == model
    said = model.told(rows)
    right = [
        (one is None) if outcome == NONE else one is not None and one[0].value == OUTCOMES[outcome]
        for one, outcome in zip(said, outcomes, strict=True)
    ]
    assert np.mean(right) > 0.95


def test_confidence_is_brought_to_how_often_a_relation_was_right_when_it_was_told() -> None:
    rng = np.random.default_rng(7)
    outcomes = rng.integers(0, len(OUTCOMES), 1200)
    rows = np.eye(len(OUTCOMES))[outcomes] + rng.normal(0, 0.6, (1200, len(OUTCOMES)))
    model = fit_trusted(OUTCOMES, rows[:600], outcomes[:600], np.arange(600) % 2)
    assert read_model(model.as_json()) == model
    said = [
        (one[1], one[0].value == OUTCOMES[outcome])
        for one, outcome in zip(model.told(rows[600:]), outcomes[600:], strict=True)
        if one is not None
    ]
    told, right = np.mean(said, axis=0)
    assert told == pytest.approx(right, abs=0.06)


def test_the_same_is_learned_again_from_what_was_kept(
    taxonomies: Taxonomies, linker: Linker, encoder: Encoder, tmp_path: Path
) -> None:
    said = [
        LinkedMappings(taxonomies, one)(OURS.format("4"), "esco")
        for one in (linker, *(Linker(taxonomies, folder=tmp_path, encoder=encoder) for _ in range(2)))
    ]
    assert said[0]
    assert said[0] == said[1] == said[2]
