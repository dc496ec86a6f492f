"""The published sources themselves: everything in them arrives, and the chains people need hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, MatchKind, Need, Taxonomies, add_pack

pytestmark = pytest.mark.data
DEVELOPER = "http://data.europa.eu/esco/occupation/f2b15a0e-e65a-438a-affb-29b9d50b77d1"


@pytest.fixture(scope="module")
def packs(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """ESCO, ROME, JobTech and the crosswalks as published."""
    home = tmp_path_factory.mktemp("published")
    for name in ("esco", "rome", "jobtech", "crosswalks"):
        add_pack(name, home, real_data)
    return Taxonomies.open(home)


def test_all_of_esco_is_there(packs: Taxonomies) -> None:
    assert len(packs.concepts(kinds={ConceptKind.OCCUPATION})) == 3007
    assert len(packs.concepts(kinds=SKILL_KINDS)) == 13896
    assert len(packs.concepts(kinds={ConceptKind.LANGUAGE})) == 346
    assert len(packs.concepts(kinds={ConceptKind.OCCUPATION_GROUP})) == 619
    assert len(packs.concepts(kinds={ConceptKind.SKILL_GROUP})) == 640


def test_relations_that_cite_retired_concepts_are_counted(packs: Taxonomies) -> None:
    assert packs.unknown("esco")["needs"] == 67


def test_every_skill_has_a_theme_below_the_pillars(packs: Taxonomies) -> None:
    themes = {packs.concept(packs.theme(skill)).code for skill in packs.concepts(kinds=SKILL_KINDS)}
    assert themes <= {f"S{n}" for n in range(1, 9)} | {f"T{n}" for n in range(1, 7)} | {"L1", "L2"} | {
        f"{n:02}" for n in range(11)
    }


def test_an_occupation_is_named_in_every_portal_language(packs: Taxonomies) -> None:
    names = {tag: packs.label(DEVELOPER, tag) for tag in ("en", "fr", "sv", "fi", "de")}
    assert names["sv"] == "programvaruutvecklare"
    assert names["fi"] == "ohjelmistokehittäjä"
    assert len(set(names.values())) == 5


def test_all_of_rome_is_there(packs: Taxonomies) -> None:
    assert len(packs.concepts(kinds={ConceptKind.OCCUPATION}, scheme="rome")) == 1584
    assert packs.concept("urn:rome:appellation:14156").scheme == "rome"
    core = [link for link in packs.skills_of("rome:M1805") if link.need is Need.ESSENTIAL]
    assert core


def test_a_chain_runs_from_an_appellation_through_esco_to_jobtech(packs: Taxonomies) -> None:
    esco = packs.to_esco("urn:rome:metier:J1506")[0]
    assert esco.relation is MatchKind.EXACT
    assert packs.label(esco.target, "en") == "nurse responsible for general care"
    swedish = packs.correspondences(esco.target, "jobtech")[0]
    assert packs.label(swedish.target, "sv") == "Sjuksköterska, grundutbildad"


def test_moves_come_from_both_countries(packs: Taxonomies) -> None:
    moves = packs.mobility(DEVELOPER)
    assert {origin for _, origin in moves} == {"rome-mobility", "jobtech-substitutability"}
    assert all(packs.concept(uri).kind is ConceptKind.OCCUPATION for uri, _ in moves)


def test_no_kept_statement_leads_to_a_concept_that_is_not_there(packs: Taxonomies) -> None:
    for occupation in packs.concepts(kinds={ConceptKind.OCCUPATION})[:300]:
        for scheme in ("rome", "jobtech"):
            assert all(packs.has(one.target) for one in packs.correspondences(occupation, scheme))


def test_search_over_all_of_esco_finds_what_people_type(packs: Taxonomies) -> None:
    for text, language, expected in (
        ("programmer", "en", "software developer"),
        ("elektrican", "en", "electrician"),
        ("infirmier soins generaux", "fr", "nurse responsible for general care"),
        ("sjuksköterska grundutb", "sv", "nurse responsible for general care"),
        ("tischler", "de", "cabinet maker"),
    ):
        hits = packs.search(text, language, kinds={ConceptKind.OCCUPATION}, limit=10)
        assert expected in [packs.label(hit.uri, "en") for hit in hits], text
