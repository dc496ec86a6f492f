"""The readers of published sources: small ones read right, and garbage is a fault that names the file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillspace.kernel.errors import BadInput, UnreadableFile
from skillspace.skills.taxonomy import ConceptKind
from skillspace.skills.taxonomy.draft import Draft, LinkKind
from skillspace.skills.taxonomy.sources import digcomp, onet, rncp, uk_ncs, workbook
from tests.unit.skills.taxonomy.small import draft

SUPPLEMENT = {
    "@graph": [
        {"@type": "CompetenceArea", "@id": "CompetenceArea/1", "name": "Search", "description": "To search."},
        {"@type": "Competence", "@id": "Competence/1.1", "name": "Browse", "description": "To browse.",
         "competence_area_id": "CompetenceArea/1"},
        {"@type": "LearningOutcome", "@id": "LearningOutcome/LO1.1.01", "description": "Be curious.",
         "type": "Attitude", "competence_id": "Competence/1.1"},
        {"@type": "ProficiencyLevel", "@id": "ProficiencyLevel/Basic_1"},
    ]
}  # fmt: skip
DUTCH = 'location,context,source,target\n"digcomp.area.1.label",x,Search,Zoeken\n'
JSON_FILES: dict[str, tuple[Callable[[Path], Draft], str]] = {
    "digcomp": (digcomp.read, f"{digcomp.FOLDER}/{digcomp.SUPPLEMENT}"),
    "uk-ncs": (uk_ncs.read, f"{uk_ncs.FOLDER}/1. SocCodes0.recipe.json"),
}


def write(data: Path, name: str, text: str | bytes) -> None:
    (data / name).parent.mkdir(parents=True, exist_ok=True)
    (data / name).write_bytes(text.encode() if isinstance(text, str) else text)


def test_digcomp_is_read_with_its_dutch_names(tmp_path: Path) -> None:
    write(tmp_path, f"{digcomp.FOLDER}/{digcomp.SUPPLEMENT}", json.dumps(SUPPLEMENT))
    for name in digcomp.DUTCH:
        write(tmp_path, f"{digcomp.FOLDER}/{name}", DUTCH)
    read = digcomp.read(tmp_path)
    assert list(read.rows) == ["urn:digcomp:1", "urn:digcomp:1.1", "urn:digcomp:LO1.1.01"]
    assert read.preferred["nl"] == {0: "Zoeken"}
    assert read.kinds[2] is ConceptKind.TRANSVERSAL
    assert set(read.links[LinkKind.BROADER]) == {(1, 0), (2, 1)}


def test_a_competency_of_two_blocs_is_one_skill_below_both(tmp_path: Path) -> None:
    sentence = {"id": "c", "prefLabel": ["Écouter"]}
    blocs = [{"id": f"RNCP1BC0{n}", "prefLabel": [f"Bloc {n}"], "competency": [sentence]} for n in (1, 2)]
    write(tmp_path, "blocs.json", json.dumps([*blocs, {"id": "RNCP2BC01", "prefLabel": ["Vide"]}]))
    made = draft("rncp")
    rncp._read_blocs(made, tmp_path / "blocs.json")
    uris = list(made.rows)
    broader = {(uris[child], uris[parent]) for child, parent in made.links[LinkKind.BROADER]}
    assert {parent for child, parent in broader if child == "urn:rncp:competence:c"} == {
        "urn:rncp:RNCP1BC01",
        "urn:rncp:RNCP1BC02",
    }
    assert ("urn:rncp:RNCP2BC01", "urn:rncp:RNCP2") in broader


@pytest.mark.parametrize("read", [digcomp.read, onet.read, rncp.read, uk_ncs.read])
def test_a_missing_source_is_named(tmp_path: Path, read: Callable[[Path], Draft]) -> None:
    with pytest.raises(UnreadableFile, match="put it back"):
        read(tmp_path)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["@graph", "steps", "data", "@id"]), inner)
    ),
)


@settings(deadline=None)
@given(st.sampled_from(sorted(JSON_FILES)), json_values | st.binary(max_size=60))
def test_json_of_any_other_shape_is_bad_input(source: str, content: object) -> None:
    read, name = JSON_FILES[source]
    with TemporaryDirectory() as folder:
        write(Path(folder), name, content if isinstance(content, bytes) else json.dumps(content))
        with pytest.raises(BadInput):
            read(Path(folder))


@settings(deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_garbage_is_no_spreadsheet(garbage: bytes, is_zip: bool) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "table.xlsx"
        file.write_bytes((b"PK\x03\x04" if is_zip else b"") + garbage)
        with pytest.raises(UnreadableFile, match=r"table\.xlsx"):
            list(workbook.sheet_records(file, "Title"))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_garbage_in_the_register_of_certifications_is_bad_input(garbage: bytes) -> None:
    with TemporaryDirectory() as folder:
        write(Path(folder), "sample.zip", garbage)
        with pytest.raises(UnreadableFile, match=r"sample\.zip"):
            list(rncp._Sample(Path(folder) / "sample.zip").rows("Rome", "Numero_Fiche"))
