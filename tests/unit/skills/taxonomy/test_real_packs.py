"""The other published packs, and the editions of ESCO: their counts, and what leads from one edition to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.skills.taxonomy import SKILL_KINDS, ConceptKind, MatchKind, Need, Own, Status, Taxonomies, add_pack
from skillspace.skills.taxonomy.diff import compare_packs
from skillspace.skills.taxonomy.migration import Migration, summary

pytestmark = pytest.mark.data
NAMES = ("esco", "esco-1.0", "esco-1.2.0", "onet", "kldb", "digcomp", "rncp", "uk-ncs")
PRESERVER = "http://data.europa.eu/esco/occupation/6fe645b0-463a-445d-ab8f-c0a5132beb68"
TRACER = "http://data.europa.eu/esco/occupation/46d0568d-7415-4643-94aa-89d2470fbe3c"


@pytest.fixture(scope="module")
def packs(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Taxonomies:
    """All of them as published."""
    home = tmp_path_factory.mktemp("packs")
    for name in NAMES:
        add_pack(name, home, real_data)
    return Taxonomies.open(home)


def of_kind(packs: Taxonomies, scheme: str, kind: ConceptKind) -> int:
    return len(packs.concepts(kinds={kind}, scheme=scheme))


def test_all_occupations_of_onet_are_there_with_their_names_skills_and_neighbours(packs: Taxonomies) -> None:
    assert of_kind(packs, "onet", ConceptKind.OCCUPATION) == 1016
    assert of_kind(packs, "onet", ConceptKind.SKILL) == 35
    nurse = packs.concept("onet:29-1141.00")
    assert nurse.uri == "urn:onet:29-1141.00"
    assert "Emergency Room Registered Nurse (ER RN)" in nurse.alternatives["en"] or len(nurse.alternatives["en"]) > 50
    needs = {packs.label(link.uri, "en"): link.need for link in packs.skills_of(nurse.uri)}
    assert needs["Active Listening"] is Need.ESSENTIAL
    assert needs["Programming"] is Need.OPTIONAL
    assert packs.similar(nurse.uri)[0][1] == 1


def test_all_of_kldb_is_there_in_four_levels(packs: Taxonomies) -> None:
    assert len(packs.concepts(scheme="kldb")) == 894
    museum = packs.concept("kldb:9472")
    assert (museum.labels, museum.kind) == ({"de": "Kunstsachverständige"}, ConceptKind.OCCUPATION)
    assert [packs.concept(uri).code for uri in packs.broader(museum.uri)] == ["947"]
    assert packs.concept(packs.theme(museum.uri)).code == "9"


def test_all_of_digcomp_is_there_in_two_languages(packs: Taxonomies) -> None:
    outcomes = [uri for uri in packs.concepts(scheme="digcomp") if ":LO" in uri]
    statements = [uri for uri in packs.concepts(scheme="digcomp") if ":CS" in uri]
    assert (len(outcomes), len(statements), of_kind(packs, "digcomp", ConceptKind.SKILL_GROUP)) == (523, 362, 5)
    assert packs.label("digcomp:1", "nl") == "Informatie zoeken, evalueren en beheren"
    assert packs.broader("digcomp:CS1.1.01") == ["urn:digcomp:1.1"]
    assert all({"en", "nl"} <= packs.concept(uri).labels.keys() for uri in packs.concepts(scheme="digcomp"))


def test_all_blocs_of_rncp_are_there_and_replaced_fiches_say_by_what(packs: Taxonomies) -> None:
    blocs = [uri for uri in packs.concepts(scheme="rncp") if "BC" in uri]
    assert len(blocs) >= 1221
    assert of_kind(packs, "rncp", ConceptKind.SKILL) == 1230
    assert packs.broader("rncp:RNCP24529BC01") == ["urn:rncp:RNCP24529"]
    assert packs.status("urn:rncp:RNCP19468") is Status.RETIRED
    assert [one.uri for one in packs.current("urn:rncp:RNCP19468")] == ["urn:rncp:RS6117"]


def test_all_uk_job_profiles_are_there_and_lead_to_esco(packs: Taxonomies) -> None:
    profiles = packs.concepts(kinds={ConceptKind.OCCUPATION}, scheme="uk-ncs")
    assert len(profiles) == 200
    matches = packs.to_esco("uk-ncs:actuary")
    assert [(packs.label(one.target, "en"), one.relation) for one in matches] == [
        ("actuarial consultant", MatchKind.CLOSE)
    ]
    assert sum(bool(packs.to_esco(uri)) for uri in profiles) == 200


def test_occupations_are_named_in_twenty_two_languages_and_skills_in_seven(packs: Taxonomies, real_data: Path) -> None:
    (esco,) = [pack for pack in packs.schemes if pack.scheme == "esco"]
    assert len(esco.languages) == 22
    forms = real_data / "taxonomies/esco_derived/occupation_surface_forms_22_languages.tsv"
    rows = [line.split("\t") for line in forms.read_text("utf-8").splitlines()[1:]]
    known = {(uri, language, label) for language in esco.languages for label, uri, _ in packs.labels(language)}
    left_out = [row for row in rows if packs.has(row[0]) and (row[0], row[1], " ".join(row[2].split())) not in known]
    assert left_out == []
    assert sum(packs.has(row[0]) for row in rows) > 316_000
    skills = {
        tag: sum(1 for _, _, is_first in packs.labels(tag, kinds=SKILL_KINDS) if is_first) for tag in esco.languages
    }
    assert {tag for tag, count in skills.items() if count > 5_000} == {"en", "de", "fr", "sv", "fi", "es", "nl"}


def test_editions_of_esco_differ_by_what_their_tables_say(packs: Taxonomies) -> None:
    found = compare_packs(packs.editions.named("esco-1.1.1"), packs.editions.named("esco-1.2.0"))
    occupations = [one for one in found.retired if one.entry.kind is ConceptKind.OCCUPATION]
    skills = [one for one in found.retired if one.entry.kind in SKILL_KINDS]
    assert (len(occupations), len(skills)) == (3, 194)
    assert len([entry for entry in found.added if entry.kind is ConceptKind.OCCUPATION]) == 35
    assert set(found.not_compared) == {"essential", "optional"}


def test_the_newest_complete_edition_is_in_use_and_older_data_can_be_carried(packs: Taxonomies) -> None:
    assert next(pack.version for pack in packs.schemes if pack.scheme == "esco") == "1.1.1"
    editions = packs.editions
    way = Migration(editions.named("esco-1.1.1"), editions.named("esco-1.2.0"))
    assert (
        editions.named("esco-1.2.0").label(
            editions.named("esco-1.2.0").find(way.carry(PRESERVER).target) or 0, "en", "en"
        )
        == "fruit and vegetable canner"
    )
    assert way.carry(TRACER).reason == "retired, and nothing says what replaces it"
    counts = summary(way.carry(uri) for uri in editions.named("esco-1.1.1").uris)
    assert counts["lost"] + counts["replaced"] == 197


def test_real_case_packages_and_skos_become_a_tenants_own(real_data: Path, tmp_path: Path) -> None:
    frameworks = real_data / "records/case_frameworks"
    add_pack(str(frameworks / "SmartLevelFramework.json"), tmp_path, None, own=Own(name="levels"))
    add_pack(str(next(frameworks.glob("opensalt-*.json"))), tmp_path, None, own=Own(name="standards"))
    opened = Taxonomies.open(tmp_path)
    assert {pack.scheme: pack.concepts for pack in opened.schemes} == {"levels": 14, "standards": 16}
    assert opened.concept("standards:CCSS.Math.Content.6.RP.A").kind is ConceptKind.SKILL
