"""Crosswalk tables: preambles, both reading directions, broken rows, and métiers for appellations."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillspace.kernel.errors import UnreadableFile
from skillspace.skills.taxonomy import MatchKind
from skillspace.skills.taxonomy.sources import crosswalks, rome

ESCO = "http://data.europa.eu/esco"
AUSTRIA = (
    "Mapping project author,Employment Service of Austria,\n"
    "Classification 1 Name,ESCO,\nClassification 1 Version,1.1,\n"
    "Classification 2 Name,Berufe,\nClassification 2 Version,V2,\n,,\n"
    "Classification 1 URI,Classification 2 ID,Mapping relation\n"
)


def write(data: Path, file: str, text: str) -> Path:
    folder = data / crosswalks.FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(text, "utf-8")
    return data


def test_a_table_that_reads_from_the_national_side_is_turned_to_esco(tmp_path: Path) -> None:
    rows = f"{ESCO}/occupation/pilot,730 105,skos:narrowMatch\n{ESCO}/isco/C0110,730,skos:narrowMatch\n"
    read = crosswalks.read(write(tmp_path, "AT_mapping.csv", AUSTRIA + rows))
    pilot, officers = read.correspondences
    assert (pilot.target, pilot.relation) == ("urn:ams:730_105", MatchKind.BROAD)
    assert officers.relation is MatchKind.NARROW
    assert (pilot.author, pilot.version) == ("Employment Service of Austria", "ESCO 1.1 – Berufe V2")


def test_rows_without_a_usable_relation_are_counted_not_fatal(tmp_path: Path) -> None:
    rows = f'{ESCO}/occupation/a,1,no relation\n{ESCO}/occupation/a,,skos:exactMatch\nx,"a" b",skos:exactMatch\n'
    read = crosswalks.read(write(tmp_path, "AT_mapping.csv", AUSTRIA + rows))
    assert read.correspondences == []
    assert read.unknown == {"AT_mapping.csv: rows without a relation": 3}


def test_a_table_wrapped_in_semicolons_is_unwrapped(tmp_path: Path) -> None:
    text = (
        "Mapping project author,default-author;\n,;\nClassification 1 URI,Classification 2 URI,Mapping relation;\n"
        f"{ESCO}/skill/a,http://data.jobtechdev.se/taxonomy/concept/abcd_efg_hij,skos:broadMatch;\n"
        f'"{ESCO}/skill/b,""http://data.jobtechdev.se/taxonomy/concept/abcd_efg_hik"",skos:exactMatch";\n'
    )
    read = crosswalks.read(write(tmp_path, "SE_NSC_ESCO_109_mapping_table_2023-11-30.csv", text))
    assert [one.relation for one in read.correspondences] == [MatchKind.BROAD, MatchKind.EXACT]
    assert {one.author for one in read.correspondences} == {"Arbetsförmedlingen"}


def test_a_statement_about_an_appellation_is_carried_to_its_metier(tmp_path: Path) -> None:
    header = "classification 1 ID,classification 2 ID,mapping relation\n"
    rows = f"{ESCO}/occupation/cook,1,skos:exactMatch\n{ESCO}/occupation/grill,2,skos:exactMatch\n"
    rows += f"{ESCO}/occupation/kitchen,2,skos:broadMatch\n"
    write(tmp_path, "FR_20230607_mapping_esco_rome.csv", header + rows)
    table = rome.table(tmp_path, "referentiel_appellation")
    table.parent.mkdir(parents=True)
    table.write_text('"code_ogr","code_rome","classification"\n"1","G1","PRINCIPALE"\n"2","G1","SYNONYME"\n', "utf-8")
    found = {
        (one.source.rsplit("/")[-1], one.target): one.relation for one in crosswalks.read(tmp_path).correspondences
    }
    assert found["cook", "urn:rome:metier:G1"] is MatchKind.EXACT
    assert found["grill", "urn:rome:metier:G1"] is MatchKind.BROAD
    assert found["kitchen", "urn:rome:metier:G1"] is MatchKind.RELATED
    assert found["kitchen", "urn:rome:appellation:2"] is MatchKind.NARROW


def test_statements_about_retired_concepts_are_counted_and_kept(tmp_path: Path) -> None:
    rows = f"{ESCO}/occupation/old,1,skos:exactMatch\n{ESCO}/occupation/new,1,skos:exactMatch\n"
    read = crosswalks.read(write(tmp_path, "AT_mapping.csv", AUSTRIA + rows), lambda uri: uri.endswith("/old"))
    assert [one.source for one in read.correspondences] == [f"{ESCO}/occupation/{name}" for name in ("old", "new")]
    assert read.unknown == {"AT_mapping.csv: retired concepts": 1}


def test_no_table_or_no_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="none of the published"):
        crosswalks.read(tmp_path)
    with pytest.raises(UnreadableFile, match="no header row"):
        crosswalks.read(write(tmp_path, "AT_mapping.csv", "Mapping project author,x\n"))
