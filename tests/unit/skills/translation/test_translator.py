"""Translating: what counts as an answer, in which order, with which path, and when none is one."""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillspace.skills.taxonomy import Correspondence, MatchKind
from skillspace.skills.translation import Extra, Translator, Way, own_name, resolve
from skillspace.skills.translation.composing import compose
from skillspace.skills.translation.confidence import Confidence, Count, measured
from skillspace.skills.translation.sources import made
from tests.unit.skills.taxonomy.small import BAKER, BOULANGER, CHEF, COOK, CUISINIER, FRYING
from tests.unit.skills.translation.conftest import BAGARE, GONE, KOCK, LONELY

RELATIONS = st.sampled_from(list(MatchKind))


def test_official_statements_come_closest_first_and_are_read_from_the_concept_asked_about(kitchen: Translator) -> None:
    found = kitchen.translate("G1", "esco", frm="rome")
    assert [(one.target, one.relation, one.way) for one in found.mappings if not one.retired] == [
        (CHEF, MatchKind.EXACT, Way.OFFICIAL),
        (COOK, MatchKind.NARROW, Way.OFFICIAL),
    ]


def test_every_step_names_its_author_and_both_editions_in_the_order_it_is_read(kitchen: Translator) -> None:
    (step,) = kitchen.translate("G1", "esco", frm="rome").mappings[0].path
    assert (step.author, step.source_version, step.target_version) == ("A French office", "Theirs 3", "ESCO 1.0.9")
    (step,) = kitchen.translate(COOK, "onet").mappings[0].path
    assert (step.source_version, step.target_version) == ("ESCO 1.1", "O*NET 29")


def test_a_retired_target_is_told_as_retired_and_stands_last(kitchen: Translator) -> None:
    last = kitchen.translate("G1", "esco", frm="rome").mappings[-1]
    assert (last.target, last.retired, last.replaced_by) == (GONE, True, ())


def test_two_statements_through_a_third_scheme_are_composed(kitchen: Translator) -> None:
    (found,) = kitchen.translate(CUISINIER, "jobtech").mappings
    # exact then close is closer than narrower then exact, so that is the relation; both paths lead there
    assert (found.target, found.relation, found.way) == (KOCK, MatchKind.CLOSE, Way.COMPOSED)
    assert [step.target for step in found.path] == [CHEF, KOCK]


def test_a_scheme_that_only_tables_name_can_be_translated_from_and_into(kitchen: Translator) -> None:
    found = kitchen.translate("35-2014.00", "rome", frm="onet")
    assert [own_name(kitchen.taxonomies, one.target) for one in found.mappings] == ["G1"]
    assert {"esco", "rome", "jobtech", "onet"} <= kitchen.schemes()


def test_none_is_an_answer_and_says_why(kitchen: Translator) -> None:
    for concept, to, why in (
        ("G9", "esco", "no table says anything"),
        ("G99", "esco", "knows 'G99'"),
        ("G1", "rome", "of rome already"),
    ):
        found = kitchen.translate(concept, to, frm="rome")
        assert found.mappings == ()
        assert why in (found.note or "")
    found = kitchen.translate(BAGARE, "onet")
    assert "nothing leads on" in (found.note or "")


def test_an_appellation_without_a_word_of_its_own_takes_what_its_metier_has(kitchen: Translator) -> None:
    found = kitchen.translate("77", "esco", frm="rome")
    best = found.mappings[0]
    assert (best.target, best.relation, best.way) == (CHEF, MatchKind.BROAD, Way.COMPOSED)
    assert [step.source for step in best.path] == ["urn:rome:appellation:77", CUISINIER]


def test_learned_mappings_are_asked_for_only_where_nothing_else_answers(kitchen: Translator) -> None:
    class Model:
        version = "a model 1"
        asked: ClassVar[list[tuple[str, str]]] = []

        def __call__(self, concept: str, to: str) -> list[tuple[str, MatchKind, float]]:
            self.asked.append((concept, to))
            return [(BAKER, MatchKind.CLOSE, 0.4), (COOK, MatchKind.EXACT, 0.3)]

    learned = Model()
    translator = Translator(kitchen.taxonomies, learned=learned)
    assert translator.translate("G1", "esco", frm="rome").mappings[0].way is Way.OFFICIAL
    assert learned.asked == []
    found = translator.translate("G9", "esco", frm="rome").mappings
    assert [(one.target, one.way, one.confidence) for one in found] == [
        (COOK, Way.LEARNED, 0.3),
        (BAKER, Way.LEARNED, 0.4),
    ]
    (step,) = found[0].path
    assert (step.source, step.target, step.author) == (LONELY, COOK, "a model 1")
    assert (step.source_version, step.target_version) == ("rome 4.60", "esco 1.1.1")


