"""What the packs answer together: codes, versions, links, correspondences, mobility."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from skillspace.kernel.errors import UnknownConcept
from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, MatchKind, Need, Taxonomies, add_pack
from skillspace.skills.taxonomy.compile import compile_pack
from tests.unit.skills.taxonomy.small import BAKER, BOULANGER, CHEF, COOK, CUISINIER, FRYING, HYGIENE, small_esco


def test_no_pack_at_all_is_an_empty_answer(tmp_path: Path) -> None:
    nothing = Taxonomies.open(tmp_path / "not there")
    assert nothing.schemes == []
    assert nothing.concepts() == []
    assert list(nothing.labels("en")) == []
    assert nothing.search("cook", "en") == []


def test_a_concept_is_found_by_uri_and_by_code(three_schemes: Taxonomies) -> None:
    assert three_schemes.concept("rome:G1") == three_schemes.concept(CUISINIER)
    assert three_schemes.concept("esco:S1").kind is ConceptKind.SKILL_GROUP


@pytest.mark.parametrize(
    "name", ["", "rome:", "rome:Z9", "urn:rome:metier:Z9", "cook", "esco:\x00", "\ud800", "é" * 999]
)
def test_an_unknown_concept_is_refused_by_name(three_schemes: Taxonomies, name: str) -> None:
    assert not three_schemes.has(name)
    with pytest.raises(UnknownConcept):
        three_schemes.concept(name)


def test_a_label_falls_back_to_english_then_to_any_language(three_schemes: Taxonomies) -> None:
    assert three_schemes.label(COOK, "sv") == "cook"
    assert three_schemes.label(CUISINIER, "sv") == "Cuisinier"


def test_links_read_both_ways(three_schemes: Taxonomies) -> None:
    assert [(link.uri, link.need) for link in three_schemes.skills_of(COOK)] == [
        (HYGIENE, Need.ESSENTIAL),
        (FRYING, Need.OPTIONAL),
    ]
    assert [link.uri for link in three_schemes.occupations_of(FRYING)] == [COOK]
    assert three_schemes.broader(HYGIENE) == [FRYING]
    assert three_schemes.narrower(FRYING) == [HYGIENE]
    assert three_schemes.related(FRYING) == [HYGIENE]
    assert three_schemes.related(HYGIENE) == [FRYING]


def test_concepts_of_some_kinds_keep_uri_order(three_schemes: Taxonomies) -> None:
    assert three_schemes.concepts(kinds={ConceptKind.OCCUPATION}) == sorted([COOK, CHEF, BAKER])
    assert list(three_schemes.concepts(kinds=SKILL_KINDS)) == sorted([FRYING, HYGIENE])


def test_labels_say_which_one_is_preferred(tmp_path: Path) -> None:
    made = small_esco()
    made.label(COOK, "en", "kitchen worker")
    compile_pack(made, tmp_path)
    labels = set(Taxonomies.open(tmp_path).labels("en", kinds={ConceptKind.OCCUPATION}))
    assert ("kitchen worker", COOK, False) in labels
    assert ("cook", COOK, True) in labels


def test_a_correspondence_is_turned_round_when_read_from_the_other_end(three_schemes: Taxonomies) -> None:
    (there,) = three_schemes.correspondences(COOK, "rome")
    assert (there.target, there.relation) == (CUISINIER, MatchKind.BROAD)
    back = {one.target: one.relation for one in three_schemes.correspondences(CUISINIER, "esco")}
    assert back[COOK] is MatchKind.NARROW


def test_matches_in_esco_come_best_first_and_by_code(three_schemes: Taxonomies) -> None:
    relations = [one.relation for one in three_schemes.to_esco("rome:G1")]
    assert relations == [MatchKind.EXACT, MatchKind.NARROW, MatchKind.RELATED]


def test_an_esco_concept_matches_itself_and_a_retired_one_nothing(three_schemes: Taxonomies) -> None:
    (itself,) = three_schemes.to_esco(COOK)
    assert (itself.target, itself.relation) == (COOK, MatchKind.EXACT)
    assert three_schemes.to_esco("http://data.europa.eu/esco/occupation/retired") == []


def test_mobility_goes_through_the_crosswalk_and_not_through_weak_matches(three_schemes: Taxonomies) -> None:
    assert three_schemes.mobility(COOK) == [(BAKER, "rome-mobility")]
    assert three_schemes.mobility(BAKER) == []
    assert three_schemes.broader(BOULANGER) == []


def test_a_full_version_is_used_before_its_starter_selection(tmp_path: Path) -> None:
    add_pack("starter", tmp_path, None)
    assert [pack.version for pack in Taxonomies.open(tmp_path).schemes] == ["1.1.1-starter"]
    compile_pack(small_esco(), tmp_path)
    assert [pack.version for pack in Taxonomies.open(tmp_path).schemes] == ["1.1.1"]


def test_many_threads_may_ask_at_once(starter: Taxonomies) -> None:
    uris = starter.concepts()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda uri: starter.concept(uri).label("en"), uris))
    assert answers == [starter.label(uri, "en") for uri in uris]
