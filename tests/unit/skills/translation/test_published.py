"""Translations between the published schemes: known answers, retired concepts, and what a round trip loses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, MatchKind, Status
from skillspace.skills.translation import Translator, Way
from skillspace.skills.translation.loss import Fate, measure_loss
from skillspace.skills.translation.sssom import read_mapping_set

pytestmark = [pytest.mark.data, pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[4]
TABLE = ROOT / "src/skillspace/skills/translation/rome_esco_skills.sssom.tsv"
JUDGED = ROOT / "bench/judged/rome_esco_table_2026-11-22.csv"


def label(translator: Translator, uri: str, language: str) -> str:
    return translator.taxonomies.label(uri, language)


def test_a_french_nurse_is_a_european_and_a_swedish_one(published: Translator) -> None:
    best = published.translate("J1506", "esco", frm="rome").mappings[0]
    assert label(published, best.target, "en") == "nurse responsible for general care"
    assert (best.relation, best.way) == (MatchKind.EXACT, Way.OFFICIAL)
    assert best.confidence > 0.9
    swedish = published.translate("J1506", "jobtech", frm="rome").mappings[0]
    assert label(published, swedish.target, "sv") == "Sjuksköterska, grundutbildad"
    assert [step.author for step in swedish.path] == ["Pôle emploi - France", "Arbetsförmedlingen"]
    assert best.confidence > swedish.confidence


def test_statements_about_retired_concepts_are_told_as_retired(published: Translator) -> None:
    taxonomies = published.taxonomies
    retired = [
        mapping
        for uri in taxonomies.concepts(kinds={ConceptKind.OCCUPATION})
        for mapping in published.translate(uri, "jobtech").mappings
        if mapping.retired
    ]
    assert len(retired) > 100
    assert not any(taxonomies.status(mapping.target) is Status.CURRENT for mapping in retired)


def test_german_skills_go_both_ways(published: Translator) -> None:
    there = published.translate("K 0812-007", "esco", frm="ba-kompetenz").mappings
    assert len(there) > 10
    back = published.translate(there[0].target, "ba-kompetenz").mappings
    assert "urn:ba-kompetenz:K_0812-007" in [one.target for one in back]


def test_competences_of_rome_have_learned_mappings_where_words_and_work_agree(published: Translator) -> None:
    taxonomies = published.taxonomies
    names = {taxonomies.label(uri, "fr"): uri for uri in taxonomies.concepts(kinds=SKILL_KINDS, scheme="rome")}
    best = published.translate(names["Droit du travail"], "esco").mappings[0]
    assert label(published, best.target, "fr") == "droit du travail"
    assert (best.relation, best.way) == (MatchKind.EXACT, Way.LEARNED)
    back = published.translate(best.target, "rome").mappings
    assert names["Droit du travail"] in [one.target for one in back]
    found = [published.translate(uri, "esco").mappings for uri in list(names.values())[::20]]
    assert 0.05 < sum(map(bool, found)) / len(found) < 0.3  # none is the usual answer, and an honest one


def test_the_table_of_the_program_names_current_concepts_and_keeps_its_promise(published: Translator) -> None:
    stated = list(read_mapping_set(TABLE).statements())
    assert len(stated) > 3000
    assert all(share is not None for _, share in stated)
    assert all(published.taxonomies.has(end) for one, _ in stated for end in (one.source, one.target))
    shares = {(one.source, one.target): (one.relation.value, share or 0.0) for one, share in stated}
    with JUDGED.open(encoding="utf-8", newline="") as file:
        judged = {(row["competence"], row["skill"]): row["judgement"] for row in csv.DictReader(file)}
    told = [(shares[pair], judgement) for pair, judgement in judged.items() if pair in shares]
    near = sum(judgement in {"exact", "close", "broad", "narrow"} for _, judgement in told)
    right = sum(relation == judgement for (relation, _), judgement in told)
    meant = sum(share for (_, share), _ in told)
    assert len(told) > 70
    assert near / len(told) > 0.8
    assert abs(right - meant) / len(told) < 0.15  # as often right as it says, within the noise of so few pairs


def test_most_metiers_come_home_by_some_mapping(published: Translator) -> None:
    tally = measure_loss(published, "rome", "esco").kinds[ConceptKind.OCCUPATION]
    assert tally.fates.total() == 1584
    assert tally.could / tally.fates.total() > 0.85
    assert tally.fates[Fate.LOST_OUT] == 163