def test_a_mapping_set_of_ones_own_counts_as_official_with_its_own_confidence(kitchen: Translator) -> None:
    own = Correspondence(
        source=BOULANGER, target=BAGARE, relation=MatchKind.EXACT, author="Somebody who looked", version="1 – 2"
    )
    translator = Translator(kitchen.taxonomies, extra=Extra([(own, 0.8)]))
    (there,) = translator.translate(BOULANGER, "jobtech").mappings
    (back,) = translator.translate(BAGARE, "rome").mappings
    assert (there.target, there.confidence, there.way) == (BAGARE, 0.8, Way.OFFICIAL)
    assert (back.target, back.confidence) == (BOULANGER, 0.8)
    # and it carries on: Bagare is related to the baker of ESCO
    assert BAKER in [one.target for one in translator.translate(BOULANGER, "esco").mappings]


def test_names_go_in_as_people_write_them_and_come_out_as_the_scheme_writes_them(kitchen: Translator) -> None:
    taxonomies = kitchen.taxonomies
    for name in ("G1", "rome:G1", CUISINIER, " G1 "):
        assert resolve(taxonomies, name, "rome") == CUISINIER
    assert own_name(taxonomies, CUISINIER) == "G1"
    assert own_name(taxonomies, COOK) == COOK
    assert own_name(taxonomies, "urn:rome:appellation:77") == "77"
    assert own_name(taxonomies, resolve(taxonomies, "B 01104-104", "ba-beruf")) == "B 01104-104"


@given(RELATIONS, RELATIONS)
def test_a_path_read_backwards_says_the_reverse(first: MatchKind, second: MatchKind) -> None:
    there, back = compose(first, second), compose(second.inverse, first.inverse)
    assert (there and there.inverse) == back


@given(RELATIONS)
def test_exact_changes_nothing(relation: MatchKind) -> None:
    assert compose(MatchKind.EXACT, relation) == compose(relation, MatchKind.EXACT) == relation


@given(RELATIONS, RELATIONS)
def test_a_path_never_says_more_than_its_loosest_step(first: MatchKind, second: MatchKind) -> None:
    order = list(MatchKind)
    together = compose(first, second)
    assert (
        together is None
        or order.index(together) >= max(order.index(first), order.index(second))
        or (together in {MatchKind.BROAD, MatchKind.NARROW} and MatchKind.CLOSE in {first, second})
    )


@pytest.mark.parametrize("relation", list(MatchKind))
def test_the_measured_shares_are_shares(relation: MatchKind) -> None:
    counts = measured()
    for author in ("Pôle emploi - France", "Arbetsförmedlingen", "nobody measured"):
        assert 0 < counts.of_official(author, relation) < 1
    for second in MatchKind:
        assert 0 < counts.of_composed((relation, second), (0.5, 0.5)) < 1
    assert 0 < counts.of_climbed(relation) < 1


def test_a_relation_counts_as_it_is_read_from_esco_whichever_way_it_is_travelled(kitchen: Translator) -> None:
    counts = Confidence(
        pooled={MatchKind.BROAD: Count(confirmed=79, seen=98), MatchKind.NARROW: Count(confirmed=9, seen=98)},
    )
    translator = Translator(kitchen.taxonomies, confidence=counts)
    there = next(one for one in translator.translate(COOK, "rome").mappings if one.target == CUISINIER)
    back = next(one for one in translator.translate(CUISINIER, "esco").mappings if one.target == COOK)
    assert (there.relation, back.relation) == (MatchKind.BROAD, MatchKind.NARROW)
    assert there.confidence == back.confidence == 0.8


def test_statements_about_skills_have_figures_of_their_own(kitchen: Translator) -> None:
    counts = Confidence(
        pooled={MatchKind.EXACT: Count(confirmed=9, seen=98)}, skills={MatchKind.EXACT: Count(confirmed=89, seen=98)}
    )
    theirs = Correspondence(
        source=FRYING, target="urn:ba-kompetenz:1", relation=MatchKind.EXACT, author="An office", version="1 – 2"
    )
    translator = Translator(kitchen.taxonomies, extra=Extra([(theirs, None)]), confidence=counts)
    assert translator.translate(FRYING, "ba-kompetenz").mappings[0].confidence == 0.9
    assert translator.translate(CHEF, "rome").mappings[0].confidence == 0.1


def test_a_check_that_errs_is_reckoned_with() -> None:
    counts = Confidence(
        by_chance=Count(confirmed=9, seen=998),
        certain={"": Count(confirmed=599, seen=998), "A": Count(confirmed=599, seen=998)},
        official={("A", MatchKind.EXACT): Count(confirmed=599, seen=998)},
        pooled={MatchKind.CLOSE: Count(confirmed=304, seen=998)},
    )
    assert counts.of_official("A", MatchKind.EXACT) == 0.99  # as often confirmed as what is beyond doubt
    assert counts.of_official("B", MatchKind.CLOSE) == pytest.approx(0.5)
    assert Confidence().of_official("A", MatchKind.EXACT) == 0.5  # nothing measured


def test_the_table_the_program_carries_can_be_read_from_both_ends() -> None:
    felling = "urn:rome:competence:100023"
    there = made("rome", "esco").stated(felling)
    assert there
    assert all(0 < (made("rome", "esco").confidence(one) or 0) < 1 for one in there)
    assert felling in [one.target for one in made("esco", "rome").stated(there[0].target)]
    assert made("esco", "jobtech").stated(felling) == []
